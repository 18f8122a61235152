import {
  BACK_OFF,
  backOff,
  type ChunkTiming,
  defaultTarget,
  minimumLatency,
  relaxBackOff,
} from '../../../heuristics/latency.ts';

/** Seconds behind the encoder to play at: what was asked for or follows from the title, and what stalls add to it. */
export class LatencyTarget {
  readonly #wanted: () => number | undefined;
  readonly #backsOff: () => boolean;
  readonly #cuts: () => readonly ChunkTiming[];
  readonly #window: () => number;
  #extra = 0;
  #at: number | undefined;

  constructor(ports: {
    readonly wanted: () => number | undefined;
    readonly backsOff: () => boolean;
    /** Of the streams that play. */
    readonly cuts: () => readonly ChunkTiming[];
    /** Seconds that can be sought back. */
    readonly window: () => number;
  }) {
    this.#wanted = ports.wanted;
    this.#backsOff = ports.backsOff;
    this.#cuts = ports.cuts;
    this.#window = ports.window;
  }

  /** Of the stream that has to be played furthest behind. */
  get #cut(): ChunkTiming {
    return this.#cuts().reduce((most, cut) => (defaultTarget(cut) > defaultTarget(most) ? cut : most));
  }

  get seconds(): number {
    const cut = this.#cut;
    const wanted = this.#wanted() ?? defaultTarget(cut);
    // The window ends with what can be had, and its start is no place to be.
    const most = this.#window() + (cut.lookAhead - 0.5) * cut.chunk;
    return Math.max(Math.min(wanted, minimumLatency(cut)), Math.min(wanted + this.#extra, most));
  }

  /** Playback stood still: the network can't sustain it. */
  onStall(): void {
    this.#backOff(BACK_OFF.stall);
  }

  /** There was nothing to play for a moment. */
  waited(): void {
    this.#backOff(BACK_OFF.wait);
  }

  #backOff(chunks: number): void {
    if (this.#backsOff()) this.#extra = backOff(this.#extra, this.#cut.chunk, chunks);
  }

  /** Told of the time, in seconds, while playback follows. */
  elapsed(now: number): void {
    if (this.#at !== undefined) this.#extra = relaxBackOff(this.#extra, Math.min(1, now - this.#at));
    this.#at = now;
  }
}
