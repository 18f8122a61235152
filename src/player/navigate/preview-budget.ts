import type { PlaybackState } from './navigation-ports.ts';

/** Bytes that the first pictures may take at once. */
const BURST = 65_536;
/** With less than so many seconds ahead, playback has the network to itself. */
const LEAST_AHEAD = 4;
/** Shares of the expected bandwidth, while playback wants more and when it has what it wants. */
const SHARE_BESIDE = 0.1;
const SHARE_WHEN_FULL = 0.25;

/** Whether a picture may be fetched now, and why not. */
export type BudgetVerdict =
  | { readonly may: true }
  | { readonly may: false; readonly reason: 'playback' | 'budget' };

/** Leaves the network to playback: previews have a small share of it, and none when the buffer runs low. */
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
    // One that is larger than all that can be saved up waits for that, and no longer.
    return this.#credit >= Math.min(bytes, BURST) ? { may: true } : { may: false, reason: 'budget' };
  }

  spend(bytes: number): void {
    this.#credit -= bytes;
  }
}
