import { seconds } from '../../src/base/time.ts';
import { considerAbandoning } from '../../src/heuristics/abandon.ts';
import {
  type BandwidthModel,
  expectedRate,
  learnBandwidth,
  type ThroughputSample,
} from '../../src/heuristics/bandwidth-model.ts';
import { chooseQuality } from '../../src/heuristics/choose-quality.ts';
import { learnSize, UNKNOWN_SIZES } from '../../src/heuristics/chunk-sizes.ts';
import { FIRST_BYTE_GUESS, learnFirstByte } from '../../src/heuristics/first-byte.ts';
import type { QualityInput, QualityPlan } from '../../src/heuristics/quality-input.ts';
import {
  beginSpan,
  cutSample,
  endSpan,
  type ReceiveSpan,
  type Remainder,
} from '../../src/heuristics/throughput-samples.ts';
import type { NetworkShape } from './networks.ts';

/** Bits per second of the levels, ascending. */
export const LADDER = [230_000, 500_000, 1_100_000, 2_400_000, 5_000_000] as const;
const CHUNK = 2;
const BUFFER = 30;
const LATENCY = 0.05;
/** Seconds between looks at a running download; also the resolution of time here. */
const LOOK = 0.25;
const START = 1_000_000;

/** What was played. */
export interface Session {
  /** For each chunk, its index in the ladder. */
  readonly levels: readonly number[];
  /** When each chunk was complete, in seconds. */
  readonly times: readonly number[];
  readonly startup: number;
  /** Seconds, without the startup. */
  readonly stalled: number;
  /** Number of downloads that were abandoned. */
  readonly abandoned: number;
}

/** Plays chunks over a network in virtual time, with the library's own decisions. */
export function play(shape: NetworkShape, chunks = 120): Session {
  const delivered = networkOf(shape);
  const levels = LADDER.map((bitrate) => ({ bitrate }));
  const [lowest, ...higher] = levels as [{ bitrate: number }, ...{ bitrate: number }[]];
  let [time, buffer, stalled, startup, abandoned] = [0, 0, 0, 0, 0];
  let bandwidth: BandwidthModel | undefined;
  let plan: QualityPlan | undefined;
  let remainder: Remainder | undefined;
  let [firstByte, sizes]: [number | undefined, typeof UNKNOWN_SIZES] = [undefined, UNKNOWN_SIZES];
  const [levelsPlayed, times]: [number[], number[]] = [[], []];
  const learn = (sample: ThroughputSample | undefined) => {
    if (sample) bandwidth = learnBandwidth(bandwidth, sample);
  };
  const pass = (by: number) => {
    time += by;
    if (levelsPlayed.length === 0) startup += by;
    else stalled += Math.max(0, by - buffer);
    buffer = Math.max(0, buffer - by);
  };
  for (let chunk = 0; chunk < chunks; chunk += 1) {
    pass(Math.max(0, buffer + CHUNK - BUFFER));
    const before = levels[levelsPlayed.at(-1) ?? -1];
    const input: QualityInput = {
      levels: [lowest, ...higher],
      current: before,
      estimate: bandwidth ? expectedRate(bandwidth) : START,
      measured: bandwidth !== undefined,
      bufferAhead: seconds(buffer),
      bufferGoal: seconds(BUFFER - CHUNK),
      chunkDuration: seconds(CHUNK),
      bandwidth,
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
      // Scenes differ: some chunks are a third larger than nominal, some smaller.
      const bytes = ((LADDER[level] ?? 0) * CHUNK * (1 + 0.33 * Math.sin(chunk * 1.7))) / 8;
      pass(LATENCY);
      firstByte = learnFirstByte(firstByte, LATENCY);
      let span: ReceiveSpan = beginSpan({ from: time, bytes: 0 }, remainder);
      const from = delivered(time);
      done = true;
      for (;;) {
        const received = (delivered(time + LOOK) - from) / 8;
        if (received >= bytes) break;
        pass(LOOK);
        const cut = cutSample(span, { from: time, bytes: received });
        span = cut.span;
        learn(cut.sample);
        if (!cut.sample || !bandwidth || !plan) continue;
        const facts = {
          ...input,
          bufferAhead: seconds(buffer),
          bandwidth,
          plan,
          level,
          received,
          expected: bytes,
        };
        const lower = considerAbandoning(facts);
        if (lower === undefined) continue;
        [level, done, abandoned] = [lower, false, abandoned + 1];
        break;
      }
      if (!done) continue;
      const already = (delivered(time) - from) / 8;
      pass((LOOK * (bytes - already)) / Math.max(1, (delivered(time + LOOK) - from) / 8 - already));
      const end = endSpan(span, { from: time, bytes });
      learn(end.sample);
      remainder = end.remainder;
      sizes = learnSize(sizes, bytes, ((LADDER[level] ?? 0) * CHUNK) / 8);
    }
    buffer += CHUNK;
    levelsPlayed.push(level);
    times.push(time);
  }
  return { levels: levelsPlayed, times, startup, stalled, abandoned };
}

/** Bits that a network could have delivered up to a moment. */
function networkOf(shape: NetworkShape): (time: number) => number {
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
