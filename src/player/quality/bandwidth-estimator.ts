import {
  type BandwidthModel,
  expectedRate,
  learnBandwidth,
  type ThroughputSample,
} from '../../heuristics/bandwidth-model.ts';
import { FIRST_BYTE_GUESS, learnFirstByte } from '../../heuristics/first-byte.ts';
import {
  beginSpan,
  cutSample,
  endSpan,
  type ReceiveSpan,
  type Remainder,
} from '../../heuristics/throughput-samples.ts';
import { ThroughputMeter, type Traffic } from '../../net/throughput-meter.ts';
import { DecisionLog } from '../report/decision-log.ts';

/** How a body came. */
export interface Transfer {
  readonly bytes: number;
  /** From the request to the headers, and from there to the body's end. */
  readonly firstByteMs: number;
  readonly bodyMs: number;
}

/** Bodies that come sooner, in milliseconds, or are smaller, in bytes, tell of buffers on the way and not of the network. */
const TELLING_MS = 50;
const TELLING_BYTES = 16_384;

/** Kept for a page's own estimate. */
const MOST_SAMPLES = 30;

/** What a player knows of the network; outlives titles, as the network does. */
export class BandwidthEstimator {
  /** What was concluded from it. */
  readonly decisions: DecisionLog;
  readonly meter = new ThroughputMeter((traffic) => this.#onTraffic(traffic));
  #model: BandwidthModel | undefined;
  /** Of the model as it is now, once somebody asked for it. */
  #estimate: number | undefined;
  #span: ReceiveSpan | undefined;
  #remainder: Remainder | undefined;
  #firstByte: number | undefined;
  #samples: readonly ThroughputSample[] = [];

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
  get model(): BandwidthModel | undefined {
    return this.#model;
  }

  /** The newest, the oldest first. */
  get samples(): readonly ThroughputSample[] {
    return this.#samples;
  }

  /** Seconds from a request to its first byte. */
  get firstByte(): number {
    return this.#firstByte ?? FIRST_BYTE_GUESS;
  }

  /** Expected bits per second; `undefined` before the first body. */
  get estimate(): number | undefined {
    if (this.#model) this.#estimate ??= expectedRate(this.#model);
    return this.#estimate;
  }

  /** Only the time in which something was being received tells of the network. */
  #onTraffic({ atMs, bytes, bodies }: Traffic): void {
    const now: ReceiveSpan = { from: atMs / 1000, bytes };
    const since = this.#span ?? beginSpan(now, this.#remainder);
    const {
      span,
      remainder,
      sample,
    }: { span?: ReceiveSpan; remainder?: Remainder; sample?: ThroughputSample } =
      bodies > 0 ? cutSample(since, now) : endSpan(since, now);
    this.#span = span;
    this.#remainder = remainder;
    if (!sample) return;
    this.#samples = [...this.#samples, sample].slice(-MOST_SAMPLES);
    const known = this.#model;
    this.#model = learnBandwidth(known, sample);
    this.#estimate = undefined;
    this.decisions.note('learnBandwidth', now.from, { bandwidth: known, sample });
  }
}
