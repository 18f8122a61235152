import type { ManifestChunk } from '../client-manifest.ts';

/** Times that count from an epoch count from 2020 here, so that numbers stay small. */
const EPOCHS_SECONDS = [Date.UTC(2020, 0, 1) / 1000, 62_135_596_800 + Date.UTC(2020, 0, 1) / 1000];

/** Used without a chunk duration. */
const TYPICAL_SECONDS = 2;

/**
 * Numbers the chunks of a list, so that every origin with the same first chunk, or with chunks of equal duration,
 * assigns the same numbers: the first by its time, each other by the previous one. A gap has as many numbers as chunks
 * would fit, so that later numbers don't change when it is filled.
 */
export function numberChunks(
  chunks: readonly ManifestChunk[],
  timescale: bigint,
  chunkSeconds = TYPICAL_SECONDS,
): ReadonlyMap<bigint, number> {
  const scale = Number(timescale);
  const numbers = new Map<bigint, number>();
  let number = 0;
  let end: bigint | undefined;
  for (const { time, duration } of chunks) {
    if (end === undefined) number = Math.round(sinceEpoch(Number(time) / scale) / chunkSeconds);
    else number += 1 + Math.max(0, Math.round(Number(time - end) / scale / chunkSeconds));
    numbers.set(time, number);
    end = time + duration;
  }
  return numbers;
}

function sinceEpoch(seconds: number): number {
  const epoch = EPOCHS_SECONDS.findLast((start) => seconds >= start);
  return seconds - (epoch ?? 0);
}
