/** How a live stream is published: the duration of a chunk in seconds, and how many chunks are announced ahead. */
export interface ChunkTiming {
  readonly chunk: number;
  readonly lookAhead: number;
  /** Chunks that each new manifest adds, if only manifests announce them; 0 if fragments do. */
  readonly listed: number;
  /** Seconds from the publication of a fragment to the request for it, once fragments have shown when that is. */
  readonly delay?: number | undefined;
}

/** The lowest possible latency: the chunk being encoded and those announced ahead. */
export const minimumLatency = ({ chunk, lookAhead }: ChunkTiming): number => (lookAhead + 1) * chunk;

/** Margin for the download and a late encoder: in chunks, and at least this many seconds. */
interface Spare {
  readonly chunks: number;
  readonly least: number;
}
/** While it isn't known when fragments are published, and once it is. */
const SPARE: Spare = { chunks: 0.75, least: 1 };
const KNOWN_SPARE: Spare = { chunks: 0.35, least: 0.7 };

const spareOf = (chunk: number, { chunks, least }: Spare): number => Math.max(chunks * chunk, least);

/** Seconds behind the encoder to play at, unless the page sets a target. */
export function defaultTarget(timing: ChunkTiming): number {
  const { chunk, listed, delay } = timing;
  const most = spareOf(chunk, SPARE);
  const spare = delay === undefined ? most : Math.min(most, delay + spareOf(chunk, KNOWN_SPARE));
  return minimumLatency(timing) + listed * chunk + spare;
}

/** What a wait for media adds to the target, in chunks, and what a stall adds on top; and the limit. */
export const BACK_OFF = { wait: 0.1, stall: 0.4 };
const MAX_EXTRA_CHUNKS = 4;
/** Seconds by which the target returns, for each second without a stall. */
const RELAX_RATE = 0.002;

/** After a stall for lack of media: further behind the edge, where it is safer. */
export const backOff = (extra: number, chunk: number, chunks: number): number =>
  Math.min(MAX_EXTRA_CHUNKS * chunk, extra + chunks * chunk);

/** While there are no stalls: slowly back to the target. */
export const relaxBackOff = (extra: number, elapsed: number): number =>
  Math.max(0, extra - RELAX_RATE * elapsed);

export interface LatencyInput {
  /** Actual and target latency, in seconds behind the encoder. */
  readonly latency: number;
  readonly target: number;
  /** Seconds of media ahead of the playhead. */
  readonly bufferAhead: number;
  readonly chunk: number;
  /** The current playback rate; 1 if the page or the viewer has set it. */
  readonly rate: number;
  /** Whether it has played for a while; before that, new measurements may show that it started at the wrong position. */
  readonly hasSettled: boolean;
}

/** What to do about the latency, and why. */
export type LatencyStep =
  | { readonly kind: 'rate'; readonly rate: number; readonly reason: 'near' | 'behind' | 'ahead' | 'thin' }
  | { readonly kind: 'jump' };

export interface LatencyTuning {
  /** Largest change of the playback rate: inaudible, with the pitch preserved. */
  readonly most: number;
  /** Seconds from the target that start a correction, and that end it. */
  readonly tolerance: number;
  readonly settled: number;
  /** If it is further behind than this many chunks and this many seconds, it seeks instead of catching up. */
  readonly jumpChunks: number;
  readonly jumpSeconds: number;
  /** If it is this many chunks too close to the edge at the start, it seeks back. */
  readonly tooNearChunks: number;
}

export const LATENCY_TUNING: LatencyTuning = {
  most: 0.05,
  tolerance: 0.2,
  settled: 0.1,
  jumpChunks: 2,
  jumpSeconds: 5,
  tooNearChunks: 1,
};

/** Decides how playback stays at the live edge. */
export function followEdge(input: LatencyInput, tuning = LATENCY_TUNING): LatencyStep {
  const { latency, target, bufferAhead, chunk, rate, hasSettled } = input;
  const off = latency - target;
  if (off > Math.max(tuning.jumpChunks * chunk, tuning.jumpSeconds)) return { kind: 'jump' };
  if (!hasSettled && -off > tuning.tooNearChunks * chunk) return { kind: 'jump' };
  const isCorrecting = rate !== 1;
  if (Math.abs(off) < (isCorrecting ? tuning.settled : tuning.tolerance)) {
    return { kind: 'rate', rate: 1, reason: 'near' };
  }
  // Once started, a correction continues to the target, and not beyond.
  if (isCorrecting && off > 0 !== rate > 1) return { kind: 'rate', rate: 1, reason: 'near' };
  if (off > 0 && bufferAhead < Math.min(0.5, chunk / 4)) return { kind: 'rate', rate: 1, reason: 'thin' };
  const by = Math.min(tuning.most, Math.max(0.02, Math.abs(off) / 10));
  const wanted = Math.round((off > 0 ? 1 + by : 1 - by) * 100) / 100;
  return { kind: 'rate', rate: wanted, reason: off > 0 ? 'behind' : 'ahead' };
}
