import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { isSmoothError } from '../../../src/base/errors.ts';
import { readComposite } from '../../../src/manifest/composite.ts';

function read(text: string | Uint8Array) {
  const steps = readComposite(typeof text === 'string' ? new TextEncoder().encode(text) : text);
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
  }
}

const root = (clips: string, attributes = '') =>
  `<SmoothStreamingMedia MajorVersion="1" Duration="99"${attributes}>${clips}</SmoothStreamingMedia>`;
const STREAM =
  '<StreamIndex Type="video" Chunks="299" Url="Q({bitrate})/F({start time})"><QualityLevel Bitrate="7" FourCC="H264"/>' +
  '<c t="20"/><c t="40" d="30"/></StreamIndex>';

test('a clip has its place, its times and its streams', () => {
  const { clips, timescale, warnings } = read(
    root(`<Note/><Clip Url=" a.ism/Manifest?x=1 " ClipBegin="20" ClipEnd="60">${STREAM}</Clip>`),
  );
  expect(timescale).toBe(10_000_000n);
  expect(warnings).toEqual([]);
  expect(clips).toMatchObject([{ url: 'a.ism/Manifest?x=1', begin: 20n, end: 60n, path: 'Clip[0]' }]);
  const [stream] = clips[0]?.presentation?.streams ?? [];
  expect([...(stream?.chunks ?? [])].map(({ start, duration }) => [start, duration])).toEqual([
    [20n, 20n],
    [40n, 30n],
  ]);
});

test('reading pauses after each clip, however short', () => {
  const steps = readComposite(root(`<Clip Url="a">${STREAM}</Clip>`.repeat(50)));
  let pauses = 0;
  while (!steps.next().done) pauses++;
  expect(pauses).toBeGreaterThanOrEqual(50);
});

test('a clock of its own holds for all clips', () => {
  const { clips, timescale } = read(root(`<Clip Url="a">${STREAM}</Clip>`, ' TimeScale="1000"'));
  expect(timescale).toBe(1000n);
  expect(clips[0]?.presentation?.streams[0]?.timescale).toBe(1000n);
});

test('a clip without streams leaves them to its own manifest', () => {
  const { clips } = read(root('<Clip Url="a.ism/Manifest"/>'));
  expect(clips).toMatchObject([{ presentation: undefined, begin: undefined, end: undefined }]);
});

test('a clip that cannot be read is left out, and the others are not', () => {
  const { clips, warnings } = read(
    root(
      `<Clip>${STREAM}</Clip><Clip Url="b"><StreamIndex Type="smell"/></Clip>` +
        `<Clip Url="c" ClipBegin="soon">${STREAM}</Clip>`,
    ),
  );
  expect(clips.map(({ url, begin }) => [url, begin])).toEqual([['c', undefined]]);
  expect(warnings.map(({ message }) => message)).toEqual([
    'manifest-part-left-out: Clip[0] was ignored: it has no Url',
    expect.stringMatching(/Clip\[1\] was ignored: StreamIndex\[0\]: Type="smell" is unknown/),
    expect.stringMatching(/Clip\[2\]: ClipBegin="soon" is not valid/),
  ]);
});

test.each([
  ['breaks off', `${root(`<Clip Url="a">${STREAM}</Clip>`).slice(0, -9)}`, 'manifest-truncated'],
  ['has too many clips', root('<Clip Url="a"/>'.repeat(1001)), 'manifest-too-large'],
])('a manifest that %s gives its error', (_, text, code) => {
  try {
    read(text);
    expect.unreachable();
  } catch (error) {
    expect(isSmoothError(error) && error.code).toBe(code);
  }
});

const CORPUS = fileURLToPath(
  new URL('../../../../shared/corpus/manifests/iis-composite.xml', import.meta.url),
);
if (!existsSync(CORPUS)) console.info(`corpus test skipped: corpus not present at ${CORPUS}`);

test.skipIf(!existsSync(CORPUS))('the composite manifest of the documentation becomes these clips', () => {
  const { clips, warnings } = read(readFileSync(CORPUS));
  expect(warnings).toEqual([]);
  const outline = clips.map(({ url, begin, end, presentation }) => {
    const streams = presentation?.streams.map(
      ({ type, levels, chunks }) => `${type} ${levels.length} ${chunks.length}`,
    );
    return [url, begin, end, streams?.join(', ')];
  });
  expect(outline).toMatchInlineSnapshot(`
    [
      [
        "http://a-mikedo-1/BigBuckBunny.ism/Manifest",
        140000000n,
        200968708n,
        "video 7 4, audio 1 4",
      ],
      [
        "http://a-mikedo-1/BigBuckBunny.ism/Manifest",
        2000000000n,
        2101405896n,
        "video 7 6, audio 1 6",
      ],
      [
        "http://a-mikedo-1/BigBuckBunny.ism/Manifest",
        4000000000n,
        4101572790n,
        "video 7 6, audio 1 6",
      ],
    ]
  `);
});
