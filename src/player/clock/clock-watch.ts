import { intersect, nextAfter, type Ranges, rangeAt, subtract } from '../../base/ranges.ts';
import { type Seconds, seconds } from '../../base/time.ts';
import {
  type ClockInput,
  type ClockRemedy,
  ENOUGH_AHEAD,
  remedyForClock,
  type StreamAtEdge,
} from '../../heuristics/stall.ts';
import type { Feed } from '../delivery/feed.ts';
import { SEAM } from '../delivery/feed-cursor.ts';
import type { StallRecord } from '../report/stats.ts';

/** A clock that doesn't move for longer has stalled, in milliseconds. */
const STALL_MS = 250;
/** Smaller moves are nudges and rounding, not progress, in seconds. */
const TREMOR = 0.0005;
/** With more than this many seconds ahead, nothing has to be done about holes yet. */
const CALM_AHEAD = 4;
/** Media that begins this close after the playhead counts as present, in seconds. */
const REACH = seconds(SEAM / 2);

/** One stream as seen by the clock. */
export interface WatchedStream {
  readonly feed: Feed;
  /** What fills its holes, and is not media. */
  readonly fillings: Ranges;
  /** Whether the other streams need not wait for it. */
  readonly isUnavailable: boolean;
}

export interface ClockNews {
  readonly remedy: ClockRemedy;
  /** The input of the decision. */
  readonly input: ClockInput;
  /** Seconds of media from the playhead to the next hole. */
  readonly ahead: number;
  /** Whether the clock runs, with enough ahead to play. */
  readonly isCalm: boolean;
  /** A stall that just began or ended. */
  readonly began?: StallRecord;
  readonly ended?: StallRecord;
}

/** Compares the media element's clock with what is buffered. It only observes; the clock keeper acts. */
export class ClockWatch {
  #at = -1;
  #movedAt = 0;
  /** Since when there is enough ahead to play. */
  #readySince: number | undefined;
  #hasPlayed = false;
  #nudges = 0;
  #nudgedTo: number | undefined;
  #stall: (StallRecord & { readonly since: number }) | undefined;

  /** Seconds for which playback has been stalled for lack of media; before the first picture, since it should have started. */
  standstill(media: HTMLMediaElement, now: number): number {
    if (this.#stall) return this.#stall.cause === 'buffer' ? (now - this.#stall.since) / 1000 : 0;
    const waits = !this.#hasPlayed && media.readyState < HTMLMediaElement.HAVE_CURRENT_DATA;
    return waits && this.#movedAt > 0 ? (now - this.#movedAt) / 1000 : 0;
  }

  /**
   * Called a few times a second, and at each of the element's events. `now` in milliseconds; `isExcused`: the clock has
   * another reason to stand still.
   */
  look(
    media: HTMLMediaElement,
    streams: readonly WatchedStream[],
    now: number,
    isExcused = false,
  ): ClockNews {
    const at = media.currentTime;
    const common = streams.map(({ feed }) => feed.buffered).reduce(intersect, EVERYTHING);
    const shouldMove = !isExcused && shouldMoveNow(media);
    if (this.#movedAt === 0 || this.#hasMoved(at) || (!shouldMove && !isUnready(media)))
      this.#moved(at, now, media);
    const range = rangeAt(common, seconds(at), REACH);
    const ahead = range ? Math.max(0, range.end - at) : 0;
    const edge = seconds(Math.max(at, at + ahead));
    const input: ClockInput = {
      shouldMove,
      isSeeking: media.seeking,
      stoodMs: now - this.#movedAt,
      frozenMs: this.#frozenFor(ahead, hasMore(streams), now),
      at: seconds(at),
      rate: media.playbackRate,
      ahead,
      streams: streams.map((stream) => atEdge(stream, seconds(at), edge)),
      nudges: this.#nudges,
    };
    const remedy = remedyForClock(input);
    if (remedy.kind === 'nudge') {
      this.#nudges += 1;
      this.#nudgedTo = at + remedy.by;
    }
    const isCalm =
      this.#hasPlayed && ahead > CALM_AHEAD * Math.max(1, media.playbackRate) && input.stoodMs < STALL_MS;
    return { remedy, input, ahead, isCalm, ...this.#account(media, at, ahead, now, shouldMove) };
  }

  /** A clock that waited for media takes a moment to start. Little is enough if nothing more will come. */
  #frozenFor(ahead: number, hasMore: boolean, now: number): number {
    if (ahead < ENOUGH_AHEAD && (hasMore || ahead === 0)) this.#readySince = undefined;
    else this.#readySince ??= now;
    return this.#readySince === undefined ? 0 : now - Math.max(this.#readySince, this.#movedAt);
  }

  #hasMoved(at: number): boolean {
    if (this.#nudgedTo !== undefined && Math.abs(at - this.#nudgedTo) < TREMOR) return false;
    return Math.abs(at - this.#at) > TREMOR;
  }

  #moved(at: number, now: number, media: HTMLMediaElement): void {
    if (at > this.#at && this.#at >= 0 && !media.seeking && !media.paused) this.#hasPlayed = true;
    this.#at = at;
    this.#movedAt = now;
    this.#nudges = 0;
    this.#nudgedTo = undefined;
  }

  /** Opens and closes stalls; the start and seeks don't count. */
  #account(
    media: HTMLMediaElement,
    at: number,
    ahead: number,
    now: number,
    shouldMove: boolean,
  ): Partial<ClockNews> {
    const stands = shouldMove && this.#hasPlayed && !media.seeking && now - this.#movedAt > STALL_MS;
    if (stands && !this.#stall) {
      const cause = ahead > 0.5 && media.readyState >= 3 ? 'frozen' : 'buffer';
      const began = { at, duration: 0, cause } as const;
      this.#stall = { ...began, since: this.#movedAt };
      return { began };
    }
    if (!stands && this.#stall && (this.#movedAt > this.#stall.since || !shouldMove)) {
      const { since, cause } = this.#stall;
      const ended = { at: this.#stall.at, duration: (now - since) / 1000, cause };
      this.#stall = undefined;
      return { ended };
    }
    return {};
  }
}

/** A stream at the time up to which all of them have something to play. */
function atEdge({ feed, fillings, isUnavailable }: WatchedStream, at: Seconds, edge: Seconds): StreamAtEdge {
  const { buffered } = feed;
  const media = subtract(buffered, fillings);
  const hasMedia = rangeAt(media, edge) !== undefined && !endsAt(media, edge);
  const own = rangeAt(buffered, at, REACH);
  return {
    type: feed.type,
    hasMedia,
    ahead: own ? Math.max(0, own.end - at) : 0,
    resumesAt: hasMedia ? edge : nextAfter(media, edge)?.start,
    comesAt: feed.position,
    isUnavailable,
  };
}

/** Whether a fragment is still to come. */
const hasMore = (streams: readonly WatchedStream[]): boolean =>
  streams.some(({ feed }) => feed.position !== undefined);

const endsAt = (ranges: Ranges, time: Seconds): boolean =>
  ranges.some(({ end }) => Math.abs(end - time) < SEAM / 2);

/** Whether the clock should run, a seek should complete, or the first picture should appear. */
function shouldMoveNow({ readyState, paused, seeking, ended, error }: HTMLMediaElement): boolean {
  const waits = !paused || seeking || readyState < HTMLMediaElement.HAVE_CURRENT_DATA;
  return readyState > HTMLMediaElement.HAVE_NOTHING && !ended && !error && waits;
}

/** Whether the element waits for its first media. */
const isUnready = ({ readyState, error }: HTMLMediaElement): boolean =>
  readyState === HTMLMediaElement.HAVE_NOTHING && !error;

const EVERYTHING: Ranges = [
  { start: seconds(Number.NEGATIVE_INFINITY), end: seconds(Number.POSITIVE_INFINITY) },
];
