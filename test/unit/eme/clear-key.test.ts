import { expect, test } from 'vitest';
import { clearKeyLicence, wrongKeys } from '../../../src/eme/clear-key.ts';

const ID = '00112233445566778899aabbccddeeff';
const KEY = '0123456789abcdef0123456789abcdef';
const OTHER = 'ffeeddccbbaa99887766554433221100';
const CHECKSUM = Uint8Array.from(Buffer.from('QuKmVjK8B3k=', 'base64'));
const base64Url = (hex: string) => Buffer.from(hex, 'hex').toString('base64url');
const ask = (...ids: string[]) =>
  new TextEncoder().encode(JSON.stringify({ kids: ids.map(base64Url), type: 'temporary' })).buffer;
const read = (licence: Uint8Array | undefined) => licence && JSON.parse(new TextDecoder().decode(licence));

test('keys at hand answer a request, in any dress', () => {
  const dressed = `{${ID.slice(0, 8)}-${ID.slice(8)}}`.toUpperCase();
  expect(read(clearKeyLicence(ask(ID), { [dressed]: KEY }))).toEqual({
    keys: [{ kty: 'oct', kid: base64Url(ID), k: base64Url(KEY) }],
    type: 'temporary',
  });
});

test('those that are there are given, and none is no licence', () => {
  expect(read(clearKeyLicence(ask(ID, OTHER), { [OTHER]: KEY })).keys).toHaveLength(1);
  expect(clearKeyLicence(ask(ID), { [OTHER]: KEY })).toBeUndefined();
  expect(clearKeyLicence(ask(ID), { [ID]: 'too short' })).toBeUndefined();
  expect(clearKeyLicence(new TextEncoder().encode('garbage').buffer, { [ID]: KEY })).toBeUndefined();
});

test.each([
  { name: 'the right key', key: KEY, checksum: CHECKSUM, wrong: [] },
  { name: 'another key', key: OTHER, checksum: CHECKSUM, wrong: [ID] },
  { name: 'another key, and nothing to tell it by', key: OTHER, checksum: undefined, wrong: [] },
])('the header’s checksum tells: $name', async ({ key, checksum, wrong }) => {
  const licence = clearKeyLicence(ask(ID), { [ID]: key }) ?? new Uint8Array();
  expect(await wrongKeys(licence, [{ id: ID, checksum }])).toEqual(wrong);
});

test.each(['', '<html>', '[]', 'null', '{"keys":7}', '{"keys":[{}]}', '{"keys":[null]}'])(
  '%j has no wrong keys',
  async (text) => {
    expect(await wrongKeys(new TextEncoder().encode(text), [{ id: ID, checksum: CHECKSUM }])).toEqual([]);
  },
);
