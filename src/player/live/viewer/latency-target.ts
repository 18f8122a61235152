import {
  BACK_OFF,
  backOff,
  type ChunkTiming,
  defaultTarget,
  minimumLatency,
  relaxBackOff,
} from '../../../heuristics/latency.ts';

/** The target latency in seconds behind the encoder: as requested or derived from the title, plus what stalls add. */
export class LatencyTarget {
  readonly #wanted: () => number | undefined;
  readonly #backsOff: () => boolean;
  readonly #timings: () => readonly ChunkTiming[];
  readonly #window: () => number;
  #extra = 0;
  #at: number | undefined;

  constructor(ports: {
    readonly wanted: () => number | undefined;
    readonly backsOff: () => boolean;
    /** Of the playing streams. */
    readonly timings: () => readonly ChunkTiming[];
    /** Length of the window in seconds. */
    readonly window: () => number;
  }) {
    this.#wanted = ports.wanted;
    this.#backsOff = ports.backsOff;
    this.#timings = ports.timings;
    this.#window = ports.window;
  }

  /** Of the stream that has to be played furthest behind. */
  get #timing(): ChunkTiming {
    return this.#timings().reduce((most, timing) =>
      defaultTarget(timing) > defaultTarget(most) ? timing : most,
    );
  }

  get seconds(): number {
    const timing = this.#timing;
    const wanted = this.#wanted() ?? defaultTarget(timing);
    // The window ends with what is available, and its start is not a safe position.
    const most = this.#window() + (timing.lookAhead - 0.5) * timing.chunk;
    return Math.max(Math.min(wanted, minimumLatency(timing)), Math.min(wanted + this.#extra, most));
  }

  /** Playback stalled: the network can't sustain the target. */
  onStall(): void {
    this.#backOff(BACK_OFF.stall);
  }

  /** There was nothing to play for a moment. */
  waited(): void {
    this.#backOff(BACK_OFF.wait);
  }

  #backOff(chunks: number): void {
    if (this.#backsOff()) this.#extra = backOff(this.#extra, this.#timing.chunk, chunks);
  }

  /** Called with the time, in seconds, while playback follows the edge. */
  elapsed(now: number): void {
    if (this.#at !== undefined) this.#extra = relaxBackOff(this.#extra, Math.min(1, now - this.#at));
    this.#at = now;
  }
}
