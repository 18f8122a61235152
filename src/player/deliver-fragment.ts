import { backoffMs } from '../base/async.ts';
import { isSmoothError, SmoothError } from '../base/errors.ts';
import type { Ticks } from '../base/time.ts';
import type { Chunk, QualityLevel } from '../manifest/presentation.ts';
import { malformed } from '../mp4/box.ts';
import { isWorthRetrying, withRetries } from '../net/retry.ts';
import { SEALED } from '../transmux/encryption.ts';
import type { DeliveryPorts, LevelChoice } from './delivery-ports.ts';
import { isOfThisFragment, nextChance, otherLevel, unavailable } from './fallbacks.ts';
import { type Feed, type Improvement, SEAM } from './feed.ts';
import { type FragmentErrand, fetchFragment, mayBeOutage } from './fetch-fragment.ts';
import type { Held } from './inventory.ts';
import { lacksFirst } from './lacks-first.ts';
import { LEFT_OUT_AFTER } from './refusals.ts';
import { type SegmentInProgress, SegmentWriter } from './segment-writer.ts';
import { StatedTimes } from './stated-times.ts';
import { StreamEncryption } from './stream-encryption.ts';
import { watchDownload } from './watch-download.ts';

/** With less than so many seconds in the buffer, bytes are appended as they arrive. */
const APPEND_AT_ONCE_BELOW = 4;
/** With less than so many, each piece of the body is waited for. */
const URGENT_BELOW = 2;
/** A hole longer than this, or of more fragments, is no longer skipped. */
const MOST_SKIPPED_FRAGMENTS = 3;
const MOST_SKIPPED_SECONDS = 10;
/** A group of pictures may span so many fragments. */
const MOST_BACK = 5;
/** Thrown to give a download up until it is known what its init segment must say. */
const UNDECIDED = Symbol('undecided');
/** How long playback may stand while the network is away before it is given up, in seconds. */
const OUTAGE_TOLERANCE = 120;

/**
 * Brings the chunks of one feed into its buffer, whatever it takes: the same URL again, another level, and
 * at last on without it. Owned by a playback, one for each feed.
 */
export class Delivery {
  readonly #ports: DeliveryPorts;
  readonly #writer: SegmentWriter;
  readonly #encryption: StreamEncryption;
  readonly #stated = new StatedTimes();
  /** Seconds of each chunk that was left out since the last that came, by its index. */
  readonly #skipped = new Map<number, number>();
  #hasDelivered = false;
  /** Of each level's last fragment. */
  readonly #shifts = new Map<QualityLevel, Ticks>();
  /** Whether a fragment whose first pictures need others is had again behind the one before; it helps, or it doesn't. */
  #goesBack = true;
  /** What is asked for next when a download was given up for it. */
  #instead: LevelChoice | undefined;

  constructor(ports: DeliveryPorts) {
    this.#ports = ports;
    this.#encryption = new StreamEncryption(ports.title.presentation.protection.length > 0);
    this.#writer = new SegmentWriter(ports.makeRoom, ports.lock);
  }

  /** Resolves with what is in the buffer now, or with `undefined` when the chunk was skipped. */
  async deliver(feed: Feed, chunk: Chunk, signal: AbortSignal): Promise<Held | undefined> {
    if (this.#refused(feed, chunk) >= LEFT_OUT_AFTER) {
      const refused = new SmoothError('media-append', {
        stream: feed.type,
        problem: 'it was refused in every way',
      });
      return this.#skip(feed, chunk, refused, signal);
    }
    let heard = Number.POSITIVE_INFINITY;
    for (let round = 0; ; round += 1) {
      const outcome = await this.#climb(feed, chunk, signal);
      if (!isSmoothError(outcome)) {
        this.#skipped.clear();
        this.#hasDelivered = true;
        return outcome;
      }
      if (isSmoothError(outcome, 'network-refused')) {
        await this.#ports.runDry(signal);
        throw outcome;
      }
      // Others were served since the failure before: it is this fragment that can't be had, and not the line.
      const isLineUp = this.#ports.meter.total > heard;
      heard = this.#ports.meter.total;
      if (!this.#hasDelivered && mayBeOutage(outcome)) throw unavailable(feed, chunk, 1, outcome);
      if (isLineUp || !mayBeOutage(outcome)) return this.#skip(feed, chunk, outcome, signal);
      if (this.#ports.dryFor() > OUTAGE_TOLERANCE) throw unavailable(feed, chunk, round + 1, outcome);
      await nextChance(1000 + backoffMs(round, Math.random(), 500, 14_000), signal);
    }
  }

  /** Puts a better fragment in the place of what is in the buffer; tries once, and `undefined` leaves that as it was. */
  async improve(feed: Feed, { chunk, choice }: Improvement, signal: AbortSignal): Promise<Held | undefined> {
    const { title, requested } = this.#ports;
    const [host = title.url] = title.hosts?.inOrder(performance.now()) ?? [];
    if (this.#refused(feed, chunk) > 0) return undefined;
    requested(feed, choice);
    const outcome = await this.#attemptAt(host, 1, feed, chunk, choice, signal);
    return isSmoothError(outcome) ? undefined : outcome;
  }

  /** The chosen level, then another. Gives what could be had, or the last failure. */
  async #climb(feed: Feed, chunk: Chunk, signal: AbortSignal): Promise<Held | SmoothError> {
    const { choose, warn } = this.#ports;
    const chosen = choose(feed, chunk);
    const { levels } = feed.playable;
    const other = this.#refused(feed, chunk) > 1 ? otherLevel(levels, chosen.level) : undefined;
    let choice = other ? { level: other, reason: 'failure' } : chosen;
    this.#instead = undefined;
    let first = await this.#attempt(feed, chunk, choice, signal);
    // Ends, since each time the level is a lower one.
    while (this.#instead && isSmoothError(first)) {
      choice = this.#instead;
      this.#instead = undefined;
      first = await this.#attempt(feed, chunk, choice, signal);
    }
    const level = otherLevel(levels, choice.level);
    // Whom the app's own answer doesn't let in, no other quality will.
    const { refused } = this.#ports.settings().network;
    if (!isSmoothError(first) || !level || (refused && isSmoothError(first, 'network-refused'))) return first;
    const details = { stream: feed.type, start: String(chunk.start), bitrate: choice.level.bitrate };
    warn(new SmoothError('fragment-lowered', details, { cause: first }));
    const second = await this.#attempt(feed, chunk, { level, reason: 'failure' }, signal);
    return isSmoothError(second) ? first : second;
  }

  #refused(feed: Feed, chunk: Chunk): number {
    return this.#ports.refusals.of(feed.playable.stream.name, chunk.index);
  }

  /** One level, from each host in turn; the last is asked again where that may help. */
  async #attempt(
    feed: Feed,
    chunk: Chunk,
    choice: LevelChoice,
    signal: AbortSignal,
  ): Promise<Held | SmoothError> {
    const { settings, requested, retried, title } = this.#ports;
    requested(feed, choice);
    const hosts = title.hosts?.inOrder(performance.now()) ?? [title.url];
    let failure: SmoothError | undefined;
    for (const [index, host] of hosts.entries()) {
      const isLast = index === hosts.length - 1;
      const attempts = isLast ? settings().network.attempts : 1;
      const outcome = await this.#attemptAt(host, attempts, feed, chunk, choice, signal);
      if (!isSmoothError(outcome)) {
        title.hosts?.served(host, performance.now());
        return outcome;
      }
      failure ??= outcome;
      if (this.#instead) break;
      if (isWorthRetrying(outcome)) title.hosts?.failed(host, performance.now());
      if (!isLast) retried(outcome);
    }
    if (failure && this.#ports.isElsewhere(failure)) throw failure;
    return failure as SmoothError;
  }

  /** One URL, with retries where they may help. */
  async #attemptAt(
    host: string,
    attempts: number,
    feed: Feed,
    chunk: Chunk,
    choice: LevelChoice,
    signal: AbortSignal,
  ): Promise<Held | SmoothError> {
    const hasOther = feed.playable.levels.length > 1;
    const isWorthIt = (error: SmoothError, tried: number) => {
      if (this.#instead) return false;
      if (isSmoothError(error, 'fragment-malformed')) return tried < 2;
      return isWorthRetrying(error) && !(isSmoothError(error, 'network-timeout') && hasOther);
    };
    const wasRefused = this.#refused(feed, chunk) > 0;
    try {
      return await withRetries(
        (attempt) => this.#fetch(host, feed, chunk, choice, wasRefused || attempt > 0, signal),
        { attempts, isWorthIt, onRetry: this.#ports.retried },
        signal,
      );
    } catch (error) {
      signal.throwIfAborted();
      if (isOfThisFragment(error)) return error;
      throw error;
    }
  }

  async #fetch(
    host: string,
    feed: Feed,
    chunk: Chunk,
    choice: LevelChoice,
    isRetry: boolean,
    signal: AbortSignal,
    mostBack = MOST_BACK,
  ): Promise<Held> {
    const { title, settings, meter, zero, learn, fetched, lock } = this.#ports;
    const { level, reason } = choice;
    const { timeline, playable } = feed;
    const [start, end] = [timeline.startOf(chunk), timeline.endOf(chunk)];
    const asked: FragmentErrand = {
      title,
      host,
      stream: playable.stream,
      level,
      chunk,
      zero: zero(playable.stream),
      readEncryption: lock.readEncryption,
      encryption: undefined,
      shiftBefore: this.#shifts.get(level),
      wholeMs: Math.max(10_000, 3000 * (end - start)),
      isUrgent: feed.bufferAhead < URGENT_BELOW,
      isRetry,
    };
    const located = title.locate?.(asked) ?? asked;
    const { stream } = located;
    const errand = { ...located, encryption: this.#encryption.of(stream) };
    const atOnce = feed.bufferAhead < APPEND_AT_ONCE_BELOW;
    const segment = this.#writer.begin(feed, errand, start, atOnce, signal);
    // What takes the place of another level isn't shown in part.
    const isMissing = feed.aheadOf(start) < SEAM;
    const watch = this.#watch(feed, choice, isMissing ? segment : undefined, signal);
    try {
      const fragment = await fetchFragment(
        errand,
        {
          settings: settings(),
          meter,
          deliver: (piece, report) => {
            this.#stated.check(stream, level, errand.chunk, report.stated);
            if (this.#encryption.isOpen(stream, report)) throw UNDECIDED;
            segment.write(piece, this.#encryption.protectionOf(stream, report));
          },
          progress: watch.progressed,
        },
        watch.signal,
      );
      watch.stop();
      learn(fragment.transfer);
      const mended = await segment.finish();
      this.#shifts.set(level, fragment.report.compositionShift);
      if (lacksFirst(feed, fragment.report, errand, start, end)) {
        const before = this.#goesBack && mostBack > 0 && playable.stream.chunks.at(chunk.index - 1);
        if (before && before.index < chunk.index) {
          feed.inventory.add(await this.#fetch(host, feed, before, choice, isRetry, signal, mostBack - 1));
          return await this.#fetch(host, feed, chunk, choice, isRetry, signal, 0);
        }
        this.#goesBack = false;
        if (!feed.buffered.some((range) => range.start < end && range.end > start))
          throw malformed('mdat', 0, 'none of its pictures can be decoded by itself');
      }
      const held = { index: chunk.index, start, end, level, reason };
      const repairs = [...fragment.report.repairs, ...mended];
      fetched(feed, held, { ...fragment, report: { ...fragment.report, repairs } });
      return held;
    } catch (error) {
      if (isSmoothError(error, 'media-append')) this.#ports.refusals.note(playable.stream.name, chunk.index);
      await segment.discard();
      if (error === SEALED) await lock.load();
      else if (error === UNDECIDED) {
        const { decideEncryption } = await import('./peek-fragment.ts');
        await decideEncryption(errand, this.#encryption, settings(), signal);
      } else throw error;
      return this.#fetch(host, feed, chunk, choice, isRetry, signal);
    } finally {
      watch.stop();
    }
  }

  /** Gives a running download up where that pays. */
  #watch(feed: Feed, choice: LevelChoice, segment: SegmentInProgress | undefined, signal: AbortSignal) {
    return watchDownload(signal, (received, response) => {
      this.#ports.meter.tell();
      if (feed.bufferAhead < APPEND_AT_ONCE_BELOW) segment?.hurry();
      if (!response || choice.reason === 'manual') return false;
      const instead = this.#ports.instead(feed, choice, received, response.length);
      if (instead) this.#instead = instead;
      return instead !== undefined;
    });
  }

  /** Goes on without a chunk, unless too much is missing by now. */
  async #skip(feed: Feed, chunk: Chunk, failure: SmoothError, signal: AbortSignal): Promise<undefined> {
    const [from, to] = [feed.timeline.startOf(chunk), feed.timeline.endOf(chunk)];
    // After a seek it may be the same one again.
    if (this.#skipped.has(chunk.index)) return undefined;
    this.#skipped.set(chunk.index, to - from);
    const missing = [...this.#skipped.values()];
    const seconds = missing.reduce((sum, one) => sum + one);
    const most = Math.min(MOST_SKIPPED_FRAGMENTS, feed.playable.stream.chunks.length - 1);
    if (missing.length > most || seconds > MOST_SKIPPED_SECONDS) {
      await this.#ports.runDry(signal);
      throw unavailable(feed, chunk, missing.length, failure);
    }
    const details = { stream: feed.type, start: String(chunk.start), from, to };
    this.#ports.skipped(from, to);
    this.#ports.warn(new SmoothError('fragment-skipped', details, { cause: failure }));
    return undefined;
  }
}
