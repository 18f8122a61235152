import { expect, test } from 'vitest';
import type { DrmOptions } from '../../../src/eme/drm-options.ts';
import { initDataFor, initDataOf, isSameKey } from '../../../src/eme/init-data.ts';
import { candidatesFor } from '../../../src/eme/key-systems.ts';
import { licenceRequest } from '../../../src/eme/licence-request.ts';
import { keyIdsOf, PLAYREADY, WIDEVINE } from '../../../src/manifest/protection.ts';

const ID = '380ca5052c67408583770df861c91f64';
const SWAPPED = '05a50c38672c854083770df861c91f64';
const PLAYREADY_SYSTEMS = ['com.microsoft.playready.recommendation', 'com.microsoft.playready'];
const LA_URL = 'https://la.example/rm.asmx';

function playReady(licenceUrl: string): { systemId: string; data: Uint8Array } {
  const text = `<WRMHEADER version="4.0.0.0"><DATA><KID>BaUMOGcshUCDdw34YckfZA==</KID><LA_URL>${licenceUrl}</LA_URL></DATA></WRMHEADER>`;
  const xml = Buffer.from(text, 'utf16le');
  const head = Buffer.alloc(10);
  head.writeUInt32LE(xml.length + 10, 0);
  head.writeUInt16LE(1, 4);
  head.writeUInt16LE(1, 6);
  head.writeUInt16LE(xml.length, 8);
  return { systemId: PLAYREADY, data: Buffer.concat([head, xml]) };
}

test.each<{ name: string; options: DrmOptions; systems: readonly string[] }>([
  { name: 'nothing', options: {}, systems: [] },
  { name: 'keys at hand', options: { clearKeys: {} }, systems: ['org.w3.clearkey'] },
  {
    name: 'a server for all of PlayReady',
    options: { servers: { 'com.microsoft.playready': 'https://pr' } },
    systems: PLAYREADY_SYSTEMS,
  },
  {
    name: 'servers for two, in the default order',
    options: { servers: { 'com.widevine.alpha': 'https://wv', 'com.microsoft.playready': 'https://pr' } },
    systems: [...PLAYREADY_SYSTEMS, 'com.widevine.alpha'],
  },
  {
    name: 'the other order by preference',
    options: {
      servers: { 'com.widevine.alpha': 'https://wv', 'com.microsoft.playready': 'https://pr' },
      preferred: ['com.widevine.alpha'],
    },
    systems: ['com.widevine.alpha', ...PLAYREADY_SYSTEMS],
  },
  {
    name: 'a variant by its own name',
    options: { servers: { 'com.microsoft.playready.recommendation.3000': 'https://pr' } },
    systems: [...PLAYREADY_SYSTEMS, 'com.microsoft.playready.recommendation.3000'],
  },
  { name: 'systems that nobody knows', options: { servers: { 'com.example': 'https://x' } }, systems: [] },
])('key systems with a way to keys: $name', ({ options, systems }) => {
  expect(candidatesFor(options, [playReady(LA_URL)]).map(({ keySystem }) => keySystem)).toEqual(systems);
});

test('the manifest’s licence URL counts by the app’s leave alone, and never before the app’s own', () => {
  const protection = [playReady(LA_URL)];
  const servers = { 'com.microsoft.playready': 'https://own' };
  const serverOf = (options: DrmOptions, header = protection) => candidatesFor(options, header)[0]?.server;
  expect(serverOf({})).toBeUndefined();
  expect(serverOf({ trustManifestUrl: true })).toEqual({ url: LA_URL, isTrusted: false });
  expect(serverOf({ trustManifestUrl: true, servers })).toEqual({ url: 'https://own', isTrusted: true });
  expect(serverOf({ trustManifestUrl: true }, [playReady('javascript:alert(1)')])).toBeUndefined();
  const boxed = initDataOf('playready', protection, []).map(({ data }) => ({ systemId: PLAYREADY, data }));
  expect(serverOf({ trustManifestUrl: true }, boxed)).toEqual({ url: LA_URL, isTrusted: false });
});

test('Widevine’s header is made from the key’s id where the manifest has none', () => {
  const { type, data } = initDataFor('widevine', [ID]);
  expect(type).toBe('cenc');
  expect(Buffer.from(data).toString('hex')).toBe(`000000347073736800000000${WIDEVINE}0000001408011210${ID}`);
});

test('PlayReady’s is the manifest’s own, and for other keys one that names them', () => {
  const header = playReady(LA_URL);
  const [own] = initDataOf('playready', [header], [ID]);
  expect(Buffer.from(own?.data ?? []).subarray(32)).toEqual(Buffer.from(header.data));
  expect(own?.keyIds).toEqual([ID]);
  const made = initDataFor('playready', [ID, SWAPPED]);
  expect(keyIdsOf([{ systemId: PLAYREADY, data: made.data }])).toEqual([ID, SWAPPED]);
});

test('ClearKey is asked for all keys at once', () => {
  const [all] = initDataOf('clearkey', [playReady(LA_URL)], [ID]);
  expect(all?.type).toBe('keyids');
  expect(new TextDecoder().decode(all?.data)).toBe('{"kids":["OAylBSxnQIWDdw34YckfZA"]}');
  expect(initDataOf('clearkey', [], [])).toEqual([]);
});

test('a key is the same in either byte order', () => {
  expect(isSameKey(ID, SWAPPED)).toBe(true);
  expect(isSameKey(ID, ID)).toBe(true);
  expect(isSameKey(ID, '0'.repeat(32))).toBe(false);
});

const challenge = '<soap:Envelope>Challenge</soap:Envelope>';
const keyMessage = (headers: string) =>
  `<PlayReadyKeyMessage type="LicenseAcquisition"><LicenseAcquisition Version="1"><Challenge encoding="base64encoded">${Buffer.from(challenge).toString('base64')}</Challenge><HttpHeaders>${headers}</HttpHeaders></LicenseAcquisition></PlayReadyKeyMessage>`;
const header = (name: string, value: string) =>
  `<HttpHeader><name>${name}</name><value>${value}</value></HttpHeader>`;

test.each<{ name: string; message: Buffer; body: string; headers: Record<string, string> }>([
  {
    name: 'wrapped, in UTF-16',
    message: Buffer.from(keyMessage(header('X-A', 'b') + header('Content', 'text/xml')), 'utf16le'),
    body: challenge,
    headers: { 'X-A': 'b', 'Content-Type': 'text/xml' },
  },
  {
    name: 'wrapped, in UTF-8',
    message: Buffer.from(keyMessage('')),
    body: challenge,
    headers: { 'Content-Type': 'text/xml; charset=utf-8' },
  },
  {
    name: 'bare',
    message: Buffer.from(challenge),
    body: challenge,
    headers: { 'Content-Type': 'text/xml; charset=utf-8' },
  },
  {
    name: 'broken, which is the server’s to judge',
    message: Buffer.from('<PlayReadyKeyMessage'),
    body: '<PlayReadyKeyMessage',
    headers: { 'Content-Type': 'text/xml; charset=utf-8' },
  },
])('PlayReady’s challenge: $name', ({ message, body, headers }) => {
  const request = licenceRequest('playready', Uint8Array.from(message).buffer);
  expect(Buffer.from(request.body).toString()).toBe(body);
  expect(request.headers).toMatchObject(headers);
  expect(request.headers.SOAPAction).toContain('AcquireLicense');
});
