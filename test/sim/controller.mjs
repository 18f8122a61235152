// The library's own heuristics behind the interface of a chunk-level simulator. Needs `npm run build`, or
// `npx tsc -p tsconfig.json --declaration false --declarationDir null`.
import { considerAbandoning } from '../../build/src/heuristics/abandon.js';
import { expectedRate, learnBandwidth } from '../../build/src/heuristics/bandwidth-model.js';
import { chooseQuality } from '../../build/src/heuristics/choose-quality.js';
import { learnSize, UNKNOWN_SIZES } from '../../build/src/heuristics/chunk-sizes.js';
import { FIRST_BYTE_GUESS, learnFirstByte } from '../../build/src/heuristics/first-byte.js';
import { beginSpan, cutSample, endSpan } from '../../build/src/heuristics/throughput-samples.js';

/** Bits per second, as `heuristics.start` is by default. */
const START = 1_000_000;

function smooth({ chunkDuration, bitrates, bufferCap, sizesKnown, sizeOf }) {
  const levels = bitrates.map((bitrate) => ({ bitrate }));
  let bandwidth;
  let sizes = UNKNOWN_SIZES;
  let firstByte;
  let plan;
  let span;
  let remainder;

  const learn = (sample) => {
    if (sample) bandwidth = learnBandwidth(bandwidth, sample);
  };
  const base = (state) => ({
    levels,
    current: levels[state.lastLevel],
    bufferAhead: state.buffer,
    chunkDuration,
    firstByte: firstByte ?? FIRST_BYTE_GUESS,
    sizes,
    knownBytes: sizesKnown ? levels.map((_, level) => sizeOf(state.chunk, level)) : [],
  });

  return {
    decide(state) {
      span = undefined;
      const choice = chooseQuality({
        ...base(state),
        estimate: bandwidth ? expectedRate(bandwidth) : START,
        measured: bandwidth !== undefined,
        bufferGoal: bufferCap - chunkDuration,
        bandwidth,
        now: state.time,
        reserved: 0,
        plan,
      });
      plan = choice.plan ?? plan;
      return { level: levels.indexOf(choice.level) };
    },
    onProgress(state) {
      if (state.ttfb === null) return {};
      const { level, bytesLoaded: received, bytesTotal: expected } = state;
      span ??= beginSpan({ from: state.time - state.elapsed + state.ttfb, bytes: 0 }, remainder);
      const cut = cutSample(span, { from: state.time, bytes: received });
      span = cut.span;
      if (!cut.sample) return {};
      learn(cut.sample);
      if (!plan || level === 0) return {};
      return {
        abandonTo: considerAbandoning({ ...base(state), bandwidth, level, received, expected, plan }),
      };
    },
    onChunkDone(sample) {
      const { bytes, level, ttfb, downloadTime, endTime, abandoned } = sample;
      firstByte = learnFirstByte(firstByte, ttfb);
      span ??= beginSpan({ from: endTime - downloadTime, bytes: 0 }, remainder);
      const end = endSpan(span, { from: endTime, bytes });
      learn(end.sample);
      remainder = end.remainder;
      span = undefined;
      if (!abandoned) sizes = learnSize(sizes, bytes, (bitrates[level] * chunkDuration) / 8);
    },
  };
}

export const CONTROLLERS = { smooth };
