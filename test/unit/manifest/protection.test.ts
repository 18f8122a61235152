import { createCipheriv } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { isSmoothError } from '../../../src/base/errors.ts';
import { parseManifest } from '../../../src/manifest/parse.ts';
import {
  keyIdsOf,
  PLAYREADY,
  readPlayReady,
  SEGMENT_ENCRYPTION,
  systemDataOf,
  unsupportedScheme,
  WIDEVINE,
} from '../../../src/manifest/protection.ts';
import fc from '../../support/properties.ts';

const ID = '00112233445566778899aabbccddeeff';
/** The same id as PlayReady writes it. */
const KID = 'MyIRAFVEd2aImaq7zN3u/w==';
const CHECKSUM = 'QuKmVjK8B3k=';
const OTHER = 'ffeeddccbbaa99887766554433221100';
const OTHER_KID = 'zN3u/6q7iJl3ZlVEMyIRAA==';

const u16 = (value: number): Buffer => Buffer.from([value & 0xff, value >> 8]);
const u32 = (value: number): Buffer => Buffer.concat([u16(value & 0xffff), u16(value >>> 16)]);
const record = (type: number, value: Buffer): Buffer => Buffer.concat([u16(type), u16(value.length), value]);
const object = (...records: Buffer[]): Buffer => {
  const body = Buffer.concat([u16(records.length), ...records]);
  return Buffer.concat([u32(body.length + 4), body]);
};
const wrm = (version: string, data: string): Buffer =>
  Buffer.from(
    `<WRMHEADER xmlns="http://schemas.microsoft.com/DRM/2007/03/PlayReadyHeader" version="${version}"><DATA>${data}</DATA></WRMHEADER>`,
    'utf16le',
  );
const header = (version: string, data: string): Buffer => object(record(1, wrm(version, data)));
const LA = '<LA_URL>https://la.example/rm.asmx?a=1&amp;b=2</LA_URL>';

describe('WRMHEADER', () => {
  test.each([
    {
      version: '4.0.0.0',
      data: `<PROTECTINFO><KEYLEN>16</KEYLEN><ALGID>AESCTR</ALGID></PROTECTINFO><KID>${KID}</KID><CHECKSUM>${CHECKSUM}</CHECKSUM>${LA}`,
      ids: [ID],
    },
    {
      version: '4.1.0.0',
      data: `${LA}<PROTECTINFO><KID ALGID="AESCTR" CHECKSUM="${CHECKSUM}" VALUE="${KID}"></KID></PROTECTINFO>`,
      ids: [ID],
    },
    {
      version: '4.2.0.0',
      data: `${LA}<PROTECTINFO><KIDS><KID ALGID="AESCTR" CHECKSUM="${CHECKSUM}" VALUE="${KID}"></KID><KID ALGID="AESCTR" VALUE="${OTHER_KID}"></KID><KID ALGID="AESCTR" VALUE="${KID}"></KID></KIDS></PROTECTINFO>`,
      ids: [ID, OTHER],
    },
    {
      version: '4.3.0.0',
      data: `${LA}<PROTECTINFO><KIDS><KID ALGID="AESCBC" VALUE="${OTHER_KID}"/></KIDS></PROTECTINFO>`,
      ids: [OTHER],
    },
    { version: '4.2.0.0', data: LA, ids: [] },
    {
      version: '4.0.0.0',
      data: `<KID>${KID}</KID><CHECKSUM>${CHECKSUM}</CHECKSUM>${LA.replace('&amp;', '&')}`,
      ids: [ID],
    },
  ])('$version names $ids', ({ version, data, ids }) => {
    const read = readPlayReady(header(version, data));
    expect(read.version).toBe(version);
    expect(read.keys.map(({ id }) => id)).toEqual(ids);
    expect(read.licenceUrl).toBe('https://la.example/rm.asmx?a=1&b=2');
    const key = read.keys.find(({ id }) => id === ID);
    if (key) expect(Buffer.from(key.checksum ?? []).toString('base64')).toBe(CHECKSUM);
  });

  test('the checksum is that of its key', () => {
    const cipher = createCipheriv(
      'aes-128-ecb',
      Buffer.from('0123456789abcdef0123456789abcdef', 'hex'),
      null,
    );
    expect(cipher.update(Buffer.from(KID, 'base64')).subarray(0, 8).toString('base64')).toBe(CHECKSUM);
  });

  test('of an unknown version nothing is guessed', () => {
    expect(readPlayReady(header('5.0.0.0', `<KID>${KID}</KID>${LA}`))).toEqual({
      version: '5.0.0.0',
      keys: [],
      licenceUrl: undefined,
    });
  });

  test('other records are passed over, padding behind the text too', () => {
    const text = Buffer.concat([wrm('4.0.0.0', `<KID>\r\n ${KID} </KID>`), Buffer.alloc(2)]);
    const read = readPlayReady(object(record(3, Buffer.alloc(40)), record(1, text)));
    expect(read.keys).toEqual([{ id: ID, checksum: undefined }]);
  });
});

test.each([
  { name: 'UTF-16', bare: wrm('4.0.0.0', `<KID>${KID}</KID>${LA}`) },
  { name: 'UTF-8', bare: Buffer.from(wrm('4.0.0.0', `<KID>${KID}</KID>${LA}`).toString('utf16le')) },
])('a header without its object gets one: $name', ({ bare }) => {
  const data = systemDataOf({ systemId: PLAYREADY, data: bare, scope: undefined });
  expect(Buffer.from(data)).toEqual(header('4.0.0.0', `<KID>${KID}</KID>${LA}`));
  expect(keyIdsOf([{ systemId: PLAYREADY, data: bare, scope: undefined }])).toEqual([ID]);
  expect(systemDataOf({ systemId: WIDEVINE, data: bare, scope: undefined })).toBe(bare);
});

test.each([
  { name: 'nothing', data: Buffer.alloc(0) },
  { name: 'a length beyond its end', data: Buffer.concat([u32(500), u16(0)]) },
  { name: 'more records than bytes', data: Buffer.concat([u32(10), u16(9), u16(1), u16(0)]) },
  { name: 'a record beyond its end', data: Buffer.concat([u32(10), u16(1), u16(1), u16(99)]) },
  { name: 'records that do not add up', data: Buffer.concat([u32(14), u16(1), u16(1), u16(0), u32(0)]) },
  { name: 'no header among its records', data: object(record(3, Buffer.alloc(4))) },
  { name: 'over 64 KB', data: Buffer.concat([u32(70_000), u16(0), Buffer.alloc(69_994)]) },
  { name: 'XML that breaks off', data: object(record(1, wrm('4.0.0.0', '').subarray(0, -4))) },
  { name: 'something else', data: object(record(1, Buffer.from('<html></html>', 'utf16le'))) },
  { name: 'a KID of 15 bytes', data: header('4.0.0.0', '<KID>AAAAAAAAAAAAAAAAAAAA</KID>') },
])('$name is refused with a code', ({ data }) => {
  let error: unknown;
  try {
    readPlayReady(data);
  } catch (thrown) {
    error = thrown;
  }
  expect(isSmoothError(error, 'drm-header-malformed')).toBe(true);
});

test('damage gives a header or the one error, never another', () => {
  const whole = header('4.0.0.0', `<KID>${KID}</KID>${LA}`);
  const damage = fc.tuple(fc.nat(whole.length - 1), fc.nat(255));
  fc.assert(
    fc.property(fc.array(damage, { maxLength: 8 }), fc.nat(whole.length), (changes, length) => {
      const data = Uint8Array.from(whole).subarray(0, length);
      for (const [at, value] of changes) data[at] = value;
      try {
        readPlayReady(data);
      } catch (error) {
        if (!isSmoothError(error, 'drm-header-malformed')) throw error;
      }
    }),
  );
});

const be32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
};
function pssh(systemId: string, data: Buffer, ids: readonly string[] = []): Buffer {
  const version = Buffer.from([ids.length > 0 ? 1 : 0, 0, 0, 0]);
  const list = ids.length > 0 ? [be32(ids.length), ...ids.map((id) => Buffer.from(id, 'hex'))] : [];
  const body = [Buffer.from('pssh'), version, Buffer.from(systemId, 'hex'), ...list, be32(data.length), data];
  return Buffer.concat([be32(4 + Buffer.concat(body).length), ...body]);
}

describe('headers in the manifest', () => {
  const widevine = Buffer.from(`08011210${OTHER}`, 'hex');

  test.each([
    { name: 'data alone', data: widevine },
    { name: 'a whole pssh box', data: pssh(WIDEVINE, widevine) },
    { name: 'a pssh box that names keys itself', data: pssh(WIDEVINE, widevine, [ID]) },
  ])('a system’s data is found in $name', ({ data }) => {
    expect(Buffer.from(systemDataOf({ systemId: WIDEVINE, data }))).toEqual(widevine);
  });

  test('keys are those of all of them, each once', () => {
    const first = { systemId: PLAYREADY, data: header('4.0.0.0', `<KID>${KID}</KID>`) };
    const second = { systemId: WIDEVINE, data: pssh(WIDEVINE, widevine, [ID]) };
    const broken = { systemId: PLAYREADY, data: Buffer.from('broken') };
    expect(keyIdsOf([broken, first, second])).toEqual([ID, OTHER]);
    expect(keyIdsOf([])).toEqual([]);
  });

  test.each(['{9A04F079-9840-4286-AB92-E65BE0885F95}', '9a04f079-9840-4286-ab92-e65be0885f95'])(
    '%s is read in any place of the manifest, white space and all',
    (systemId) => {
      const base64 = header('4.0.0.0', `<KID>${KID}</KID>`).toString('base64');
      const spaced = `\r\n  ${base64.replace(/.{76}/g, '$&\r\n  ')}\r\n`;
      const protection = `<Protection><ProtectionHeader SystemID="${systemId}">${spaced}</ProtectionHeader></Protection>`;
      const stream =
        '<StreamIndex Type="audio" Url="Q({bitrate})/F(a={start time})"><QualityLevel Bitrate="64000" FourCC="AACL" CodecPrivateData="1190"/><c d="20000000"/></StreamIndex>';
      for (const content of [protection + stream, stream + protection]) {
        const text = `<SmoothStreamingMedia MajorVersion="2" MinorVersion="0" Duration="20000000">${content}</SmoothStreamingMedia>`;
        expect(keyIdsOf(parseManifest(text).protection)).toEqual([ID]);
      }
    },
  );
});

const folder = fileURLToPath(new URL('../../../../shared/corpus/manifests/', import.meta.url));
const isPresent = existsSync(folder);
if (!isPresent) console.info('skipped: corpus not present');

test.skipIf(!isPresent).each([
  {
    file: 'media3-ismc-1.xml',
    id: '380ca5052c67408583770df861c91f64',
    licenceUrl: 'https://T-ONLINE.DUMMY-SERVER/ArtemisLicenseServer/PlayReadyManager.asmx',
  },
  {
    file: 'shaka-playready-utf16.xml',
    id: '09e367028f33436ca5dd60ffe6671e70',
    licenceUrl: 'http://playready.directtaps.net/pr/svc/rightsmanager.asmx',
  },
])('$file: $id', ({ file, id, licenceUrl }) => {
  const { protection } = parseManifest(readFileSync(folder + file), file);
  const [first] = protection;
  expect(keyIdsOf(protection)).toEqual([id]);
  expect(first && readPlayReady(first.data)).toMatchObject({ version: '4.0.0.0', licenceUrl });
});

const keys = (...algorithms: string[]) =>
  `<PROTECTINFO><KIDS>${algorithms.map((name, i) => `<KID ALGID="${name}" VALUE="${i === 0 ? KID : OTHER_KID}"/>`).join('')}</KIDS></PROTECTINFO>`;

test.each<[name: string, data: Uint8Array, scheme: string | undefined]>([
  ['4.3 with AES-CBC', header('4.3.0.0', keys('AESCBC')), 'PlayReady AESCBC'],
  ['4.3 with AES-CBC for all keys', header('4.3.0.0', keys('AESCBC', 'aescbc ')), 'PlayReady AESCBC'],
  ['4.3 with AES-CBC for some', header('4.3.0.0', keys('AESCBC', 'AESCTR')), undefined],
  ['4.2 with AES-CTR', header('4.2.0.0', keys('AESCTR')), undefined],
  [
    '4.3 that says nothing',
    header('4.3.0.0', `<PROTECTINFO><KIDS><KID VALUE="${KID}"/></KIDS></PROTECTINFO>`),
    undefined,
  ],
  [
    '4.1 with AES-CBC',
    header('4.1.0.0', `<PROTECTINFO><KID ALGID="AESCBC" VALUE="${KID}"/></PROTECTINFO>`),
    'PlayReady AESCBC',
  ],
  [
    '4.0 with a cipher of old',
    header(
      '4.0.0.0',
      `<PROTECTINFO><KEYLEN>7</KEYLEN><ALGID>COCKTAIL</ALGID></PROTECTINFO><KID>${KID}</KID>`,
    ),
    'PlayReady COCKTAIL',
  ],
  [
    '4.0 with AES-CTR',
    header('4.0.0.0', `<PROTECTINFO><ALGID>AESCTR</ALGID></PROTECTINFO><KID>${KID}</KID>`),
    undefined,
  ],
  ['nobody can read', Buffer.from('AESCBC'), undefined],
])('a header %s names the algorithm of its keys', (_, data, scheme) => {
  expect(unsupportedScheme([{ systemId: PLAYREADY, data }])).toBe(scheme);
  expect(unsupportedScheme([{ systemId: WIDEVINE, data }])).toBeUndefined();
  expect(unsupportedScheme([{ systemId: SEGMENT_ENCRYPTION, data }])).toContain('CBC');
});

test('a header full of zeros is rejected', () => {
  const text = Buffer.from(`<WRMHEADER version="4.0.0.0">${'\0'.repeat(25_000)}x`, 'utf16le');
  expect(() => readPlayReady(object(record(1, text)))).toThrow('drm-header-malformed');
});
