import { expect, test } from 'vitest';
import { seconds, ticks, timescale } from '../../../src/base/time.ts';
import { parseManifest } from '../../../src/manifest/parse.ts';
import type { Presentation } from '../../../src/manifest/presentation.ts';
import { timelineOf } from '../../../src/timeline/timeline.ts';
import fc from '../../support/properties.ts';

const manifestOf = (chunks: string, scale: number | bigint = 10_000_000) =>
  parseManifest(
    `<SmoothStreamingMedia><StreamIndex Type="video" TimeScale="${scale}" Url="v"><QualityLevel Bitrate="1"/>${chunks}</StreamIndex></SmoothStreamingMedia>`,
  );

function timelineFor(presentation: Presentation, origin = presentation.origin) {
  const [stream] = presentation.streams;
  if (!stream) throw new Error('no stream');
  return { stream, timeline: timelineOf(stream, { origin, timescale: presentation.timescale }) };
}

const anyScale = fc.constantFrom(1, 25, 600, 1000, 44_100, 48_000, 90_000, 10_000_000, 4_294_967_295);

test('the start of every chunk leads back to it, wherever the clock begins and however it ticks', () => {
  const anyRuns = fc.array(fc.tuple(fc.integer({ min: 1, max: 500 }), fc.integer({ min: 1, max: 40 })), {
    minLength: 1,
    maxLength: 6,
  });
  fc.assert(
    fc.property(anyScale, fc.bigInt({ min: 0n, max: 2n ** 63n }), anyRuns, (scale, start, runs) => {
      const list = runs
        .map(
          ([length, count], index) =>
            `<c ${index === 0 ? `t="${start}"` : ''} d="${Math.ceil((length * scale) / 100)}" r="${count}"/>`,
        )
        .join('');
      const { stream, timeline } = timelineFor(manifestOf(list, scale));
      for (const chunk of stream.chunks) {
        expect(timeline.chunkAt(timeline.startOf(chunk))).toEqual(chunk);
        expect(timeline.chunkAt(timeline.endOf(chunk))).toEqual(timeline.next(chunk));
        const middle = (timeline.startOf(chunk) + timeline.endOf(chunk)) / 2;
        if (timeline.endOf(chunk) - middle > 2e-6) expect(timeline.chunkAt(seconds(middle))).toEqual(chunk);
      }
    }),
  );
});

test('times are exact to the nanosecond on clocks that count from year 1', () => {
  const { stream, timeline } = timelineFor(manifestOf('<c t="638000000000000001" d="20000000" r="1000"/>'));
  const chunk = stream.chunks.at(999);
  expect(chunk && timeline.startOf(chunk)).toBe(1998);
  expect(timeline.duration).toBe(2000);
});

test('a moment a microsecond before a boundary is on it', () => {
  const { timeline } = timelineFor(manifestOf('<c d="20000000" r="3"/>'));
  expect(timeline.chunkAt(seconds(2 - 0.9e-6))?.index).toBe(1);
  expect(timeline.chunkAt(seconds(2 - 2e-6))?.index).toBe(0);
  expect(timeline.chunkAt(seconds(2))?.index).toBe(1);
});

test('coarse clocks are not rounded', () => {
  const { timeline } = timelineFor(manifestOf('<c d="4" r="3"/>', 1));
  expect(timeline.chunkAt(seconds(3.6))?.index).toBe(0);
  expect(timeline.chunkAt(seconds(4))?.index).toBe(1);
});

test('a gap leads to the chunk behind it; before the start the first, past the end none', () => {
  const { timeline } = timelineFor(
    manifestOf('<c t="20000000" d="20000000"/><c t="80000000" d="20000000"/>'),
  );
  expect(timeline.chunkAt(seconds(3))?.index).toBe(1);
  expect(timeline.chunkAt(seconds(-5))?.index).toBe(0);
  expect(timeline.chunkAt(seconds(8))).toBeUndefined();
  expect(timeline.chunkAt(seconds(Number.POSITIVE_INFINITY))).toBeUndefined();
  expect(timeline.chunkAt(seconds(Number.NaN))).toBeUndefined();
  expect(timeline.chunkAt(seconds(Number.NEGATIVE_INFINITY))?.index).toBe(0);
});

test('chunks before the origin have negative times', () => {
  const presentation = manifestOf('<c d="48000" r="2"/>', 48_000);
  const { stream, timeline } = timelineFor({ ...presentation, timescale: timescale(1000) }, ticks(500));
  const first = stream.chunks.at(0);
  expect(first && [timeline.startOf(first), timeline.endOf(first)]).toEqual([-0.5, 0.5]);
  expect(timeline.chunkAt(seconds(0))?.index).toBe(0);
  expect(timeline.duration).toBe(1.5);
});
