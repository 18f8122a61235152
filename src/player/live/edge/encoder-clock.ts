import {
  type Arrival,
  arrivalFrom,
  learnFrom,
  offsetOf,
  recordArrival,
  recordMiss,
} from '../../../heuristics/arrival.ts';

/**
 * What is learnt of where an encoder is, from when its fragments could be had. Offsets are seconds on a local clock, less
 * the place that the encoder must have reached by then.
 */
export class EncoderClock {
  readonly #chunkSeconds: () => number;
  #arrival: Arrival;
  /** Whether the last one that came was asked for twice in vain. */
  #wasLate = false;

  constructor(offset: number, chunkSeconds: () => number) {
    this.#chunkSeconds = chunkSeconds;
    this.#arrival = arrivalFrom(offset, chunkSeconds());
  }

  /** The offset at which fragments are asked for. */
  get aim(): number {
    return this.#arrival.aim;
  }

  /** The best guess. */
  get offset(): number {
    return offsetOf(this.#arrival);
  }

  /** All that was learnt is of another run of the encoder. */
  restart(offset: number): void {
    this.#wasLate = false;
    this.#arrival = arrivalFrom(offset, this.#chunkSeconds());
  }

  /** Places were told wrongly by so much. */
  shift(by: number): void {
    const { aim, late, early } = this.#arrival;
    this.#arrival = { ...this.#arrival, aim: aim + by, late: late + by, early: early + by };
  }

  /** Others tell that it lies between these. */
  narrow(least: number, most: number): void {
    const { early, late } = this.#arrival;
    const sooner = Math.min(late, most);
    this.#arrival = { ...this.#arrival, aim: sooner, late: sooner, early: Math.max(early, least) };
  }

  /** Something was there when it was asked for, at the first try or not before `refusedOffset`. */
  came(offset: number, refusedOffset?: number): void {
    const wasRefused = refusedOffset !== undefined;
    if (wasRefused) this.#refused(refusedOffset);
    else this.#wasLate = false;
    this.#arrival = recordArrival(this.#arrival, offset, this.#chunkSeconds(), wasRefused);
  }

  /** It was not, at the first try. */
  missed(offset: number): void {
    this.#arrival = recordMiss(this.#arrival, offset, this.#chunkSeconds());
  }

  /** A list has it: it can be had by now. */
  listed(offset: number): void {
    const late = Math.min(this.#arrival.late, offset);
    this.#arrival = { ...this.#arrival, late, aim: Math.min(this.#arrival.aim, late) };
  }

  /** The same encoder's other stream was missed at its moment: no need to miss this one too. */
  learnFrom(other: EncoderClock): void {
    this.#arrival = learnFrom(this.#arrival, other.#arrival, this.#chunkSeconds());
  }

  /** A hole may be why the next one is late. */
  relaxBackOff(): void {
    this.#wasLate = false;
  }

  /** One that is late may be chance; two are later from now on. */
  #refused(offset: number): void {
    const isLate = offset > this.#arrival.aim;
    if (isLate && this.#wasLate) this.missed(offset);
    this.#wasLate = isLate;
  }
}
