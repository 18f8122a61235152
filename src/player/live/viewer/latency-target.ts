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
  readonly #cuts: () => readonly ChunkTiming[];
  readonly #window: () => number;
  #extra = 0;
  #at: number | undefined;

  constructor(ports: {
    readonly wanted: () => number | undefined;
    readonly backsOff: () => boolean;
    /** Of the playing streams. */
    readonly cuts: () => readonly ChunkTiming[];
    /** Length of the window in seconds. */
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
    // The window ends with what is available, and its start is not a safe position.
    const most = this.#window() + (cut.lookAhead - 0.5) * cut.chunk;
    return Math.max(Math.min(wanted, minimumLatency(cut)), Math.min(wanted + this.#extra, most));
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
    if (this.#backsOff()) this.#extra = backOff(this.#extra, this.#cut.chunk, chunks);
  }

  /** Called with the time, in seconds, while playback follows the edge. */
  elapsed(now: number): void {
    if (this.#at !== undefined) this.#extra = relaxBackOff(this.#extra, Math.min(1, now - this.#at));
    this.#at = now;
  }
}
