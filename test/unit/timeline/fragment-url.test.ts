import { expect, test } from 'vitest';
import { isSmoothError } from '../../../src/base/errors.ts';
import { ticks } from '../../../src/base/time.ts';
import { fragmentUrl, manifestUrl } from '../../../src/timeline/fragment-url.ts';
import fc from '../../support/properties.ts';

const MANIFEST = 'https://host/a/x.ism/Manifest?path=/b/c#d';
const level = (...attributes: [string, string][]) => ({
  bitrate: 307200,
  customAttributes: attributes.map(([name, value]) => ({ name, value })),
});
const url = (urlTemplate: string | undefined, of = level(), manifest = MANIFEST) =>
  fragmentUrl(manifest, { urlTemplate }, of, ticks(2n ** 63n + 1n));

const BASE = 'https://host/a/x.ism/';
const START = '9223372036854775809';

test.each<[template: string, expected: string, of?: ReturnType<typeof level>]>([
  [
    'QualityLevels({bitrate})/Fragments(video={start time})',
    `${BASE}QualityLevels(307200)/Fragments(video=${START})`,
  ],
  [
    'QualityLevels({Bitrate})/Fragments(video={start_time})',
    `${BASE}QualityLevels(307200)/Fragments(video=${START})`,
  ],
  ['Q(%7Bbitrate%7d)/F(v=%7Bstart%20time%7D)', `${BASE}Q(307200)/F(v=${START})`],
  ['Q({BITRATE})/F(v={Start Time})', `${BASE}Q(307200)/F(v=${START})`],
  ['Q({bitrate})/F(v={starttime})', `${BASE}Q(307200)/F(v=${START})`],
  ['Q({bitrate})/F(v={startTime})', `${BASE}Q(307200)/F(v=${START})`],
  ['Q({bitrate})/F(v={start-time})', `${BASE}Q(307200)/F(v=${START})`],
  ['Q({ bitrate })/F(v={ start\u00a0 time })', `${BASE}Q(307200)/F(v=${START})`],
  ['Q(%7B%20bitrate%7D)/F(v=%7Bstart%C2%A0time%7D)', `${BASE}Q(307200)/F(v=${START})`],
  ['Fragments(video={start time})', `${BASE}Fragments(video=${START})`],
  ['F({start time})?p=1', `${BASE}F(${START})?p=1`],
  ['?t={start time}', `${BASE}?t=${START}`],
  ['/root/F({start time})', `https://host/root/F(${START})`],
  ['https://cdn/F({start time})', `https://cdn/F(${START})`],
  ['//cdn/F({start time})', `https://cdn/F(${START})`],
  ['F(a#1={start time})', `${BASE}F(a%231=${START})`],
  ['Q({bitrate},{CustomAttributes})', `${BASE}Q(307200)`],
  ['Q({bitrate},   {CustomAttributes})', `${BASE}Q(307200)`],
  ['Q({bitrate},{CustomAttributes})', `${BASE}Q(307200,a=1,b=x%20y)`, level(['a', '1'], ['b', 'x y'])],
  [
    'Q({bitrate},%7Bcustomattributes%7D)',
    `${BASE}Q(307200,a=(1,2)%2F$&)`.replace('$&', '%24%26'),
    level(['a', '(1,2)/$&']),
  ],
  ['Q({bitrate})', `${BASE}Q(307200)`, level(['a', '1'])],
])('%s', (template, expected, of = level()) => {
  expect(url(template, of)).toBe(expected);
});

test.each([
  ['javascript:alert(1)', MANIFEST],
  ['data:text/plain,{bitrate}', MANIFEST],
  ['file:///etc/{bitrate}', MANIFEST],
  ['blob:https://host/1', MANIFEST],
  ['http://host/F({start time})', MANIFEST],
  ['https://user:word@host/F', MANIFEST],
  ['https://[', MANIFEST],
  ['F', 'https://user@host/x.ism/Manifest'],
  ['F', 'not a url'],
  [undefined, MANIFEST],
])('refuses %s', (template, manifest) => {
  try {
    url(template, level(), manifest);
    expect.unreachable();
  } catch (error) {
    expect(isSmoothError(error, 'source-invalid')).toBe(true);
  }
});

test('plain http stays allowed where the manifest came by it', () => {
  expect(url('http://cdn/F', level(), 'http://host/x.ism/Manifest')).toBe('http://cdn/F');
  expect(url('https://cdn/F', level(), 'http://host/x.ism/Manifest')).toBe('https://cdn/F');
});

test('every tick of 64 bits reaches the URL', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), (start) => {
      const template = 'QualityLevels({bitrate})/Fragments(v={start time})';
      const made = fragmentUrl(MANIFEST, { urlTemplate: template }, level(), ticks(start));
      expect(made).toBe(`${BASE}QualityLevels(307200)/Fragments(v=${start})`);
    }),
  );
});

test.each([
  ['https://host/x.ism', undefined, 'https://host/x.ism/Manifest'],
  ['https://host/x.ISML/?a=/b', undefined, 'https://host/x.ISML/Manifest?a=/b'],
  ['https://host/x.ism/manifest#t', undefined, 'https://host/x.ism/manifest'],
  ['https://host/x.xml', undefined, 'https://host/x.xml'],
  ['x.ism', 'https://host/page/', 'https://host/page/x.ism/Manifest'],
])('the manifest of %s', (source, base, expected) => {
  expect(manifestUrl(source, base)).toBe(expected);
});

test.each(['', 'x.ism', 'ftp://host/x.ism', 'blob:https://host/1', 'https://a:b@host/x.ism'])(
  'no manifest at %j',
  (source) => {
    expect(() => manifestUrl(source)).toThrow(/source-invalid/);
  },
);

test.each([
  [undefined, '-213333'],
  [true, '18446744073709338283'],
])('a time below 0 is asked for as its server writes it', (wrapsTimes, written) => {
  const stream = { urlTemplate: 'F({start time})', ...(wrapsTimes && { wrapsTimes }) };
  expect(fragmentUrl(MANIFEST, stream, level(), ticks(-213_333))).toBe(`${BASE}F(${written})`);
  expect(fragmentUrl(MANIFEST, stream, level(), ticks(7))).toBe(`${BASE}F(7)`);
});
