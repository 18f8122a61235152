import { type Seconds, seconds } from '../../base/time.ts';
import { type Cue, TEXT_LIMITS } from '../cue.ts';
import type { ScreenBlock, ScreenChange } from './screen.ts';

/** The cues of one channel: the one on screen is open, and its end and text may still change. */
export class ScreenCues {
  readonly #channel: string;
  #closed: Cue[] = [];
  readonly #open = new Map<string, { readonly cue: Cue; readonly epoch: number }>();
  #nextId = 1;
  #revision = 0;
  #sorted: readonly Cue[] | undefined;

  constructor(channel: string) {
    this.#channel = channel;
  }

  /** Increases with every change. */
  get revision(): number {
    return this.#revision;
  }

  /** Ascending by start; open ones end at infinity. */
  get cues(): readonly Cue[] {
    this.#sorted ??= [...this.#closed, ...Array.from(this.#open.values(), ({ cue }) => cue)].sort(
      (a, b) => a.start - b.start,
    );
    return this.#sorted;
  }

  /** Takes what is on screen from a time on. */
  change({ time, blocks }: ScreenChange): void {
    for (const [key, { epoch }] of this.#open) {
      const block = blocks.find((candidate) => candidate.key === key);
      if (!block || block.epoch !== epoch) this.#close(key, time);
    }
    for (const block of blocks) this.#update(block, time);
    this.#touch();
  }

  /** Nothing is known from a time on: open cues end there. */
  end(time: Seconds): void {
    for (const key of [...this.#open.keys()]) this.#close(key, time);
    this.#touch();
  }

  /** Drops cues that end by `from`, or start at or after `to`. */
  keep(from: Seconds, to: Seconds): void {
    const kept = this.#closed.filter(({ start, end }) => end > from && start < to);
    if (kept.length === this.#closed.length) return;
    this.#closed = kept;
    this.#touch();
  }

  #update(block: ScreenBlock, time: Seconds): void {
    const known = this.#open.get(block.key);
    const { text, runs, region, paragraph, epoch } = block;
    const own = known?.cue ?? { id: `${this.#channel}-${this.#nextId++}`, start: time };
    const { id, start } = own;
    const end = seconds(Number.POSITIVE_INFINITY);
    this.#open.set(block.key, {
      epoch,
      cue: { id, start, end, text, runs, region, paragraph, isForced: false },
    });
  }

  #close(key: string, time: Seconds): void {
    const cue = this.#open.get(key)?.cue;
    this.#open.delete(key);
    if (!cue || !(time > cue.start)) return;
    // Known, because it was read before a seek.
    const isKnown = this.#closed.some(
      ({ start, text, region }) =>
        Math.abs(start - cue.start) < 0.02 && text === cue.text && region.top === cue.region.top,
    );
    if (isKnown) return;
    this.#closed.push({ ...cue, end: time });
    if (this.#closed.length > TEXT_LIMITS.cues) this.#closed.shift();
  }

  #touch(): void {
    this.#revision++;
    this.#sorted = undefined;
  }
}
