import { describe, expect, test } from 'vitest';
import { parseManifest } from '../../../src/manifest/parse.ts';
import { fragmentUrl } from '../../../src/timeline/fragment-url.ts';
import { timelineOf } from '../../../src/timeline/timeline.ts';

const COUNT = 100_000;
const BASE = 'https://host/a/x.isml/';

/** Where clocks of 100 ns count from, at a moment that no double holds where the epoch is far. */
const EPOCHS = [
  { name: '0', start: 0n },
  { name: '1970', start: 17_637_444_123_456_789n },
  { name: 'year 1', start: 638_993_412_123_456_789n },
] as const;

/** As sound of 48 kHz has them: two of three chunks are a tick longer. */
const lengthOf = (index: number): bigint => (index % 3 === 0 ? 20_053_333n : 20_053_334n);

/** What the server calls its fragments: sums of whole numbers, and nothing of the library. */
function startsFrom(first: bigint, length: (index: number) => bigint): bigint[] {
  const starts: bigint[] = [];
  for (let at = first, i = 0; i < COUNT; at += length(i), i += 1) starts.push(at);
  return starts;
}

/** The ways in which manifests say the same times. */
const WAYS: readonly {
  readonly name: string;
  readonly length: (index: number) => bigint;
  readonly list: (starts: readonly bigint[]) => string;
}[] = [
  {
    name: 'the first by its start, all by their lengths',
    length: lengthOf,
    list: (starts) => starts.map((t, i) => `<c ${i === 0 ? `t="${t}" ` : ''}d="${lengthOf(i)}"/>`).join(''),
  },
  {
    name: 'each by its start alone',
    length: lengthOf,
    list: (starts) => starts.map((t) => `<c t="${t}"/>`).join(''),
  },
  {
    name: 'all by one repeat',
    length: () => 20_053_333n,
    list: ([first]) => `<c t="${first}" d="20053333" r="${COUNT}"/>`,
  },
];

const manifestWith = (list: string) =>
  parseManifest(
    `<SmoothStreamingMedia MajorVersion="2" MinorVersion="2" Duration="0"><StreamIndex Type="audio" Name="audio" Url="QualityLevels({bitrate})/Fragments(audio={start time})"><QualityLevel Bitrate="128000" FourCC="AACL" CodecPrivateData="1190"/>${list}</StreamIndex></SmoothStreamingMedia>`,
  );

describe.each(EPOCHS)('counted from $name', ({ start }) => {
  test.each(WAYS)(
    `none of ${COUNT} URLs is off by a tick: $name`,
    ({ length, list }) => {
      const starts = startsFrom(start, length);
      const presentation = manifestWith(list(starts));
      const [stream] = presentation.streams;
      const [level] = stream?.levels ?? [];
      if (!stream || !level) throw new Error('no stream');
      const timeline = timelineOf(stream, presentation);

      const wrong: string[] = [];
      let chunk = stream.chunks.at(0);
      let made = 0;
      for (; chunk; chunk = timeline.next(chunk), made += 1) {
        // There and back by the media element's clock, as a seek goes.
        const found = timeline.chunkAt(timeline.startOf(chunk));
        const url = fragmentUrl(`${BASE}Manifest`, stream, level, found?.start ?? chunk.start);
        const wanted = `${BASE}QualityLevels(128000)/Fragments(audio=${starts[made]})`;
        if (!found || url !== wanted) wrong.push(`${made}: ${url} for ${wanted}`);
      }
      expect(wrong.slice(0, 5)).toEqual([]);
      expect(made).toBe(COUNT);
    },
    120_000,
  );
});
