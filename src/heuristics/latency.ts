/** How a live stream is cut: seconds of a chunk, and how many of them are known before one may be had. */
export interface Cut {
  readonly chunk: number;
  readonly lookAhead: number;
  /** Chunks that come with each list, where lists alone tell of them; 0: fragments do. */
  readonly listed: number;
}

/** What is behind the encoder at the least: the chunk under way and those announced. */
export const leastOf = ({ chunk, lookAhead }: Cut): number => (lookAhead + 1) * chunk;

/** Of a chunk, and seconds: what a download and a late encoder may take. */
const SPARE_CHUNKS = 0.75;
const LEAST_SPARE = 1;

/** Seconds behind the encoder to play at, unless the page says otherwise. */
export function defaultTarget(cut: Cut): number {
  return leastOf(cut) + cut.listed * cut.chunk + Math.max(SPARE_CHUNKS * cut.chunk, LEAST_SPARE);
}

/** What a moment without media adds to the target, in chunks, and what a stall adds to that; and the most of it. */
export const BACK_OFF = { wait: 0.1, stall: 0.4 };
const MOST_EXTRA_CHUNKS = 4;
/** Of a second, in a second without stall. */
const FORGIVENESS = 0.002;

/** After a stall for want of media: further back, where it is safer. */
export const backOff = (extra: number, chunk: number, chunks: number): number =>
  Math.min(MOST_EXTRA_CHUNKS * chunk, extra + chunks * chunk);

/** While all goes well: slowly near again. */
export const forgive = (extra: number, elapsed: number): number => Math.max(0, extra - FORGIVENESS * elapsed);

export interface LatencyInput {
  /** Seconds behind the encoder, and how many are wanted. */
  readonly latency: number;
  readonly target: number;
  /** Of media ahead of the playhead. */
  readonly bufferAhead: number;
  readonly chunk: number;
  /** The rate in force; 1 when it isn't ours. */
  readonly rate: number;
  /** Whether it has played for a while; what was learnt since may show that it began at the wrong place. */
  readonly hasSettled: boolean;
}

/** What to do about the latency, and why. */
export type LatencyStep =
  | { readonly kind: 'rate'; readonly rate: number; readonly reason: 'near' | 'behind' | 'ahead' | 'thin' }
  | { readonly kind: 'jump' };

export interface LatencyTuning {
  /** The most that speed is changed by: not heard, with the pitch kept. */
  readonly most: number;
  /** Seconds off the target that begin a correction, and that end it. */
  readonly tolerance: number;
  readonly settled: number;
  /** Further behind than so many chunks, and so many seconds, is not caught up but jumped. */
  readonly jumpChunks: number;
  readonly jumpSeconds: number;
  /** So many chunks too near is begun anew further back, if it has only just begun. */
  readonly tooNearChunks: number;
}

export const LATENCY_TUNING: LatencyTuning = {
  most: 0.05,
  tolerance: 0.4,
  settled: 0.1,
  jumpChunks: 2,
  jumpSeconds: 5,
  tooNearChunks: 1,
};

/** Decides how a viewer who follows the live edge stays at it. */
export function followEdge(input: LatencyInput, tuning = LATENCY_TUNING): LatencyStep {
  const { latency, target, bufferAhead, chunk, rate, hasSettled } = input;
  const off = latency - target;
  if (off > Math.max(tuning.jumpChunks * chunk, tuning.jumpSeconds)) return { kind: 'jump' };
  if (!hasSettled && -off > tuning.tooNearChunks * chunk) return { kind: 'jump' };
  const isCorrecting = rate !== 1;
  if (Math.abs(off) < (isCorrecting ? tuning.settled : tuning.tolerance)) {
    return { kind: 'rate', rate: 1, reason: 'near' };
  }
  // Once begun, a correction goes on to the target, and not beyond.
  if (isCorrecting && off > 0 !== rate > 1) return { kind: 'rate', rate: 1, reason: 'near' };
  if (off > 0 && bufferAhead < Math.min(1, chunk / 2)) return { kind: 'rate', rate: 1, reason: 'thin' };
  const by = Math.min(tuning.most, Math.max(0.02, Math.abs(off) / 20));
  const wanted = Math.round((off > 0 ? 1 + by : 1 - by) * 100) / 100;
  return { kind: 'rate', rate: wanted, reason: off > 0 ? 'behind' : 'ahead' };
}
