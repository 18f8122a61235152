import {
  type Arrival,
  arrivalFrom,
  learnFrom,
  offsetOf,
  recordArrival,
  recordMiss,
} from '../../../heuristics/arrival.ts';

/**
 * The encoder's position, as learnt from when its fragments became available. Offsets are seconds on a local clock,
 * minus the position that the encoder must have reached by then.
 */
export class EncoderClock {
  readonly #chunkSeconds: () => number;
  #arrival: Arrival;
  /** Whether the last available fragment had two misses. */
  #wasLate = false;

  constructor(offset: number, chunkSeconds: () => number) {
    this.#chunkSeconds = chunkSeconds;
    this.#arrival = arrivalFrom(offset, chunkSeconds());
  }

  /** The offset at which fragments are requested. */
  get aim(): number {
    return this.#arrival.aim;
  }

  /** The best estimate. */
  get offset(): number {
    return offsetOf(this.#arrival);
  }

  /** Seconds from the publication of a fragment to the request for it, by the best estimate. */
  get delay(): number {
    return Math.max(0, this.aim - this.offset);
  }

  /** Everything learnt belongs to another run of the encoder. */
  restart(offset: number): void {
    this.#wasLate = false;
    this.#arrival = arrivalFrom(offset, this.#chunkSeconds());
  }

  /** Positions were wrong by this much. */
  shift(by: number): void {
    const { aim, late, early } = this.#arrival;
    this.#arrival = { ...this.#arrival, aim: aim + by, late: late + by, early: early + by };
  }

  /** According to others, it is between these. */
  narrow(least: number, most: number): void {
    const { early, late } = this.#arrival;
    const sooner = Math.min(late, most);
    this.#arrival = { ...this.#arrival, aim: sooner, late: sooner, early: Math.max(early, least) };
  }

  /** A fragment was available when it was requested: at the first attempt, or not yet at `notPublishedOffset`. */
  recordArrival(offset: number, notPublishedOffset?: number): void {
    const wasNotPublished = notPublishedOffset !== undefined;
    if (wasNotPublished) this.#recordNotPublished(notPublishedOffset);
    else this.#wasLate = false;
    this.#arrival = recordArrival(this.#arrival, offset, this.#chunkSeconds(), wasNotPublished);
  }

  /** It was not available at the first attempt. */
  missed(offset: number): void {
    this.#arrival = recordMiss(this.#arrival, offset, this.#chunkSeconds());
  }

  /** A list has it: it is available by now. */
  listed(offset: number): void {
    const late = Math.min(this.#arrival.late, offset);
    this.#arrival = { ...this.#arrival, late, aim: Math.min(this.#arrival.aim, late) };
  }

  /** The same encoder's other stream was missed at its time: no need to miss this one too. */
  learnFrom(other: EncoderClock): void {
    this.#arrival = learnFrom(this.#arrival, other.#arrival, this.#chunkSeconds());
  }

  /** The next one may be late because of a hole. */
  relaxBackOff(): void {
    this.#wasLate = false;
  }

  /** One late fragment may be chance; after two, later ones are expected. */
  #recordNotPublished(offset: number): void {
    const isLate = offset > this.#arrival.aim;
    if (isLate && this.#wasLate) this.missed(offset);
    this.#wasLate = isLate;
  }
}
