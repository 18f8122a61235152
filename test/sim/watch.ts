import { seconds } from '../../src/base/time.ts';
import { considerAbandoning } from '../../src/heuristics/abandon.ts';
import { chooseQuality, type QualityInput, type QualityPlan } from '../../src/heuristics/choose-quality.ts';
import { learnSize, UNKNOWN_SIZES } from '../../src/heuristics/chunk-sizes.ts';
import {
  beginStretch,
  cutSample,
  endStretch,
  type Rest,
  type Stretch,
} from '../../src/heuristics/cut-samples.ts';
import { FIRST_BYTE_GUESS, learnFirstByte } from '../../src/heuristics/first-byte.ts';
import { expectedRate, type LineModel, type LineSample, learnLine } from '../../src/heuristics/line-model.ts';
import type { LineShape } from './lines.ts';

/** Bits per second of the levels, ascending. */
export const LADDER = [230_000, 500_000, 1_100_000, 2_400_000, 5_000_000] as const;
const CHUNK = 2;
const BUFFER = 30;
const LATENCY = 0.05;
/** How often a download is looked at, in seconds; also the grain of time here. */
const LOOK = 0.25;
const START = 1_000_000;

/** What a viewer saw. */
export interface Seen {
  /** Of each chunk, its place in the ladder. */
  readonly levels: readonly number[];
  /** When each chunk was there, in seconds. */
  readonly times: readonly number[];
  readonly startup: number;
  /** Seconds, the start apart. */
  readonly stalled: number;
  readonly given: { readonly up: number };
}

/** Plays so many chunks over a line in virtual time, with the library's own decisions. */
export function watch(shape: LineShape, chunks = 120): Seen {
  const carried = lineOf(shape);
  const levels = LADDER.map((bitrate) => ({ bitrate }));
  const [lowest, ...higher] = levels as [{ bitrate: number }, ...{ bitrate: number }[]];
  let [time, buffer, stalled, startup, up] = [0, 0, 0, 0, 0];
  let line: LineModel | undefined;
  let plan: QualityPlan | undefined;
  let rest: Rest | undefined;
  let [firstByte, sizes]: [number | undefined, typeof UNKNOWN_SIZES] = [undefined, UNKNOWN_SIZES];
  const [seen, times]: [number[], number[]] = [[], []];
  const learn = (sample: LineSample | undefined) => {
    if (sample) line = learnLine(line, sample);
  };
  const pass = (by: number) => {
    time += by;
    if (seen.length === 0) startup += by;
    else stalled += Math.max(0, by - buffer);
    buffer = Math.max(0, buffer - by);
  };
  for (let chunk = 0; chunk < chunks; chunk += 1) {
    pass(Math.max(0, buffer + CHUNK - BUFFER));
    const before = levels[seen.at(-1) ?? -1];
    const input: QualityInput = {
      levels: [lowest, ...higher],
      current: before,
      estimate: line ? expectedRate(line) : START,
      measured: line !== undefined,
      bufferAhead: seconds(buffer),
      bufferGoal: seconds(BUFFER - CHUNK),
      chunkDuration: seconds(CHUNK),
      line,
      now: time,
      firstByte: firstByte ?? FIRST_BYTE_GUESS,
      reserved: 0,
      sizes,
      knownBytes: [],
      plan,
    };
    const choice = chooseQuality(input);
    plan = choice.plan ?? plan;
    let level = levels.findIndex(({ bitrate }) => bitrate === choice.level.bitrate);
    for (let done = false; !done; ) {
      // Scenes differ: some chunks are a third larger than announced, some smaller.
      const bytes = ((LADDER[level] ?? 0) * CHUNK * (1 + 0.33 * Math.sin(chunk * 1.7))) / 8;
      pass(LATENCY);
      firstByte = learnFirstByte(firstByte, LATENCY);
      let stretch: Stretch = beginStretch({ from: time, bytes: 0 }, rest);
      const from = carried(time);
      done = true;
      for (;;) {
        const received = (carried(time + LOOK) - from) / 8;
        if (received >= bytes) break;
        pass(LOOK);
        const cut = cutSample(stretch, { from: time, bytes: received });
        stretch = cut.stretch;
        learn(cut.sample);
        if (!cut.sample || !line || !plan) continue;
        const facts = {
          ...input,
          bufferAhead: seconds(buffer),
          line,
          plan,
          level,
          received,
          expected: bytes,
        };
        const lower = considerAbandoning(facts);
        if (lower === undefined) continue;
        [level, done, up] = [lower, false, up + 1];
        break;
      }
      if (!done) continue;
      const already = (carried(time) - from) / 8;
      pass((LOOK * (bytes - already)) / Math.max(1, (carried(time + LOOK) - from) / 8 - already));
      const end = endStretch(stretch, { from: time, bytes });
      learn(end.sample);
      rest = end.rest;
      sizes = learnSize(sizes, bytes, ((LADDER[level] ?? 0) * CHUNK) / 8);
    }
    buffer += CHUNK;
    seen.push(level);
    times.push(time);
  }
  return { levels: seen, times, startup, stalled, given: { up } };
}

/** Bits that a line could have carried up to a moment. */
function lineOf(shape: LineShape): (time: number) => number {
  const round = shape.reduce((sum, { seconds: length }) => sum + length, 0);
  const whole = shape.reduce((sum, { seconds: length, bitsPerSecond }) => sum + length * bitsPerSecond, 0);
  return (time) => {
    const rounds = Math.floor(time / round);
    let left = time - rounds * round;
    let bits = rounds * whole;
    for (const { seconds: length, bitsPerSecond } of shape) {
      bits += Math.min(left, length) * bitsPerSecond;
      left -= length;
      if (left <= 0) break;
    }
    return bits;
  };
}
