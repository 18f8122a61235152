import { isSmoothError } from '../../base/errors.ts';
import type { Ticks } from '../../base/time.ts';
import { classifyFailure, type Failure } from '../../heuristics/failure.ts';
import type { Chunk, QualityLevel } from '../../manifest/presentation.ts';
import { malformed } from '../../mp4/box.ts';
import { fetchFragment } from '../fragment/fetch-fragment.ts';
import { type FragmentRequest, wholeLimit } from '../fragment/fragment-request.ts';
import type { LevelChoice } from '../quality/level-choice.ts';
import { fragmentOf } from '../title/fragment-of.ts';
import { bodyNeed } from './body-need.ts';
import { type BufferedFragment, coverage } from './buffer-map.ts';
import type { DeliveryContext } from './delivery-context.ts';
import { DownloadWatch } from './download-watch.ts';
import type { Feed } from './feed.ts';
import { SEAM } from './feed-cursor.ts';
import { missesLeadingFrames } from './missing-leading-frames.ts';
import { type SegmentInProgress, SegmentWriter } from './segment-writer.ts';
import { StatedTimes } from './stated-times.ts';
import { StreamEncryption } from './stream-encryption.ts';

/** How one attempt at one fragment ended. */
export type Outcome =
  | { readonly kind: 'delivered'; readonly fragment: BufferedFragment }
  | { readonly kind: 'failed'; readonly failure: Failure }
  /** Abandoned for another level. */
  | { readonly kind: 'superseded'; readonly by: LevelChoice }
  /** Cancelled while nothing arrived, since the server seems to be back: a new request is answered sooner. */
  | { readonly kind: 'interrupted' };

export interface Attempt {
  readonly chunk: Chunk;
  readonly choice: LevelChoice;
  /** URL of the host's manifest. */
  readonly host: string;
  /** Whether its chunk was asked for before, and no HTTP cache is to answer for the server. */
  readonly isRetry: boolean;
  /** Timeout for the headers in milliseconds. */
  readonly firstByteMs?: number;
  /** Timeout without a byte in milliseconds. */
  readonly progressMs?: number;
  /** Whether to cancel a request without data when an outage seems to be over; default false. */
  readonly mayBeInterrupted?: boolean;
  /** Whether it may be abandoned for another level; default true. */
  readonly mayBeSuperseded?: boolean;
}

/** With less than this many seconds in the buffer, bytes are appended as they arrive. */
const APPEND_AT_ONCE_BELOW = 4;
/** A body without progress for so long, in milliseconds, counts as a measurement of the network; until then, bytes may be waiting to be read. */
const STANDS_FROM_MS = 500;
/** A group of pictures may span this many fragments. */
const MOST_BACK = 5;

/** Loads fragments of one feed into its buffer, each with one request; the result is a value. */
export class FragmentLoader {
  readonly writer: SegmentWriter;
  readonly #feed: Feed;
  readonly #context: DeliveryContext;
  readonly #encryption: StreamEncryption;
  readonly #stated = new StatedTimes();
  /** Of each level's last fragment. */
  readonly #shifts = new Map<QualityLevel, Ticks>();
  /** Whether a fragment whose first pictures depend on others is fetched again after the previous one; either it helps, or it doesn't. */
  #goesBack = true;

  constructor(feed: Feed, context: DeliveryContext) {
    this.#feed = feed;
    this.#context = context;
    this.#encryption = new StreamEncryption(context.title.presentation);
    this.writer = new SegmentWriter(feed, context);
  }

  /** Rejects with errors that concern more than this fragment, and with the signal's reason. */
  async load(attempt: Attempt, signal: AbortSignal): Promise<Outcome> {
    try {
      return await this.#load(attempt, signal, MOST_BACK);
    } catch (error) {
      signal.throwIfAborted();
      const failure = classifyFailure(error);
      if (failure) return { kind: 'failed', failure };
      throw error;
    }
  }

  async #load(attempt: Attempt, signal: AbortSignal, mostBack: number): Promise<Outcome> {
    for (;;) {
      const outcome = await this.#fetch(attempt, signal, mostBack);
      switch (outcome.kind) {
        case 'encrypted':
          await this.#context.drm.load();
          break;
        case 'undecided':
          await this.#encryption.decide(outcome.request, this.#context.settings(), signal);
          break;
        default:
          return outcome;
      }
    }
  }

  async #fetch(
    attempt: Attempt,
    signal: AbortSignal,
    mostBack: number,
  ): Promise<
    | Outcome
    | { readonly kind: 'encrypted' }
    | { readonly kind: 'undecided'; readonly request: FragmentRequest }
  > {
    const { settings, bandwidth, onFragment, rejected, outage, wantsSegments, onSegment } = this.#context;
    const { chunk, choice } = attempt;
    const { timeline, playable } = this.#feed;
    const [start, end] = [timeline.startOf(chunk), timeline.endOf(chunk)];
    const request = this.#requestFor(attempt, end - start);
    const { stream } = request;
    const atOnce = this.#feed.bufferAhead < APPEND_AT_ONCE_BELOW;
    const segment = this.writer.begin(request, { index: chunk.index, start }, atOnce, signal);
    // A replacement of another level isn't shown in part.
    const isMissing = this.#feed.aheadOf(start) < SEAM;
    const watch = this.#watch(attempt, isMissing ? segment : undefined, signal);
    const stopListening = attempt.mayBeInterrupted && outage.onWake(() => watch.interrupt());
    const parts: Uint8Array[] | undefined = wantsSegments(this.#feed) ? [] : undefined;
    let isUndecided = false;
    try {
      const fetched = await fetchFragment(
        request,
        {
          settings: settings(),
          meter: bandwidth.meter,
          deliver: (piece, report) => {
            this.#stated.check(stream, request.level, request.chunk, report.stated);
            isUndecided = this.#encryption.isUndecided(request, report);
            if (!isUndecided) segment.write(piece, this.#encryption.protectionOf(stream, report));
            parts?.push(piece);
            return !isUndecided;
          },
          begun: (response) => watch.begin(response),
        },
        watch.signal,
      );
      watch.stop();
      if (!fetched) {
        await segment.discard();
        return { kind: 'undecided', request };
      }
      bandwidth.learn(fetched.transfer);
      const mended = await segment.finish();
      this.#shifts.set(choice.level, fetched.report.compositionShift);
      if (missesLeadingFrames(this.#feed, fetched.report, request, start, end)) {
        const again = await this.#loadBehindOneBefore(attempt, signal, mostBack);
        if (again) return again;
      }
      if (parts) onSegment(this.#feed, parts, request);
      const covered = coverage(this.#feed.buffered, start, end);
      const fragment = {
        index: chunk.index,
        start,
        end,
        level: choice.level,
        reason: choice.reason,
        covered,
      };
      const repairs = [...fetched.report.repairs, ...mended];
      onFragment(this.#feed, fragment, { ...fetched, report: { ...fetched.report, repairs } });
      return { kind: 'delivered', fragment };
    } catch (error) {
      if (isSmoothError(error, 'media-append')) rejected.add(playable.stream.name, chunk.index);
      await segment.discard();
      signal.throwIfAborted();
      if (watch.supersededBy) return { kind: 'superseded', by: watch.supersededBy };
      if (watch.isInterrupted) return { kind: 'interrupted' };
      if (isSmoothError(error, 'fragment-encrypted')) return { kind: 'encrypted' };
      throw error;
    } finally {
      if (stopListening) stopListening();
      watch.stop();
    }
  }

  #requestFor(attempt: Attempt, seconds: number): FragmentRequest {
    const { chunk, choice, host, isRetry, firstByteMs, progressMs } = attempt;
    const { title, clock, drm, bandwidth } = this.#context;
    const { stream } = this.#feed.playable;
    const expected = { bits: choice.level.bitrate * seconds, estimate: bandwidth.estimate };
    const located = fragmentOf(title, {
      host,
      stream,
      level: choice.level,
      chunk,
      zero: clock.zeroOf(stream),
      readEncryption: drm.readEncryption,
      shiftBefore: this.#shifts.get(choice.level),
      ...(firstByteMs !== undefined && { firstByteMs }),
      ...(progressMs !== undefined && { progressMs }),
      wholeMs: wholeLimit(seconds),
      need: bodyNeed(expected, () => this.#feed.bufferAhead),
      isRetry,
    });
    return { ...located, encryption: this.#encryption.of(located.stream) };
  }

  /** Abandons a running download if that pays. */
  #watch(
    { choice, mayBeSuperseded = true }: Attempt,
    segment: SegmentInProgress | undefined,
    signal: AbortSignal,
  ): DownloadWatch {
    const { bandwidth, abandonFor } = this.#context;
    return new DownloadWatch(signal, (received, response, stoodMs) => {
      if (stoodMs >= STANDS_FROM_MS) bandwidth.meter.report();
      if (this.#feed.bufferAhead < APPEND_AT_ONCE_BELOW) segment?.hurry();
      if (!response || !mayBeSuperseded || choice.reason === 'manual') return undefined;
      return abandonFor(this.#feed, choice, received, response.length);
    });
  }

  /** The browser has dropped the first pictures: once those that they depend on are in the buffer, it accepts them. */
  async #loadBehindOneBefore(
    attempt: Attempt,
    signal: AbortSignal,
    mostBack: number,
  ): Promise<Outcome | undefined> {
    const feed = this.#feed;
    const { chunk } = attempt;
    const before = this.#goesBack && mostBack > 0 && feed.playable.stream.chunks.at(chunk.index - 1);
    if (before && before.index < chunk.index) {
      const outcome = await this.#load({ ...attempt, chunk: before }, signal, mostBack - 1);
      if (outcome.kind !== 'delivered') return outcome;
      feed.bufferMap.add(outcome.fragment);
      return this.#load(attempt, signal, 0);
    }
    this.#goesBack = false;
    const [start, end] = [feed.timeline.startOf(chunk), feed.timeline.endOf(chunk)];
    if (!feed.buffered.some((range) => range.start < end && range.end > start))
      throw malformed('mdat', 1, 'none of its pictures can be decoded independently');
    return undefined;
  }
}
