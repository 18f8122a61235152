import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type EncryptOptions, encryptPresentation } from '../../../demo/origin/encrypt.ts';
import { fragmentResource } from '../../../demo/origin/fragment-resource.ts';
import { Library } from '../../../demo/origin/library.ts';
import { packagePresentation } from '../../../demo/origin/package.ts';
import { sizeOf } from '../../../demo/origin/resource.ts';
import { routeOf } from '../../../demo/origin/route.ts';
import { ticks, timescale } from '../../../src/base/time.ts';
import { parseManifest } from '../../../src/manifest/parse.ts';
import { keyIdsOf, readPlayReady } from '../../../src/manifest/protection.ts';
import { FragmentTransmuxer } from '../../../src/transmux/fragment-transmuxer.ts';
import { encryptionReader } from '../../../src/transmux/read-encryption.ts';
import { decrypt, readGroupKey, readScheme } from '../../support/decrypt.ts';
import { readBack } from '../../support/fragment-builder.ts';
import { makeFilm } from './made-film.ts';

const ONE = { keyId: '00112233445566778899aabbccddeeff', key: '0123456789abcdef0123456789abcdef' };
const TWO = { keyId: 'ffeeddccbbaa99887766554433221100', key: 'fedcba9876543210fedcba9876543210' };
const KEYS = new Map([ONE, TWO].map(({ keyId, key }) => [keyId, Buffer.from(key, 'hex')]));
const SAMPLE = join(import.meta.dirname, '../../../demo/sample');

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'encrypt-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** Reads a fragment as a server hands it out, and makes a media segment of it. */
async function segmentOf(root: string, name: string, kind: 'video' | 'audio', chunk: number) {
  const { streams } = parseManifest(await readFile(join(root, `${name}.ismc`)));
  const stream = streams.find(({ type }) => type === kind);
  const place = stream?.chunks.at(chunk);
  if (!stream || !place) throw new Error('no such chunk');
  const url = `/${name}.ism/QualityLevels(${stream.levels[0].bitrate})/Fragments(${stream.name}=${place.start})`;
  const route = routeOf(url);
  const found = route?.type === 'fragment' ? await new Library(root).fragment(route) : undefined;
  if (!found) throw new Error(`not found: ${url}`);
  const resource = await fragmentResource(found, 'fragments');
  const file = await readFile(found.path);
  const parts = resource.parts.map((part) =>
    Buffer.isBuffer(part) ? part : file.subarray(part.offset, part.offset + part.length),
  );
  expect(Buffer.concat(parts).length).toBe(sizeOf(resource));
  const transmuxer = new FragmentTransmuxer({
    stream: { type: kind, timescale: timescale(10_000_000) },
    start: ticks(place.start),
    duration: ticks(place.duration),
    origin: ticks(0),
    readEncryption: encryptionReader([ONE.keyId]),
    encryption: { keyId: ONE.keyId, ivSize: 8 },
  });
  const segment = Buffer.concat(transmuxer.push(Buffer.concat(parts)));
  return { segment, report: transmuxer.finish() };
}

const datasOf = (segment: Buffer): Buffer[] => readBack(segment).samples.map(({ data }) => data);

async function encryptSample(options: Partial<EncryptOptions>): Promise<void> {
  const from = { folder: SAMPLE, name: 'sample' };
  await encryptPresentation(from, { folder, name: 'sample' }, { keys: [ONE], piff: '1.1', ...options });
}

describe.each(['1.1', '1.3'] as const)('PIFF %s', (piff) => {
  test.each(['video', 'audio'] as const)('%s decrypts to what it was', async (kind) => {
    await encryptSample({ piff });
    for (const chunk of [0, 4]) {
      const clear = datasOf((await segmentOf(SAMPLE, 'sample', kind, chunk)).segment);
      const { segment, report } = await segmentOf(folder, 'sample', kind, chunk);
      expect(report.encryption).toEqual({ keyId: ONE.keyId, ivSize: 8 });
      expect(datasOf(segment)).not.toEqual(clear);
      expect(decrypt(segment, Buffer.from(ONE.key, 'hex'), 8)).toEqual(clear);
      expect(report.repairs).toEqual((await segmentOf(SAMPLE, 'sample', kind, chunk)).report.repairs);
    }
  });

  test('keys take turns, and fragments name theirs', async () => {
    await encryptSample({ piff, keys: [ONE, TWO], rotateEvery: 2 });
    const seen: (string | undefined)[] = [];
    for (let chunk = 0; chunk < 6; chunk++) {
      const { segment, report } = await segmentOf(folder, 'sample', 'video', chunk);
      const keyId = report.encryption?.keyId ?? '';
      seen.push(readGroupKey(segment)?.keyId);
      const clear = datasOf((await segmentOf(SAMPLE, 'sample', 'video', chunk)).segment);
      expect(decrypt(segment, KEYS.get(keyId) ?? Buffer.alloc(16), 8)).toEqual(clear);
    }
    expect(seen).toEqual([undefined, undefined, TWO.keyId, TWO.keyId, undefined, undefined]);
  });
});

test('the manifest names the keys, first of all', async () => {
  await encryptSample({ keys: [ONE, TWO], licenceUrl: 'https://la.example/?a=1&b=2' });
  const text = await readFile(join(folder, 'sample.ismc'), 'utf8');
  expect(text).toMatch(/<SmoothStreamingMedia[^>]*>\s*<Protection>/);
  const { protection } = parseManifest(text);
  expect(keyIdsOf(protection)).toEqual([ONE.keyId, TWO.keyId]);
  const [first] = protection;
  expect(first && readPlayReady(first.data)).toMatchObject({
    version: '4.2.0.0',
    licenceUrl: 'https://la.example/?a=1&b=2',
  });
});

test('a clear lead and clear streams stay as they are', async () => {
  await encryptSample({ clearLead: 2, clearStreams: ['audio_en'] });
  const isEncrypted = async (kind: 'video' | 'audio', chunk: number) =>
    (await segmentOf(folder, 'sample', kind, chunk)).report.isEncrypted;
  expect(await isEncrypted('video', 1)).toBe(false);
  expect(await isEncrypted('video', 2)).toBe(true);
  expect(await isEncrypted('audio', 2)).toBe(false);
});

test('the packager encrypts what it made, sample entries too', async () => {
  const film = join(folder, 'film.mp4');
  await makeFilm(film, { rate: [25, 1], pictures: 100, keyEvery: 50, audioFrames: 180 });
  const options = { videos: [film], audio: [], folder, fragmentSeconds: 2, report: () => {} };
  await packagePresentation({ ...options, name: 'clear' });
  await packagePresentation({ ...options, name: 'show', encryption: { keys: [ONE], piff: '1.3' } });
  for (const kind of ['video', 'audio'] as const) {
    const clear = datasOf((await segmentOf(folder, 'clear', kind, 1)).segment);
    const { segment } = await segmentOf(folder, 'show', kind, 1);
    expect(decrypt(segment, Buffer.from(ONE.key, 'hex'), 8)).toEqual(clear);
  }
  const names = await readdir(folder);
  const video = names.find((name) => /^show_\d+\.ismv$/.test(name)) ?? '';
  expect(readScheme(await readFile(join(folder, video)))).toEqual({
    entry: 'encv',
    original: 'avc1',
    scheme: 'cenc',
    isProtected: 1,
    ivSize: 8,
    keyId: ONE.keyId,
  });
  const text = await readFile(join(folder, 'show.ismc'), 'utf8');
  const [first] = parseManifest(text).protection;
  expect(first && readPlayReady(first.data).version).toBe('4.0.0.0');
});
