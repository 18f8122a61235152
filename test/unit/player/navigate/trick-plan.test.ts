import { expect, test } from 'vitest';
import { nextKeyFrame, planTrick, type TrickConditions } from '../../../../src/player/navigate/trick-plan.ts';

const LEVELS = [
  { lines: 180, bytes: 8000 },
  { lines: 270, bytes: 16_600 },
  { lines: 360, bytes: 27_800 },
  { lines: 540, bytes: 59_600 },
  { lines: 720, bytes: 92_100 },
  { lines: 1080, bytes: 150_000 },
];
const base: TrickConditions = {
  rate: 16,
  distance: 2,
  levels: LEVELS,
  estimate: 50_000_000,
  shownLines: 1080,
  isCalm: false,
  isBeginning: false,
  caution: { levels: 0, stride: 0 },
};

/** Bytes that a choice takes in a second. */
const bytesPerSecond = ({ rate, distance, levels }: TrickConditions, choice: ReturnType<typeof planTrick>) =>
  (Math.abs(rate) / distance / choice.stride) * (levels[choice.level]?.bytes ?? 0);

test('a fast network shows every key frame, in no more than 720 lines', () => {
  expect(planTrick(base)).toEqual({ level: 4, stride: 1 });
});

test('no more lines than are shown', () => {
  expect(planTrick({ ...base, shownLines: 300 })).toEqual({ level: 2, stride: 1 });
});

test('at the beginning a level that comes soon', () => {
  expect(planTrick({ ...base, isBeginning: true }).level).toBe(2);
});

test.each([
  [16, 3_000_000],
  [-16, 3_000_000],
  [32, 1_000_000],
  [8, 300_000],
  [-32, 100_000],
])('at %d times and %d bit/s, what is fetched fits into four fifths of it', (rate, estimate) => {
  const conditions = { ...base, rate, estimate };
  const choice = planTrick(conditions);
  expect(bytesPerSecond(conditions, choice) * 8).toBeLessThanOrEqual(0.8 * estimate + 1);
});

test('more pictures than can be seen are left out, and more for whom wants few movements', () => {
  const fast = { ...base, rate: 32, distance: 1 };
  expect(planTrick(fast).stride).toBe(3);
  expect(planTrick({ ...fast, isCalm: true }).stride).toBe(11);
});

test('pictures that came late: a level lower, then fewer', () => {
  expect(planTrick({ ...base, caution: { levels: 1, stride: 0 } })).toEqual({ level: 3, stride: 1 });
  expect(planTrick({ ...base, caution: { levels: 9, stride: 1 } })).toEqual({ level: 0, stride: 2 });
});

/** A title of a hundred key frames, 2 s apart. */
const places = {
  timeOf: (index: number) => (index >= 0 && index < 100 ? index * 2 : undefined),
  indexAt: (time: number) => Math.min(99, Math.max(0, Math.floor(time / 2))),
};

/** What is requested over time by a clock that runs from a position, when each request takes so many seconds. */
function play(rate: number, from: number, seconds: number, stride: number, lasts: number) {
  const shown: number[] = [];
  let requests: { index: number; until: number }[] = [];
  const there = new Set<number>();
  let most = 0;
  for (let now = 0; now < seconds; now += 1 / 60) {
    const position = from + rate * now;
    for (const { index } of requests.filter(({ until }) => until <= now)) there.add(index);
    requests = requests.filter(({ until }) => until > now);
    for (const index of there) {
      const time = index * 2;
      if (rate > 0 ? time > position : time < position) continue;
      there.delete(index);
      shown.push(index);
    }
    for (;;) {
      const index = nextKeyFrame({
        position,
        rate,
        lead: 1.2 * lasts,
        stride,
        requests: requests.length,
        ahead: new Set([...there, ...requests.map((request) => request.index)]),
        ...places,
      });
      if (index === undefined) break;
      requests.push({ index, until: now + lasts });
    }
    most = Math.max(most, there.size + requests.length);
  }
  return { shown, most };
}

test.each([
  [16, 0],
  [-16, 198],
])('at %d times every key frame is shown, in order, and no more than eight wait', (rate, from) => {
  const { shown, most } = play(rate, from, 10, 1, 0.1);
  expect(shown.length).toBeGreaterThan(70);
  expect(shown.slice(1).filter((index, i) => (index - (shown[i] ?? 0)) * rate <= 0)).toEqual([]);
  expect(most).toBeLessThanOrEqual(8);
});

test('with a stride the same key frames are left out all the time', () => {
  const { shown } = play(32, 0, 5, 3, 0.1);
  expect(shown.filter((index) => index % 3 !== 0)).toEqual([]);
  expect(shown.length).toBeGreaterThan(20);
});

test('at either end there is nothing more to request', () => {
  const ends = { lead: 0.1, stride: 1, requests: 0, ahead: new Set<number>(), ...places };
  expect(nextKeyFrame({ ...ends, position: 199, rate: 16 })).toBeUndefined();
  expect(nextKeyFrame({ ...ends, position: 2.5, rate: -16 })).toBe(0);
  expect(nextKeyFrame({ ...ends, position: 2.5, rate: -16, ahead: new Set([0]) })).toBeUndefined();
});
