/** A part of the picture that a tap is on: the sides skip. */
export type TapSide = 'back' | 'middle' | 'forward';

/** Taps that follow each other within this time, in milliseconds, belong together. */
const WITHIN_MS = 350;
/** While skipping, further taps may take their time. */
const FURTHER_MS = 700;
const SIDE_SHARE = 0.35;

/** `left` and `width` of the player and `x` of the tap, in CSS pixels. Time runs from left to right in every script. */
export function tapSide(
  x: number,
  { left, width }: { readonly left: number; readonly width: number },
): TapSide {
  const share = (x - left) / width;
  if (share < SIDE_SHARE) return 'back';
  return share > 1 - SIDE_SHARE ? 'forward' : 'middle';
}

/** Counts taps on the same side. */
export class TapCounter {
  #side: TapSide | undefined;
  #at = Number.NEGATIVE_INFINITY;
  #count = 0;

  /** How many taps have followed each other, including this one. `at`: milliseconds. */
  tap(side: TapSide, at: number): number {
    const within = this.#count > 1 ? FURTHER_MS : WITHIN_MS;
    this.#count = side === this.#side && at - this.#at <= within ? this.#count + 1 : 1;
    this.#side = side;
    this.#at = at;
    return this.#count;
  }
}
