import type { Presented } from './fixtures.ts';

/** Of the sample. */
const FRAMES_PER_SECOND = 25;
/** Pictures on either side of a beep that tell when it is due. */
const AROUND = 7;

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.POSITIVE_INFINITY;

/**
 * How far each beep is from the pictures around it, in milliseconds. Beeps begin at full seconds of the sample, and each
 * picture's pixels tell how long ago the last one was, or when the next one is: so it does not matter whether a busy
 * machine shows the one picture that flashes, nor that it shows another one late.
 */
export function apart(beeps: readonly number[], pictures: readonly Presented[]): number[] {
  const dues = pictures.flatMap(({ at, frame }) => {
    if (frame === undefined) return [];
    const sinceSecond = frame / FRAMES_PER_SECOND - Math.round(frame / FRAMES_PER_SECOND);
    return [{ at, due: at - sinceSecond * 1000 }];
  });
  return beeps.map((beep) => {
    const before = dues.filter(({ at }) => at <= beep).slice(-AROUND);
    const after = dues.filter(({ at }) => at > beep).slice(0, AROUND);
    // Beside a joint, one of the sides belongs to another clip.
    return Math.min(...[before, after].map((side) => Math.abs(beep - median(side.map(({ due }) => due)))));
  });
}
