import { expect, test } from 'vitest';
import {
  type Arrival,
  arrivalFrom,
  learnFrom,
  offsetOf,
  recordArrival,
  recordMiss,
  waitAfterMiss,
} from '../../../src/heuristics/arrival.ts';

const DURATION = 2;

/** Requests fragments from a steady encoder; `moment` gives when the one that ends at `end` is available. */
function ask(count: number, moment: (end: number) => number, start: Arrival) {
  let arrival = start;
  let missed = 0;
  let requests = 0;
  const lateness: number[] = [];
  const errors: number[] = [];
  for (let k = 1; k <= count; k += 1) {
    const end = k * DURATION;
    let at = end + arrival.aim;
    for (let misses = 0; ; ) {
      requests += 1;
      if (at >= moment(end)) {
        arrival = recordArrival(arrival, at - end, DURATION, misses > 0);
        break;
      }
      if (misses === 0) arrival = recordMiss(arrival, at - end, DURATION);
      misses += 1;
      missed += 1;
      at += waitAfterMiss(misses, DURATION) ?? DURATION;
    }
    lateness.push(at - moment(end));
    errors.push(Math.abs(offsetOf(arrival) - (moment(end) - end)));
  }
  return { missed: missed / requests, lateness, errors };
}

/** Evenly spread, and the same each time. */
function chance(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

test.each([
  { name: 'a steady encoder', jitter: 0, drift: 0 },
  { name: 'one that is late by chance', jitter: 0.2, drift: 0 },
  { name: 'one whose clock runs slow', jitter: 0.05, drift: 1e-4 },
  { name: 'one whose clock runs fast', jitter: 0.05, drift: -1e-4 },
])('fragments of $name are requested when they are available', ({ jitter, drift }) => {
  for (let seed = 1; seed <= 20; seed += 1) {
    const random = chance(seed);
    const late = new Map<number, number>();
    const moment = (end: number) => {
      const extra = late.get(end) ?? random() * jitter;
      late.set(end, extra);
      return end + 10 + extra + drift * end;
    };
    const { missed, lateness, errors } = ask(600, moment, arrivalFrom(10 + random() * DURATION, DURATION));
    expect(missed).toBeLessThan(0.01);
    expect(mean(lateness.slice(30))).toBeLessThan(0.15 * DURATION);
    expect(mean(errors.slice(30))).toBeLessThan(0.2);
  }
});

test('two streams learn from one miss', () => {
  const video = recordMiss(arrivalFrom(10, DURATION), 9.5, DURATION);
  const audio = learnFrom(arrivalFrom(9.9, DURATION), video, DURATION);
  expect(audio).toEqual(video);
  const other = arrivalFrom(13, DURATION);
  expect(learnFrom(other, video, DURATION)).toBe(other);
});

test('a fragment requested late says nothing about the moment', () => {
  const arrival = arrivalFrom(10, DURATION);
  expect(recordArrival(arrival, 60, DURATION, false).aim).toBe(10);
});

test('after three misses it is not a matter of time', () => {
  expect([1, 2, 3, 4].map((misses) => waitAfterMiss(misses, DURATION))).toEqual([0.3, 0.7, 1, undefined]);
});
