import { describe, expect, test } from 'vitest';
import { seconds, ticks, timescale } from '../../../src/base/time.ts';
import { TEXT_LIMITS } from '../../../src/text/cue.ts';
import { readTextFragment } from '../../../src/text/fragment/read-text-fragment.ts';
import { fromSeconds, NO_TIME } from '../../../src/text/moment.ts';
import { readTextFile } from '../../../src/text/plain/read-text-file.ts';
import { CueTimeline } from '../../../src/text/times/cue-timeline.ts';
import { HOSTILE_FILES, HOSTILE_TEXT } from '../../conformance/hostile-text.ts';

/** What steps come to, and how many there were. */
function run<T>(steps: Generator<void, T, void>): { readonly value: T; readonly steps: number } {
  for (let count = 1; ; count += 1) {
    const { done, value } = steps.next();
    if (done) return { value, steps: count };
  }
}

const PLACE = {
  timescale: timescale(10_000_000),
  start: ticks(0n),
  duration: ticks(20_000_000n),
  origin: ticks(0n),
  picture: { width: 426, height: 240 },
};

describe('what a hostile server sends is read within the limits', () => {
  test.each(HOSTILE_TEXT.map(({ name, fragment }) => [name, fragment] as const))('%s', (_, fragment) => {
    const { value } = run(readTextFragment(new Uint8Array(fragment(0) ?? []), PLACE));
    const timeline = new CueTimeline();
    const chunk = { key: '0', start: NO_TIME, duration: fromSeconds(2), origin: NO_TIME, zero: NO_TIME };
    timeline.add(chunk, value.documents);
    expect(timeline.cues.length).toBeLessThanOrEqual(TEXT_LIMITS.cues);
    expect(timeline.at(seconds(1)).every(({ text }) => text.length <= TEXT_LIMITS.cueLength)).toBe(true);
  });
});

describe('long files are read in slices', () => {
  test.each(Object.entries(HOSTILE_FILES))('%s', (_, file) => {
    const { value, steps } = run(readTextFile(file()));
    expect(value).toMatchObject({ kind: 'cues' });
    expect(value.kind === 'cues' && value.cues.length).toBe(TEXT_LIMITS.cues);
    expect(steps).toBeGreaterThan(10);
  });

  test.each([
    ['WebVTT', 'WEBVTT\n\n00:00.000 --> 00:01.000\n'],
    ['SubRip', '1\n00:00:00,000 --> 00:00:01,000\n'],
  ])('%s of a single cue with a million lines', (_, head) => {
    const { value, steps } = run(readTextFile(`${head}${'x\n'.repeat(1_000_000)}`));
    expect(value.kind === 'cues' && value.cues.length).toBe(1);
    expect(steps).toBeGreaterThan(100);
  });
});
