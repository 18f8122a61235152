import type { SmoothPlayer } from '../player/player.ts';

/** Steps that may wait while a key is held down. */
const MOST_WAITING = 2;

/** Steps from frame to frame; presses of a key are never dropped, its repetitions while it is held are. */
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
