import { expect, test } from 'vitest';
import {
  type Arrival,
  arrivalFrom,
  fragmentCame,
  fragmentMissed,
  learnFrom,
  offsetOf,
  waitAfterMiss,
} from '../../../src/heuristics/arrival.ts';

const DURATION = 2;

/** Asks a steady encoder for fragments; `moment` tells when the one that ends at `end` can be had. */
function ask(count: number, moment: (end: number) => number, start: Arrival) {
  let arrival = start;
  let refusals = 0;
  let requests = 0;
  const lateness: number[] = [];
  const errors: number[] = [];
  for (let k = 1; k <= count; k += 1) {
    const end = k * DURATION;
    let at = end + arrival.aim;
    for (let misses = 0; ; ) {
      requests += 1;
      if (at >= moment(end)) {
        arrival = fragmentCame(arrival, at - end, DURATION, misses > 0);
        break;
      }
      if (misses === 0) arrival = fragmentMissed(arrival, at - end, DURATION);
      misses += 1;
      refusals += 1;
      at += waitAfterMiss(misses, DURATION) ?? DURATION;
    }
    lateness.push(at - moment(end));
    errors.push(Math.abs(offsetOf(arrival) - (moment(end) - end)));
  }
  return { refused: refusals / requests, lateness, errors };
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
])('fragments of $name are asked for when they are there', ({ jitter, drift }) => {
  for (let seed = 1; seed <= 20; seed += 1) {
    const random = chance(seed);
    const late = new Map<number, number>();
    const moment = (end: number) => {
      const extra = late.get(end) ?? random() * jitter;
      late.set(end, extra);
      return end + 10 + extra + drift * end;
    };
    const { refused, lateness, errors } = ask(600, moment, arrivalFrom(10 + random() * DURATION, DURATION));
    expect(refused).toBeLessThan(0.01);
    expect(mean(lateness.slice(30))).toBeLessThan(0.15 * DURATION);
    expect(mean(errors.slice(30))).toBeLessThan(0.2);
  }
});

test('two streams learn from one refusal', () => {
  const video = fragmentMissed(arrivalFrom(10, DURATION), 9.5, DURATION);
  const audio = learnFrom(arrivalFrom(9.9, DURATION), video, DURATION);
  expect(audio).toEqual(video);
  const other = arrivalFrom(13, DURATION);
  expect(learnFrom(other, video, DURATION)).toBe(other);
});

test('a fragment asked for late tells nothing of the moment', () => {
  const arrival = arrivalFrom(10, DURATION);
  expect(fragmentCame(arrival, 60, DURATION, false).aim).toBe(10);
});

test('after three refusals it is no matter of moments', () => {
  expect([1, 2, 3, 4].map((misses) => waitAfterMiss(misses, DURATION))).toEqual([0.3, 0.7, 1, undefined]);
});
