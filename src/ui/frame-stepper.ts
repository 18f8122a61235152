import type { SmoothPlayer } from '../player/player.ts';

/** Number of steps that may be pending while a key is held down. */
const MOST_WAITING = 2;

/** Steps frame by frame; single key presses are never dropped, repetitions of a held key are. */
export class FrameStepper {
  #waiting = 0;

  step(player: SmoothPlayer, by: 1 | -1, isHeld: boolean): void {
    if (isHeld && this.#waiting >= MOST_WAITING) return;
    this.#waiting += 1;
    player
      .stepFrame(by)
      .catch(() => {}) // no title is loaded, or it went
      .finally(() => {
        this.#waiting -= 1;
      });
  }
}
