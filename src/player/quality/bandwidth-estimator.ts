import {
  type BandwidthModel,
  expectedRate,
  learnBandwidth,
  type ThroughputSample,
} from '../../heuristics/bandwidth-model.ts';
import { FIRST_BYTE_GUESS, learnFirstByte } from '../../heuristics/first-byte.ts';
import {
  addResponse,
  beginSpan,
  cutSample,
  endSpan,
  leastRate,
  type ReceiveSpan,
  type Remainder,
} from '../../heuristics/throughput-samples.ts';
import { ThroughputMeter, type Traffic } from '../../net/throughput-meter.ts';
import { DecisionLog } from '../report/decision-log.ts';

/** The download of a body. */
export interface Transfer {
  readonly bytes: number;
  /** From the request to the headers, and from there to the body's end. */
  readonly firstByteMs: number;
  readonly bodyMs: number;
}

/** Bodies that arrive sooner, in milliseconds, or are smaller, in bytes, reflect buffers on the way rather than the network. */
const TELLING_MS = 50;
const TELLING_BYTES = 16_384;

/** Kept for a page's own estimate. */
const MOST_SAMPLES = 30;

/** What a player knows about the network; outlives titles. */
export class BandwidthEstimator {
  /** The decisions based on it. */
  readonly decisions: DecisionLog;
  readonly meter = new ThroughputMeter((traffic) => this.#onTraffic(traffic));
  #model: BandwidthModel | undefined;
  /** The estimate of the current model, computed on demand. */
  #estimate: number | undefined;
  #span: ReceiveSpan | undefined;
  #remainder: Remainder | undefined;
  #firstByte: number | undefined;
  /** What the network delivers at least, in bits per second. */
  #least: number | undefined;
  #samples: readonly ThroughputSample[] = [];

  constructor(decisions = new DecisionLog()) {
    this.decisions = decisions;
  }

  /** Bandwidth in bits per second to assume before any measurement; `undefined` if unknown. */
  expected: number | undefined;

  /** A manifest was received: not a measurement, but better than a guess. */
  learnStart(transfer: Transfer): void {
    const { bytes, bodyMs } = transfer;
    this.learn(transfer);
    if (bodyMs >= TELLING_MS && bytes >= TELLING_BYTES) this.expected = (bytes * 8000) / bodyMs;
  }

  /** The bandwidth and the time to the first byte of an earlier visit. */
  recall({ estimate, firstByte }: { readonly estimate: number; readonly firstByte: number }): void {
    this.expected ??= estimate;
    this.#firstByte ??= firstByte;
  }

  learn({ firstByteMs }: Pick<Transfer, 'firstByteMs'>): void {
    this.#firstByte = learnFirstByte(this.#firstByte, firstByteMs / 1000);
  }

  /** The model of everything measured; `undefined` before the first sample. */
  get model(): BandwidthModel | undefined {
    return this.#model;
  }

  /** The newest samples, the oldest first. */
  get samples(): readonly ThroughputSample[] {
    return this.#samples;
  }

  /** Seconds from a request to its first byte. */
  get firstByte(): number {
    return this.#firstByte ?? FIRST_BYTE_GUESS;
  }

  /**
   * Expected bits per second. Before the first sample, what the network delivers at least: the first fragment may arrive too fast to be one.
   * `undefined` if nothing is known.
   */
  get estimate(): number | undefined {
    if (this.#model) this.#estimate ??= expectedRate(this.#model);
    return this.#estimate ?? this.#least;
  }

  /** Only time during which something is being received counts. */
  #onTraffic({ atMs, bytes, bodies, begins }: Traffic): void {
    const now: ReceiveSpan = { from: atMs / 1000, bytes };
    let since = this.#span ?? beginSpan(now, this.#remainder);
    if (begins) {
      const requestedAt = begins.requestedAtMs / 1000;
      since = addResponse(since, { requestedAt, firstByte: now.from - requestedAt, bytes });
    }
    const {
      span,
      remainder,
      sample,
    }: { span?: ReceiveSpan; remainder?: Remainder; sample?: ThroughputSample } =
      bodies > 0 ? cutSample(since, now) : endSpan(since, now);
    this.#span = span;
    this.#remainder = remainder;
    const least = bodies > 0 ? undefined : leastRate(since, now, this.firstByte);
    if (least) this.#least = Math.max(this.#least ?? 0, least);
    if (sample) this.#learnSample({ ...sample, least }, now.from);
  }

  #learnSample(sample: ThroughputSample, at: number): void {
    this.#samples = [...this.#samples, sample].slice(-MOST_SAMPLES);
    const known = this.#model;
    this.#model = learnBandwidth(known, sample);
    this.#estimate = undefined;
    this.decisions.note('learnBandwidth', at, { bandwidth: known, sample });
  }
}
