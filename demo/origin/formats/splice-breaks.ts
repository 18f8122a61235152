import type { SpliceEvent } from './title-events.ts';

/** The maximum number of splices that are remembered. */
const MAX_KEPT = 2000;

/** Times in seconds. */
interface Break {
  readonly start: number;
  /** `undefined` if it lasts until an `in`. */
  end: number | undefined;
  /** Whether an `in` has ended it. */
  isOver: boolean;
}

/** Remembers when breaks began: their end has the same date in HLS, even after their beginning has left the window. */
export class SpliceBreaks {
  readonly #breaks = new Map<string, Break>();
  readonly #starts = new Map<string, number>();

  /** The start of the break that a splice belongs to. Ask in the order of their times. */
  startOf({ id, kind, start, endsAfter }: SpliceEvent): number {
    const key = `${id} ${kind} ${start}`;
    const known = this.#starts.get(key);
    if (known !== undefined) return known;
    let own = this.#breaks.get(id);
    // Encoders may use an id again.
    if (!own || (kind === 'out' && hasEnded(own, start))) own = { start, end: undefined, isOver: false };
    if (kind === 'out' && endsAfter !== undefined) own.end = Math.max(own.end ?? 0, start + endsAfter);
    own.isOver ||= kind === 'in';
    keep(this.#breaks, id, own);
    keep(this.#starts, key, own.start);
    return own.start;
  }
}

/** Breaks that end automatically have no `in`. */
const hasEnded = ({ end, isOver }: Break, time: number): boolean =>
  isOver || (end !== undefined && time >= end);

function keep<Value>(map: Map<string, Value>, key: string, value: Value): void {
  map.delete(key);
  map.set(key, value);
  if (map.size > MAX_KEPT) map.delete(map.keys().next().value ?? '');
}
