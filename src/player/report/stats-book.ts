import type { Repair } from '../../transmux/repair.ts';
import type { Quality } from '../tracks.ts';
import type { PlayerStats, StallRecord, TimeRange } from './stats.ts';

/** Limit of each list; the newest entries are kept. */
const CAP = 200;

/** Values that only the running playback knows. */
export type MomentaryStats = Pick<
  PlayerStats,
  'bufferAhead' | 'estimate' | 'decision' | 'playing' | 'loading' | 'droppedFrames' | 'decodedFrames'
>;

export const NOTHING_PLAYS: MomentaryStats = {
  bufferAhead: { video: undefined, audio: undefined },
  estimate: undefined,
  decision: undefined,
  playing: undefined,
  loading: undefined,
  droppedFrames: 0,
  decodedFrames: 0,
};

/** The statistics of one title from `load()` on; survives a recreated media source. */
export class StatsBook {
  readonly #startedAt: number;
  #manifestMs: number | undefined;
  #firstFragmentMs: number | undefined;
  #firstFrameMs: number | undefined;
  #switches = 0;
  #bytes = 0;
  #requests = 0;
  #retries = 0;
  #stalls: StallRecord[] = [];
  #skipped: TimeRange[] = [];
  #repairs = new Map<string, number>();

  /** `startedAt` and all other times are on `performance.now()`'s clock. */
  constructor(startedAt: number) {
    this.#startedAt = startedAt;
  }

  manifestLoaded(now: number): void {
    this.#manifestMs ??= now - this.#startedAt;
  }

  firstFrameShown(now: number): void {
    this.#firstFrameMs ??= now - this.#startedAt;
  }

  requested(): void {
    this.#requests += 1;
  }

  retried(): void {
    this.#retries += 1;
    this.#requests += 1;
  }

  fragmentLoaded(bytes: number, repairs: readonly Repair[], now: number): void {
    this.#firstFragmentMs ??= now - this.#startedAt;
    this.#bytes += bytes;
    for (const { kind } of repairs) this.repaired(kind);
  }

  /** A fragment was repaired, or a hole filled. */
  repaired(kind: string, count = 1): void {
    this.#repairs.set(kind, (this.#repairs.get(kind) ?? 0) + count);
  }

  qualityChanged(from: Quality | undefined): void {
    if (from) this.#switches += 1;
  }

  /** A seek may reach the same range again. */
  skipped(start: number, end: number): void {
    if (this.#skipped.some((range) => range.start === start && range.end === end)) return;
    this.#skipped = [...this.#skipped, { start, end }].slice(-CAP);
  }

  stallBegan(stall: StallRecord): void {
    this.#stalls = [...this.#stalls, stall].slice(-CAP);
  }

  stallEnded(stall: StallRecord): void {
    this.#stalls = [...this.#stalls.slice(0, -1), stall];
  }

  report(momentary: MomentaryStats): PlayerStats {
    return {
      ...momentary,
      switches: this.#switches,
      stalls: this.#stalls,
      startup: {
        manifestMs: this.#manifestMs,
        firstFragmentMs: this.#firstFragmentMs,
        firstFrameMs: this.#firstFrameMs,
      },
      bytes: this.#bytes,
      requests: this.#requests,
      retries: this.#retries,
      skipped: this.#skipped,
      repairs: Object.fromEntries(this.#repairs),
    };
  }
}

/** The element's frame counts; nothing if it has no video. */
export function framesOf(
  media: HTMLMediaElement | undefined,
): Pick<PlayerStats, 'droppedFrames' | 'decodedFrames'> {
  const frames =
    media && 'getVideoPlaybackQuality' in media
      ? (media as HTMLVideoElement).getVideoPlaybackQuality()
      : undefined;
  return { droppedFrames: frames?.droppedVideoFrames ?? 0, decodedFrames: frames?.totalVideoFrames ?? 0 };
}
