import { expect, test } from 'vitest';
import {
  asOne,
  base64FromBytes,
  bytesFromBase64,
  bytesFromHex,
  decode,
  decodeText,
  hexFromBytes,
  join,
  normaliseGuid,
  swapGuid,
} from '../../../src/base/bytes.ts';

const utf16 = (text: string, isLittle: boolean) =>
  Uint8Array.from(
    Array.from(text).flatMap((character) => {
      const pair = [character.charCodeAt(0) & 0xff, character.charCodeAt(0) >> 8];
      return isLittle ? pair : pair.reverse();
    }),
  );
const utf8 = (text: string) => new TextEncoder().encode(text);

test.each([
  { name: 'UTF-8 without mark', bytes: utf8('<a>é</a>') },
  { name: 'UTF-8 with mark', bytes: utf8('\ufeff<a>é</a>') },
  { name: 'Windows-1252', bytes: Uint8Array.from([0x3c, 0x61, 0x3e, 0xe9, 0x3c, 0x2f, 0x61, 0x3e]) },
  { name: 'UTF-16 little-endian with mark', bytes: utf16('\ufeff<a>é</a>', true) },
  { name: 'UTF-16 big-endian with mark', bytes: utf16('\ufeff<a>é</a>', false) },
  { name: 'UTF-16 little-endian without mark', bytes: utf16('<a>é</a>', true) },
  { name: 'UTF-16 big-endian without mark', bytes: utf16('<a>é</a>', false) },
])('text is decoded from $name', ({ bytes }) => {
  expect(decodeText(bytes)).toBe('<a>é</a>');
});

/** Text as its prolog says that it is. */
const claimed = (encoding: string, ...bytes: number[]) =>
  Uint8Array.from([...utf8(`<?xml version="1.0" encoding='${encoding}' ?><a b="`), ...bytes, ...utf8('"/>')]);

test.each<[encoding: string, bytes: number[], text: string]>([
  ['windows-1251', [0xd0, 0xf3, 0xf1], 'Рус'],
  ['WINDOWS-1250', [0xe8, 0x9a], 'čš'],
  ['koi8-r', [0xf2, 0xd5, 0xd3], 'Рус'],
  ['iso-8859-7', [0xc1, 0xe8], 'Αθ'],
  ['iso-8859-1', [0xe9], 'é'],
  ['us-ascii', [0xe9], 'é'],
  ['shift_jis', [0x93, 0xfa, 0x96, 0x7b], '日本'],
  ['euc-jp', [0xc6, 0xfc, 0xcb, 0xdc], '日本'],
  ['iso-2022-jp', [0x1b, 0x24, 0x42, 0x46, 0x7c, 0x4b, 0x5c, 0x1b, 0x28, 0x42], '日本'],
  ['euc-kr', [0xc7, 0xd1, 0xb1, 0xb9], '한국'],
  ['gbk', [0xd6, 0xd0, 0xce, 0xc4], '中文'],
  // The same bytes are UTF-8 as well.
  ['gb2312', [0xc2, 0xa9], '漏'],
  ['big5', [0xa4, 0xa4, 0xa4, 0xe5], '中文'],
  ['utf-8', [0xe9], 'é'],
  ['no-such-thing', [0xe9], 'é'],
])('text is decoded as its prolog says: %s', (encoding, bytes, text) => {
  expect(decodeText(claimed(encoding, ...bytes))).toContain(`<a b="${text}"/>`);
});

test.each(['iso-8859-1', 'windows-1251', 'utf-16', 'koi8-r', 'no-such-thing'])(
  'what is UTF-8 is decoded as that, though its prolog says %s',
  (encoding) => {
    expect(decode(claimed(encoding, ...utf8('é Рус')))).toMatchObject({
      text: expect.stringContaining('"é Рус"'),
      encoding: 'utf-8',
      claimed: encoding,
    });
  },
);

test('UTF-16 is known by its zeros, whatever it begins with', () => {
  expect(decodeText(utf16('\n <a>é</a>', true))).toBe('\n <a>é</a>');
  expect(decodeText(utf16(' <a>é</a>', false))).toBe(' <a>é</a>');
});

test('a character cut in two by the end is dropped', () => {
  expect(decodeText(utf8('<a>é').subarray(0, -1))).toBe('<a>');
  expect(decodeText(utf16('\ufeff<a>', true).subarray(0, -1))).toBe('<a');
});

test.each([
  ['00fFAb', [0, 255, 171]],
  [' 1190\n', [0x11, 0x90]],
  ['', []],
  ['123', undefined],
  ['0x12', undefined],
  ['12 34\n  56', [0x12, 0x34, 0x56]],
  ['１２', undefined],
])('hexadecimal %j', (text, bytes) => {
  expect(bytesFromHex(text)).toEqual(bytes && Uint8Array.from(bytes));
});

test.each([
  [' AQ\r\n ID ', [1, 2, 3]],
  ['AQI=', [1, 2]],
  ['AQI', [1, 2]],
  ['', []],
  ['AQ*D', undefined],
])('base64 %j', (text, bytes) => {
  expect(bytesFromBase64(text)).toEqual(bytes && Uint8Array.from(bytes));
});

test.each([
  ['{9A04F079-9840-4286-AB92-E65BE0885F95}', '9a04f07998404286ab92e65be0885f95'],
  ['9a04f079-98404286-ab92-e65be0885f95', '9a04f07998404286ab92e65be0885f95'],
  ['9a04f079', undefined],
])('GUID %s', (text, digits) => {
  expect(normaliseGuid(text)).toBe(digits);
});

test('GUIDs turn from one byte order to the other and back', () => {
  const written = Uint8Array.from(Buffer.from('00112233445566778899aabbccddeeff', 'hex'));
  expect(hexFromBytes(swapGuid(written))).toBe('33221100554477668899aabbccddeeff');
  expect(swapGuid(swapGuid(written))).toEqual(written);
  expect(base64FromBytes(written)).toBe('ABEiM0RVZneImaq7zN3u/w==');
});

test('pieces are joined in their order', () => {
  const pieces = [Uint8Array.of(1, 2), new Uint8Array(), Uint8Array.of(3)];
  expect([...join(pieces)]).toEqual([1, 2, 3]);
  expect(join([])).toHaveLength(0);
});

test('pieces that follow each other in memory are one without a copy', () => {
  const memory = Uint8Array.of(1, 2, 3, 4);
  const [first, second, last] = [memory.subarray(0, 1), memory.subarray(1, 3), memory.subarray(3)];
  expect(asOne([first, second, last])).toEqual(memory);
  expect(asOne([first, second]).buffer).toBe(memory.buffer);
  expect([...asOne([second, first])]).toEqual([2, 3, 1]);
  expect([...asOne([first, last])]).toEqual([1, 4]);
  expect([...asOne([first, Uint8Array.of(9)])]).toEqual([1, 9]);
  expect(asOne([])).toHaveLength(0);
});
