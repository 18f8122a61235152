import type { ManifestChunk } from '../client-manifest.ts';

/** Times that count from an epoch are counted from 2020 here, so that numbers stay small. */
const EPOCHS_SECONDS = [Date.UTC(2020, 0, 1) / 1000, 62_135_596_800 + Date.UTC(2020, 0, 1) / 1000];

/** Without a chunk to go by. */
const TYPICAL_SECONDS = 2;

/**
 * Numbers a list of chunks so that every origin finds the same ones that has the same first chunk, or whose chunks all last as
 * long: the first by its time, each other by the one before. A hole has as many numbers as chunks would fit, so that
 * nothing changes behind it when it is filled.
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
