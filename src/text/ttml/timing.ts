import { earlierOf, type Nanoseconds, NO_TIME, plus } from '../moment.ts';
import type { TextRepairs } from '../repair.ts';
import type { TtmlElement } from './document.ts';
import type { DocumentParameters } from './parameters.ts';
import { parseTime } from './time-expression.ts';

/** When an element is active, before it is clipped by its parent. */
export interface Timing {
  readonly begin: Nanoseconds;
  /** According to its own attributes; `undefined`: not specified. */
  readonly end: Nanoseconds | undefined;
  readonly isTimed: boolean;
}

/** Reads the times of elements, and remembers how they were written. TTML 2, 12. */
export class Clock {
  readonly #parameters: DocumentParameters;
  readonly #repairs: TextRepairs;
  /** Whether there were ticks without a tick rate. */
  hasBareTicks = false;

  constructor(parameters: DocumentParameters, repairs: TextRepairs) {
    this.#parameters = parameters;
    this.#repairs = repairs;
  }

  /** `reference`: what its times count from. `undefined`: the element has to be ignored. */
  timingOf({ attributes }: TtmlElement, reference: Nanoseconds): Timing | undefined {
    const [begin, end, dur] = [attributes.get('begin'), attributes.get('end'), attributes.get('dur')];
    if (begin === undefined && end === undefined && dur === undefined) {
      return { begin: reference, end: undefined, isTimed: false };
    }
    const offset = begin === undefined || begin.trim() === '' ? NO_TIME : this.#read(begin);
    const until = end === undefined ? undefined : this.#read(end);
    const length = dur === undefined ? undefined : this.#read(dur);
    if (typeof offset !== 'bigint' || until === 'rejected' || length === 'rejected') {
      this.#repairs.add('time-rejected');
      return undefined;
    }
    const start = plus(reference, offset);
    const ends = [
      typeof until === 'bigint' ? plus(reference, until) : undefined,
      typeof length === 'bigint' ? plus(start, length) : undefined,
    ] as const;
    return { begin: start, end: earlierOf(...ends), isTimed: true };
  }

  #read(written: string): Nanoseconds | 'rejected' | 'unreadable' {
    const time = parseTime(written, this.#parameters);
    if (time.kind !== 'time') {
      if (time.kind === 'unreadable' && !/^\s*(?:indefinite)?\s*$/i.test(written))
        this.#repairs.add('time-format');
      return time.kind;
    }
    if (time.isLoose) this.#repairs.add('time-format');
    if (time.isTicks && !this.#parameters.hasTickRate) this.hasBareTicks = true;
    return time.value;
  }
}
