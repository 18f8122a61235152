// The library's own heuristics behind the interface of a chunk-level simulator. Needs `npm run build`, or
// `npx tsc -p tsconfig.json --declaration false --declarationDir null`.
import { considerAbandoning } from '../../build/src/heuristics/abandon.js';
import { chooseQuality } from '../../build/src/heuristics/choose-quality.js';
import { learnSize, UNKNOWN_SIZES } from '../../build/src/heuristics/chunk-sizes.js';
import { beginStretch, cutSample, endStretch } from '../../build/src/heuristics/cut-samples.js';
import { FIRST_BYTE_GUESS, learnFirstByte } from '../../build/src/heuristics/first-byte.js';
import { expectedRate, learnLine } from '../../build/src/heuristics/line-model.js';

/** Bits per second, as `heuristics.start` is by default. */
const START = 1_000_000;

function smooth({ chunkDuration, bitrates, bufferCap, sizesKnown, sizeOf }) {
  const levels = bitrates.map((bitrate) => ({ bitrate }));
  let line;
  let sizes = UNKNOWN_SIZES;
  let firstByte;
  let plan;
  let stretch;
  let rest;

  const learn = (sample) => {
    if (sample) line = learnLine(line, sample);
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
      stretch = undefined;
      const choice = chooseQuality({
        ...base(state),
        estimate: line ? expectedRate(line) : START,
        measured: line !== undefined,
        bufferGoal: bufferCap - chunkDuration,
        line,
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
      stretch ??= beginStretch({ from: state.time - state.elapsed + state.ttfb, bytes: 0 }, rest);
      const cut = cutSample(stretch, { from: state.time, bytes: received });
      stretch = cut.stretch;
      if (!cut.sample) return {};
      learn(cut.sample);
      if (!plan || level === 0) return {};
      return { abandonTo: considerAbandoning({ ...base(state), line, level, received, expected, plan }) };
    },
    onChunkDone(sample) {
      const { bytes, level, ttfb, downloadTime, endTime, abandoned } = sample;
      firstByte = learnFirstByte(firstByte, ttfb);
      stretch ??= beginStretch({ from: endTime - downloadTime, bytes: 0 }, rest);
      const end = endStretch(stretch, { from: endTime, bytes });
      learn(end.sample);
      rest = end.rest;
      stretch = undefined;
      if (!abandoned) sizes = learnSize(sizes, bytes, (bitrates[level] * chunkDuration) / 8);
    },
  };
}

export const CONTROLLERS = { smooth };
