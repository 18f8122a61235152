import { delay } from '../../base/async.ts';
import { SmoothError } from '../../base/errors.ts';
import { type Failure, type FailureKind, isTransient } from '../../heuristics/failure.ts';
import { firstByteWait } from '../../heuristics/first-byte.ts';
import {
  type Neighbor,
  PROBE_TARGETS,
  planRecovery,
  type Recovery,
  type RecoveryInput,
} from '../../heuristics/recovery.ts';
import type { Chunk } from '../../manifest/presentation.ts';
import type { LevelChoice } from '../quality/level-choice.ts';
import type { BufferedFragment } from './buffer-map.ts';
import type { Delivered, Improvement } from './delivered.ts';
import type { DeliveryContext } from './delivery-context.ts';
import type { Feed } from './feed.ts';
import { SEAM } from './feed-cursor.ts';
import { type Attempt, FragmentLoader, type Outcome } from './fragment-loader.ts';
import { RecentFailures } from './recent-failures.ts';
import { Trouble } from './trouble.ts';

/** Whether a failure is the host's, and says nothing about the resource. */
const saysNothingOf = (kind: FailureKind): boolean => isTransient(kind) || kind === 'foreign';

/** The target of the next attempt. */
interface Aim {
  readonly choice: LevelChoice;
  readonly host: string;
}

/** Requests after one without a response, every other probe of an outage, and unneeded requests have shorter timeouts. */
const PROBE_LIMITS: Partial<Attempt> = { firstByteMs: 3000, progressMs: 2000 };

/**
 * Delivers the chunks of one feed to its buffer: each attempt ends in a value, `planRecovery` decides what follows, and
 * the loop in `deliver` does it. Owned by a playback, one for each feed.
 */
export class Delivery {
  readonly loader: FragmentLoader;
  readonly #feed: Feed;
  readonly #context: DeliveryContext;
  readonly #failures = new RecentFailures();

  constructor(feed: Feed, context: DeliveryContext) {
    this.#feed = feed;
    this.#context = context;
    this.loader = new FragmentLoader(feed, context);
  }

  /**
   * Resolves with the result for the chunk. `isSecondTry`: it was postponed before, so its neighbours are known to be
   * served. Rejects with an error that ends playback: `fragments-unavailable`, `network-unauthorized`, or a failure
   * that doesn't concern only the fragment.
   */
  async deliver(chunk: Chunk, isSecondTry: boolean, signal: AbortSignal): Promise<Delivered> {
    const { outage, rejected } = this.#context;
    const { name } = this.#feed.playable.stream;
    if (rejected.isHopeless(name, chunk.index)) {
      const details = { stream: this.#feed.type, problem: 'every attempt was rejected' };
      return { kind: 'given-up', error: new SmoothError('media-append', details) };
    }
    const delivered = await this.#deliver(chunk, new Trouble(isSecondTry), signal);
    if (delivered.kind === 'unavailable') outage.begin(this.#feed);
    // What follows a chunk that the playhead has passed is as unavailable as that was.
    else if (delivered.kind !== 'passed') outage.leave(this.#feed);
    return delivered;
  }

  /** Replaces what is in the buffer by another fragment; tries once, and `undefined` leaves it unchanged. */
  async improve({ chunk, choice }: Improvement, signal: AbortSignal): Promise<BufferedFragment | undefined> {
    const { rejected, outage } = this.#context;
    if (rejected.count(this.#feed.playable.stream.name, chunk.index) > 0) return undefined;
    const aim = { choice, host: this.#firstHost };
    const outcome = await this.#attempt(chunk, aim, PROBE_LIMITS, signal);
    if (outcome.kind === 'failed') outage.failedAgain();
    return outcome.kind === 'delivered' ? outcome.fragment : undefined;
  }

  async #deliver(chunk: Chunk, trouble: Trouble, signal: AbortSignal): Promise<Delivered> {
    const { outage, onRetry, warn, untilDry } = this.#context;
    const first = this.#firstAim(chunk);
    let aim = first;
    for (;;) {
      if (trouble.asksForNeighbor) {
        trouble.onNeighbor(await this.#tryNeighbor(chunk, aim, trouble, signal));
        if (trouble.isWorthAnother && !this.#failures.isHopeless(...this.#urlNow(chunk, aim))) continue;
      } else {
        const outcome = await this.#attempt(chunk, aim, this.#limits(chunk, trouble), signal);
        if (outcome.kind === 'delivered') {
          this.#noteServed(aim, trouble);
          this.#noteHost(aim, trouble);
          return { ...outcome, host: aim.host };
        }
        if (outcome.kind === 'superseded') {
          // Terminates, since the level is lower each time.
          aim = { ...aim, choice: outcome.by };
          continue;
        }
        if (outcome.kind === 'failed') {
          trouble.add(outcome.failure, this.#levelIndex(aim), aim.host);
          // If it stays unavailable, the last picture before it is held.
          this.loader.writer.recent.pin(chunk.index - 1);
        } else if (!this.#spent(chunk, aim)) continue;
      }
      const { failure } = trouble;
      if (!failure) continue;
      const step = this.#plan(chunk, aim, trouble);
      switch (step.do) {
        case 'retry':
          onRetry(failure.error);
          await delay(step.after * 1000, signal);
          break;
        case 'other-host':
          onRetry(failure.error);
          aim = { ...aim, host: step.host };
          break;
        case 'other-level':
          this.#reportLowered(chunk, aim.choice, failure);
          aim = this.#aimAt(step.level);
          break;
        case 'try-neighbor':
          trouble.askNeighbor();
          break;
        case 'refresh-manifest':
          return { kind: 'unavailable', failure };
        case 'skip':
          return {
            kind: 'postponed',
            failure,
            notBefore: this.#failures.freeAt(...this.#urlNow(chunk, first)),
          };
        case 'wait-out':
          (trouble.isProbing ? onRetry : warn)(failure.error);
          outage.begin(this.#feed);
          await outage.wait(this.#feed, step.after, signal);
          if (!this.#feed.isWanted(chunk, SEAM)) return { kind: 'passed' };
          this.#nextProbe(chunk, trouble);
          aim = this.#aimAt(trouble.level);
          break;
        case 'fail':
          await untilDry(signal);
          throw this.#fatal(chunk, failure, trouble.count);
        default:
          step satisfies never;
      }
    }
  }

  /** One request, with the common parameters of all requests. */
  async #attempt(chunk: Chunk, aim: Aim, limits: Partial<Attempt>, signal: AbortSignal): Promise<Outcome> {
    const { title, onRequest, outage } = this.#context;
    const { choice, host } = aim;
    onRequest(this.#feed, choice);
    const attempt = { chunk, choice, host, isRetry: false, ...limits };
    const outcome = await this.loader.load(attempt, signal);
    const [url, now] = this.#urlNow(chunk, aim);
    if (outcome.kind === 'delivered') {
      title.hosts?.served(host, now);
      outage.served(this.#feed);
    } else if (outcome.kind === 'interrupted') {
      this.#failures.add(url, 'timeout', now);
    } else if (outcome.kind === 'failed') {
      const { kind } = outcome.failure;
      this.#failures.add(url, kind, now);
      if (saysNothingOf(kind)) title.hosts?.failed(host, now);
    }
    return outcome;
  }

  /** Bypasses an HTTP cache, and keeps a probe from hanging. */
  #limits(chunk: Chunk, trouble: Trouble): Partial<Attempt> {
    const wasRejected = this.#context.rejected.count(this.#feed.playable.stream.name, chunk.index) > 0;
    return {
      isRetry: wasRejected || trouble.count > 0,
      // A choice of the recovery is not reconsidered.
      mayBeSuperseded: trouble.count === 0,
      mayBeInterrupted: trouble.count > 0 && !this.#context.isLive,
      ...this.#timeLimits(trouble),
    };
  }

  /** A server that is merely slow needs a longer timeout from time to time. */
  #timeLimits(trouble: Trouble): Partial<Attempt> {
    const { bandwidth, isLive } = this.#context;
    if (trouble.isAlone || (trouble.isHanging && trouble.probes % 2 === 0)) return PROBE_LIMITS;
    const isKnown = trouble.count === 0 && !isLive && !this.#feed.bufferMap.isEmpty;
    return isKnown ? { firstByteMs: firstByteWait(bandwidth.firstByte, this.#feed.bufferAhead) * 1000 } : {};
  }

  /** Requests a neighbouring fragment of the one that failed. It is media that is needed anyway. */
  async #tryNeighbor(chunk: Chunk, aim: Aim, trouble: Trouble, signal: AbortSignal): Promise<Neighbor> {
    const { bufferMap, buffered } = this.#feed;
    const neighbor = this.#neighborOf(chunk, trouble);
    // The last neighbour has been served.
    if (!neighbor && trouble.isAlone) return { state: 'served' };
    if (!neighbor) return { state: 'none', isLast: bufferMap.has(chunk.index - 1, buffered) };
    const spent = this.#spent(neighbor, aim);
    if (spent) return { state: 'failed', kind: spent };
    const limits = {
      mayBeSuperseded: false,
      mayBeInterrupted: true,
      isRetry: true,
      ...PROBE_LIMITS,
    };
    const outcome = await this.#attempt(neighbor, aim, limits, signal);
    if (outcome.kind === 'failed') {
      this.loader.writer.recent.pin(neighbor.index - 1);
      return { state: 'failed', kind: outcome.failure.kind };
    }
    if (outcome.kind === 'interrupted') return { state: 'unknown' };
    if (outcome.kind === 'delivered') {
      this.#noteServed(aim, trouble);
      this.#feed.bufferMap.add(outcome.fragment);
    }
    return { state: 'served' };
  }

  #noteServed({ choice }: Aim, trouble: Trouble): void {
    const failures = trouble.count > 0 ? trouble.failures : [];
    this.#context.unserved.add(choice.level, failures, this.#levels, performance.now());
  }

  /** A host that lacks fragments which another one has is soon avoided, whatever its response. */
  #noteHost(aim: Aim, trouble: Trouble): void {
    const { title } = this.#context;
    const failed = trouble.count > 0 ? trouble.failures : [];
    const atLevel = failed.filter(({ level }) => level === this.#levelIndex(aim));
    const others = atLevel.map(({ host }) => host);
    title.hosts?.servedAfter(others, aim.host, this.#feed.playable.stream.name, performance.now());
  }

  /**
   * The target of the recovery: the chunk itself, or one after it; near the end, the last one. A buffered fragment is
   * no evidence, and neither is one that has failed among neighbours that were served.
   */
  #neighborOf(chunk: Chunk, { ahead }: Trouble): Chunk | undefined {
    const { timeline, bufferMap, buffered, postponed } = this.#feed;
    let found = ahead > 0 ? undefined : chunk;
    let left = ahead;
    for (let next = timeline.next(chunk); next && left > 0; next = timeline.next(next)) {
      if (postponed.has(next) || bufferMap.has(next.index, buffered)) continue;
      found = next;
      left -= 1;
    }
    return found;
  }

  /** Selects the next probe. If all available targets failed too often recently, nothing is requested. */
  #nextProbe(chunk: Chunk, trouble: Trouble): void {
    for (let i = 0; i < PROBE_TARGETS; i += 1) {
      trouble.nextProbe(this.#levels.length);
      const target = this.#neighborOf(chunk, trouble);
      if (target && !this.#spent(target, this.#aimAt(trouble.level))) return;
    }
    // One that is not to be requested, or none: decides again what to do, without a request.
    trouble.askNeighbor();
  }

  /** See `RecentFailures.spent`. */
  #spent(chunk: Chunk, aim: Aim): FailureKind | undefined {
    return this.#failures.spent(...this.#urlNow(chunk, aim));
  }

  /** Distinguishes URLs, with the time. */
  #urlNow({ index }: Chunk, { choice, host }: Aim): [url: string, now: number] {
    return [`${index} ${choice.level.index} ${choice.level.bitrate} ${host}`, performance.now()];
  }

  #plan(chunk: Chunk, aim: Aim, trouble: Trouble): Recovery {
    const { title, settings, isLive, standstill, bandwidth } = this.#context;
    const now = performance.now();
    const { network } = settings();
    const input: RecoveryInput = {
      failures: trouble.failures,
      hosts: title.hosts?.inOrder(now) ?? [title.url],
      // All other ways were tried the first time.
      levels: trouble.isSecondTry ? 1 : this.#levels.length,
      attempts: trouble.isSecondTry ? 1 : network.attempts,
      neighbor: trouble.neighbor,
      probes: trouble.probes,
      bufferAhead: this.#feed.bufferAhead,
      standstill: Math.min(standstill(), trouble.lasting),
      isSpent: this.#spent(chunk, aim) !== undefined,
      isLive,
      isDenied: network.refused !== undefined,
      random: Math.random(),
    };
    const step = planRecovery(input);
    bandwidth.decisions.note('planRecovery', now / 1000, input, step);
    return step;
  }

  #levelIndex({ choice }: Aim): number {
    return Math.max(0, this.#levels.indexOf(choice.level));
  }

  get #levels() {
    return this.#feed.playable.levels;
  }

  get #firstHost(): string {
    const { title } = this.#context;
    return title.hosts?.inOrder(performance.now())[0] ?? title.url;
  }

  #firstAim(chunk: Chunk): Aim {
    const { choose, rejected } = this.#context;
    const chosen = choose(this.#feed, chunk);
    // A chunk that broke the decoder twice may not do so at another level.
    const isSuspect = rejected.count(this.#feed.playable.stream.name, chunk.index) > 1;
    const other = this.#levels.find((level) => level !== chosen.level);
    const choice = isSuspect && other ? { level: other, reason: 'failure' } : chosen;
    return { choice, host: this.#firstHost };
  }

  #aimAt(level: number): Aim {
    return {
      choice: { level: this.#levels[level] ?? this.#levels[0], reason: 'failure' },
      host: this.#firstHost,
    };
  }

  #reportLowered({ start }: Chunk, { level }: LevelChoice, { error }: Failure): void {
    const details = { stream: this.#feed.type, start: String(start), bitrate: level.bitrate };
    this.#context.warn(new SmoothError('fragment-lowered', details, { cause: error }));
  }

  #fatal({ start }: Chunk, { kind, error }: Failure, attempts: number): SmoothError {
    if (kind === 'unauthorized') return error;
    const details = { stream: this.#feed.type, start: String(start), attempts };
    return new SmoothError('fragments-unavailable', details, { fatal: true, cause: error });
  }
}
