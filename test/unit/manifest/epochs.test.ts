import { expect, test } from 'vitest';
import { readMended } from '../../../src/manifest/mend-manifest.ts';
import { fragmentUrl } from '../../../src/timeline/fragment-url.ts';
import { cleanManifest } from '../../conformance/clean-title.ts';

const read = (text: string) => readMended(new TextEncoder().encode(text));
const UNIX = 16_800_000_000_000_000n;
const AUDIO = /(Type="audio"[\s\S]*)/;

/** The clean title with the times of its audio moved. */
const moved = (by: bigint, chunks = '') =>
  cleanManifest().replace(AUDIO, (audio: string) =>
    audio
      .replace(/ t="(\d+)"/g, (_, time) => ` t="${BigInt(time) + by}"`)
      .replace('</StreamIndex>', `${chunks}</StreamIndex>`),
  );

test.each([UNIX, 36_000_000_000n])(
  'audio that begins %d ticks after the end of the video belongs to it',
  (by) => {
    const { duration, origin, streams, warnings } = read(moved(by));
    const [, audio] = streams;
    expect([origin, duration]).toEqual([0n, 40_106_666n]);
    expect(Array.from(audio?.chunks ?? [], ({ start }) => start)).toEqual([0n, 20_053_333n]);
    expect(audio?.chunks.runs.map(({ start }) => start)).toEqual([0n]);
    expect(audio?.chunks.from(audio.chunks.end)).toBeUndefined();
    const last = audio?.chunks.at(1);
    if (!audio || !last) throw new Error('no audio');
    expect(fragmentUrl('http://host/a.ism/Manifest', audio, audio.levels[0], last.start)).toContain(
      `(audio_en=${by + 20_053_333n})`,
    );
    expect(warnings.map(({ code }) => code)).toEqual(['manifest-mended']);
  },
);

test.each([
  ['overlaps the video', moved(39_000_000n)],
  ['is much longer than the video', moved(UNIX, '<c d="20000000" r="9"/>').replace('Chunks="2"', '')],
  ['is live', moved(UNIX).replace('TimeScale=', 'IsLive="TRUE" TimeScale=')],
])('audio that %s stays where it is', (_, text) => {
  const [, audio] = read(text).streams;
  expect(audio?.chunks.start).not.toBe(0n);
  expect(audio?.urlShift).toBeUndefined();
});
