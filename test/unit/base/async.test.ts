import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import {
  backoffMs,
  childController,
  delay,
  Gate,
  inSlices,
  once,
  unlessAborted,
} from '../../../src/base/async.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const aborted = (reason = 'enough') => {
  const controller = new AbortController();
  return { controller, abort: () => controller.abort(new Error(reason)) };
};

test('a delay ends after its time', async () => {
  const done = delay(500, new AbortController().signal);
  await vi.advanceTimersByTimeAsync(500);
  await expect(done).resolves.toBeUndefined();
});

test('a delay that is aborted rejects with the reason and leaves no timer', async () => {
  const { controller, abort } = aborted();
  const done = delay(500, controller.signal);
  abort();
  await expect(done).rejects.toThrow('enough');
  expect(vi.getTimerCount()).toBe(0);
});

test('waiting under a signal that is aborted already rejects at once', async () => {
  const { controller, abort } = aborted();
  abort();
  await expect(delay(1, controller.signal)).rejects.toThrow('enough');
  await expect(new Gate().wait(1, controller.signal)).rejects.toThrow('enough');
  await expect(once(new EventTarget(), 'x', controller.signal)).rejects.toThrow('enough');
  expect(vi.getTimerCount()).toBe(0);
});

test('a gate lets through all that wait when it opens, and later comers wait again', async () => {
  const gate = new Gate();
  const { signal } = new AbortController();
  const passed: string[] = [];
  const first = Promise.all(['a', 'b'].map((name) => gate.wait(9e9, signal).then(() => passed.push(name))));
  gate.open();
  await first;
  const late = gate.wait(1000, signal).then(() => passed.push('late'));
  expect(passed).toEqual(['a', 'b']);
  await vi.advanceTimersByTimeAsync(1000);
  await late;
  expect(passed).toEqual(['a', 'b', 'late']);
  expect(vi.getTimerCount()).toBe(0);
});

test('an event that was waited for resolves, and abortion after it changes nothing', async () => {
  const target = new EventTarget();
  const { controller, abort } = aborted();
  const heard = once(target, 'ready', controller.signal);
  target.dispatchEvent(new Event('ready'));
  abort();
  await expect(heard).resolves.toBeInstanceOf(Event);
});

test('a child is aborted with its parent, but not the parent with it', () => {
  const parent = new AbortController();
  const [one, two, free] = [0, 1, 2].map(() => childController(parent.signal));
  one?.abort();
  expect(parent.signal.aborted).toBe(false);
  free?.dispose();
  parent.abort();
  expect([two?.signal.aborted, free?.signal.aborted]).toEqual([true, false]);
});

test('backoff doubles up to its cap, anywhere below', () => {
  expect([0, 1, 2, 3, 4, 10].map((retry) => backoffMs(retry, 1))).toEqual([250, 500, 1000, 2000, 4000, 4000]);
  expect(backoffMs(3, 0)).toBe(0);
});

test('steps in slices let others have the thread, and end with their value or when aborted', async () => {
  let clock = 0;
  const now = vi.spyOn(performance, 'now').mockImplementation(() => clock);
  function* steps() {
    for (let i = 0; i < 5; i += 1) {
      clock += 10;
      yield;
    }
    return 'done';
  }
  const { controller, abort } = aborted();
  let turns = 0;
  setInterval(() => (turns += 1), 1);
  const whole = inSlices(steps(), controller.signal);
  await vi.advanceTimersByTimeAsync(20);
  await expect(whole).resolves.toBe('done');
  expect(turns).toBeGreaterThan(1);

  const givenUp = inSlices(steps(), controller.signal);
  abort();
  await expect(givenUp).rejects.toThrow('enough');
  now.mockRestore();
});

test('what never settles is left when aborted, and what fails after that is nobody’s', async () => {
  const { controller, abort } = aborted();
  const left = unlessAborted(new Promise(() => {}), controller.signal);
  abort();
  await expect(left).rejects.toThrow('enough');
  const late = Promise.resolve().then(() => {
    throw new Error('late');
  });
  await expect(unlessAborted(late, controller.signal)).rejects.toThrow('enough');
  expect(await unlessAborted(7, new AbortController().signal)).toBe(7);
});
