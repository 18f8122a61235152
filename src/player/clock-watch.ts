import { intersect, nextAfter, type Ranges, rangeAt } from '../base/ranges.ts';
import { seconds } from '../base/time.ts';
import { type ClockInput, type ClockRemedy, remedyForClock } from '../heuristics/stall.ts';
import { type Feed, SEAM } from './feed.ts';
import type { StallRecord } from './stats.ts';

/** A clock that stands for longer has stalled, in milliseconds. */
const STALL_MS = 250;
/** Moves up to this far are nudges and rounding, not progress, in seconds. */
const TREMOR = 0.0005;

export interface ClockNews {
  readonly remedy: ClockRemedy;
  /** What the remedy was decided by. */
  readonly input: ClockInput;
  /** Seconds of media from the playhead to the next hole. */
  readonly ahead: number;
  /** A stall that just began or ended. */
  readonly began?: StallRecord;
  readonly ended?: StallRecord;
}

/** Watches the media element's clock against what is buffered. Looks; the playback acts. */
export class ClockWatch {
  #at = -1;
  #movedAt = 0;
  #hasPlayed = false;
  #nudges = 0;
  #nudgedTo: number | undefined;
  #stall: (StallRecord & { readonly since: number }) | undefined;

  /** Seconds for which playback has stood still for want of media. */
  dryFor(now: number): number {
    return this.#stall?.cause === 'buffer' ? (now - this.#stall.since) / 1000 : 0;
  }

  /**
   * Asked a few times a second, and at each of the element's events. `now` in milliseconds; `isExcused`: the clock has a
   * reason of its own to stand.
   */
  look(media: HTMLMediaElement, feeds: readonly Feed[], now: number, isExcused = false): ClockNews {
    const at = media.currentTime;
    const common = feeds.map((feed) => feed.buffered).reduce(intersect, EVERYTHING);
    const shouldMove = !isExcused && shouldMoveNow(media);
    if (this.#hasMoved(at) || !shouldMove) this.#moved(at, now, media);
    const range = rangeAt(common, seconds(at), seconds(SEAM / 2));
    const ahead = range ? range.end - at : 0;
    const resumesAt = nextAfter(common, seconds(range && range.start <= at ? range.end : at))?.start;
    const input: ClockInput = {
      shouldMove,
      isSeeking: media.seeking,
      stoodMs: now - this.#movedAt,
      at: seconds(at),
      ahead,
      resumesAt,
      holeIsFinal: resumesAt !== undefined && feeds.every((feed) => hasPassed(feed, at, resumesAt)),
      nudges: this.#nudges,
    };
    const remedy = remedyForClock(input);
    if (remedy.kind === 'nudge') {
      this.#nudges += 1;
      this.#nudgedTo = at + remedy.by;
    }
    return { remedy, input, ahead, ...this.#account(media, at, ahead, now, shouldMove) };
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

  /** Opens and closes stalls; the start and seeks are none. */
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

/** Whether the clock should run, a seek come to an end, or the first picture show. */
function shouldMoveNow({ readyState, paused, seeking, ended, error }: HTMLMediaElement): boolean {
  const waits = !paused || seeking || readyState < HTMLMediaElement.HAVE_CURRENT_DATA;
  return readyState > HTMLMediaElement.HAVE_NOTHING && !ended && !error && waits;
}

const EVERYTHING: Ranges = [
  { start: seconds(Number.NEGATIVE_INFINITY), end: seconds(Number.POSITIVE_INFINITY) },
];

/** Whether a feed has media at `at`, or will bring none before `resumesAt` any more. */
function hasPassed(feed: Feed, at: number, resumesAt: number): boolean {
  if (feed.aheadOf(seconds(at)) > SEAM) return true;
  return feed.position === undefined || feed.position >= resumesAt - SEAM;
}
