import { cpus } from 'node:os';
import type { Presented } from './fixtures.ts';

/** Milliseconds that the processor's cores have idled so far, and all that they had. */
interface CoreTimes {
  readonly idle: number;
  readonly all: number;
}

/** With less idle time than this share, a machine has no time left. */
const IDLE_SHARE = 0.05;

export function coreTimes(): CoreTimes {
  const times = cpus().map(({ times: one }) => one);
  const sum = (of: (one: (typeof times)[number]) => number) =>
    times.reduce((total, one) => total + of(one), 0);
  return { idle: sum(({ idle }) => idle), all: sum((one) => Object.values(one).reduce((a, b) => a + b, 0)) };
}

/** Whether the cores had no time left since then: a clock may have stood although media was there. */
export function wereBusy(since: CoreTimes): boolean {
  const now = coreTimes();
  return now.idle - since.idle < IDLE_SHARE * (now.all - since.all);
}

/**
 * Frames that no callback told of, and that are not missing: the browser presented them between two callbacks, or
 * dropped them for lack of time.
 */
export function untoldFrames(pictures: readonly Presented[]): number {
  return pictures.slice(1).reduce((sum, picture, index) => {
    const before = pictures[index];
    if (before?.frame === undefined || picture.frame === undefined) return sum;
    const between = Math.max(0, picture.frame - before.frame - 1);
    const explained = picture.presentedFrames - before.presentedFrames - 1 + picture.dropped - before.dropped;
    return sum + Math.min(between, Math.max(0, explained));
  }, 0);
}
