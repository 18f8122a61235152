import type { PlaybackState } from './navigation-ports.ts';

/** Bytes that the first pictures may take at once. */
const BURST = 65_536;
/** With less than this many seconds ahead, playback has the network to itself. */
const LEAST_AHEAD = 4;
/** Fractions of the expected bandwidth while the buffer fills, and when it is full. */
const SHARE_BESIDE = 0.1;
const SHARE_WHEN_FULL = 0.25;

/** Whether a picture may be fetched now, and why not. */
export type BudgetVerdict =
  | { readonly may: true }
  | { readonly may: false; readonly reason: 'playback' | 'budget' };

/** Gives playback priority: previews get a small share of the bandwidth, and none when the buffer runs low. */
export class PreviewBudget {
  #credit = BURST;
  #at: number | undefined;

  /** `now` in milliseconds. */
  judge(bytes: number, now: number, playback: PlaybackState): BudgetVerdict {
    const { bufferAhead, isFull, isStalled, estimate } = playback;
    if (isStalled || (!isFull && bufferAhead < LEAST_AHEAD)) return { may: false, reason: 'playback' };
    if (this.#at !== undefined && estimate !== undefined) {
      const share = isFull ? SHARE_WHEN_FULL : SHARE_BESIDE;
      const earned = (share * estimate * Math.max(0, now - this.#at)) / 8000;
      this.#credit = Math.min(BURST, this.#credit + earned);
    }
    this.#at = now;
    // A picture larger than the maximum credit needs only that.
    return this.#credit >= Math.min(bytes, BURST) ? { may: true } : { may: false, reason: 'budget' };
  }

  spend(bytes: number): void {
    this.#credit -= bytes;
  }
}
