import { beginStretch, cutSample, endStretch, type Rest, type Stretch } from '../heuristics/cut-samples.ts';
import { FIRST_BYTE_GUESS, learnFirstByte } from '../heuristics/first-byte.ts';
import { expectedRate, type LineModel, type LineSample, learnLine } from '../heuristics/line-model.ts';
import { LineMeter, type Traffic } from '../net/line-meter.ts';
import { DecisionLog } from './decision-log.ts';

/** How a body came. */
export interface Transfer {
  readonly bytes: number;
  /** From the request to the headers, and from there to the body's end. */
  readonly firstByteMs: number;
  readonly bodyMs: number;
}

/** Bodies that come sooner, in milliseconds, or are smaller, in bytes, tell of buffers on the way and not of the line. */
const TELLING_MS = 50;
const TELLING_BYTES = 16_384;

/** Kept for a page's own estimate. */
const MOST_SAMPLES = 30;

/** What a player knows of the line; outlives titles, since the line does. */
export class Line {
  /** What was concluded from it. */
  readonly decisions: DecisionLog;
  readonly meter = new LineMeter((traffic) => this.#heard(traffic));
  #model: LineModel | undefined;
  #stretch: Stretch | undefined;
  #rest: Rest | undefined;
  #firstByte: number | undefined;
  #samples: readonly LineSample[] = [];

  constructor(decisions = new DecisionLog()) {
    this.decisions = decisions;
  }

  /** Bits per second to expect of it before it was measured; `undefined` where nothing tells. */
  expected: number | undefined;

  /** A manifest came: no measurement, but a better guess than none. */
  learnStart(transfer: Transfer): void {
    const { bytes, bodyMs } = transfer;
    this.learn(transfer);
    if (bodyMs >= TELLING_MS && bytes >= TELLING_BYTES) this.expected = (bytes * 8000) / bodyMs;
  }

  /** So many bits per second, and seconds to a first byte, were seen on an earlier visit. */
  recall({ estimate, firstByte }: { readonly estimate: number; readonly firstByte: number }): void {
    this.expected ??= estimate;
    this.#firstByte ??= firstByte;
  }

  learn({ firstByteMs }: Pick<Transfer, 'firstByteMs'>): void {
    this.#firstByte = learnFirstByte(this.#firstByte, firstByteMs / 1000);
  }

  /** All that was seen of it; `undefined` before the first body. */
  get model(): LineModel | undefined {
    return this.#model;
  }

  /** The newest, the oldest first. */
  get samples(): readonly LineSample[] {
    return this.#samples;
  }

  /** Seconds from a request to its first byte. */
  get firstByte(): number {
    return this.#firstByte ?? FIRST_BYTE_GUESS;
  }

  /** Expected bits per second; `undefined` before the first body. */
  get estimate(): number | undefined {
    return this.#model && expectedRate(this.#model);
  }

  /** Only the time in which something was being received tells of the line. */
  #heard({ atMs, bytes, bodies }: Traffic): void {
    const now: Stretch = { from: atMs / 1000, bytes };
    const since = this.#stretch ?? beginStretch(now, this.#rest);
    const { stretch, rest, sample }: { stretch?: Stretch; rest?: Rest; sample?: LineSample } =
      bodies > 0 ? cutSample(since, now) : endStretch(since, now);
    this.#stretch = stretch;
    this.#rest = rest;
    if (!sample) return;
    this.#samples = [...this.#samples, sample].slice(-MOST_SAMPLES);
    const known = this.#model;
    this.#model = learnLine(known, sample);
    this.decisions.note('learnLine', now.from, { line: known, sample });
  }
}
