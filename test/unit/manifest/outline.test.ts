import { expect, test } from 'vitest';
import { ManifestOutline } from '../../../src/manifest/outline.ts';
import { parseManifest } from '../../../src/manifest/parse.ts';

const LEVEL =
  '<QualityLevel Index="0" Bitrate="1000" FourCC="H264" CodecPrivateData="00000001674d401fe9800000000168efbc80" MaxWidth="640" MaxHeight="360"/>';
const stream = (type: string, chunks: string) =>
  `<StreamIndex Type="${type}" Url="Q({bitrate})/F(${type}={start time})">\n${LEVEL}\n${chunks}</StreamIndex>\n`;
const HEAD = '<?xml version="1.0"?>\n<SmoothStreamingMedia MajorVersion="2" Duration="1000000000">\n';
const PLAIN = Array.from({ length: 500 }, (_, n) => `<c n="${n}" t="${n * 20}" d="20"/>\n`).join('');
const SIZED = Array.from(
  { length: 500 },
  (_, n) => `<c n="${n}" d="20"><f i="0" s="9"/>\n<f i="1" s="12" /></c>`,
).join('\n');

/** The outline after each piece of this many characters. */
function outlines(text: string, size: number): ManifestOutline['text'][] {
  const outline = new ManifestOutline();
  return Array.from({ length: Math.ceil(text.length / size) }, (_, n) => {
    outline.add(text.slice(n * size, (n + 1) * size));
    return outline.text;
  });
}

test.each([
  { name: 'plain chunks', chunks: PLAIN },
  { name: 'chunks with the sizes of their fragments', chunks: SIZED },
])('keeps the headers and the first chunks of each stream: $name', ({ chunks }) => {
  const text = `${HEAD}${stream('video', chunks)}${stream('audio', chunks)}</SmoothStreamingMedia>`;
  const outline = outlines(text, 100).at(-1) ?? '';
  expect(outline.length).toBeLessThan(1500);
  const [whole, known] = [parseManifest(text), parseManifest(outline)];
  expect(known.streams.map(({ type, levels, chunks: { length } }) => [type, levels.length, length])).toEqual([
    ['video', 1, 2],
    ['audio', 1, 2],
  ]);
  expect(known.streams.map(({ chunks: list }) => list.at(0))).toEqual(
    whole.streams.map(({ chunks: list }) => list.at(0)),
  );
});

test.each([7, 64, 1000])('is readable at any time, in pieces of %d characters', (size) => {
  const text = `${HEAD}${stream('video', PLAIN)}${stream('audio', SIZED)}`;
  const known = outlines(text, size).filter((outline) => outline !== undefined);
  expect(known.length).toBeGreaterThan(0);
  const found = known.map((outline) =>
    parseManifest(outline)
      .streams.map(({ type }) => type)
      .join(),
  );
  expect([...new Set(found)]).toEqual(['video', 'video,audio']);
});

test('knows nothing before the first chunk is complete', () => {
  const outline = new ManifestOutline();
  for (const text of [HEAD, '<StreamIndex Type="video" Url="a">', LEVEL, '<c t="0" d="2']) {
    outline.add(text);
    expect(outline.text).toBeUndefined();
  }
  outline.add('0"/>');
  expect(outline.text).toBeDefined();
});

test('says when it is of no use', () => {
  const outline = new ManifestOutline();
  for (let n = 0; n < 300; n++) outline.add(`<c t="${n}" d="1"><f i="0">${'payload '.repeat(200)}</f></c>`);
  expect(outline.isTooLarge).toBe(true);
});
