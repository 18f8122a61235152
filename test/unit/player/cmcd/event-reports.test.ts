import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { checkOptions } from '../../../../src/player/cmcd/check-options.ts';
import { EventReports } from '../../../../src/player/cmcd/event-reports.ts';
import { settingsOf } from '../../../../src/player/options.ts';
import { NOTHING_PLAYS, StatsBook } from '../../../../src/player/report/stats-book.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** A session on a made-up element, and a collector that answers as it is told. */
function open() {
  const media = Object.assign(new EventTarget(), {
    paused: true,
    seeking: false,
    ended: false,
    readyState: 0,
  });
  const controller = new AbortController();
  const collector = { status: 204, isDown: false, bodies: [] as string[] };
  const view = {
    signal: controller.signal,
    stats: new StatsBook(0).report(NOTHING_PLAYS),
    error: undefined as unknown,
    media: () => media as unknown as HTMLMediaElement,
  };
  const fetch = async (url: unknown, init?: RequestInit) => {
    expect([url, init?.method, init?.credentials]).toEqual(['https://c/', 'POST', 'omit']);
    if (collector.isDown) throw new TypeError('no network');
    collector.bodies.push(String(init?.body));
    return new Response(null, { status: collector.status });
  };
  const { network } = settingsOf({ network: { fetch: fetch as typeof globalThis.fetch } });
  let isOn = true;
  const reports = new EventReports(
    { ...checkOptions({ sessionId: 's', interval: 10 }, () => {}), url: 'https://c/' },
    view,
    () => ({ sessionId: 's', contentId: undefined, isLive: undefined, rate: 1, throughput: undefined }),
    () => (isOn ? network : undefined),
  );
  const become = (type: string, state: object) => {
    Object.assign(media, state);
    media.dispatchEvent(new Event(type));
  };
  /** The events told so far, and states. */
  const told = async () => {
    await vi.advanceTimersByTimeAsync(0);
    return collector.bodies.flatMap((body) =>
      body.split('\n').map((line) => {
        const [, event] = /\be=(\w+)/.exec(line) ?? [];
        const [, state] = /\bsta=(\w)/.exec(line) ?? [];
        const [, number] = /\bsn=(\d+)/.exec(line) ?? [];
        return `${number} ${event} ${state}`;
      }),
    );
  };
  return { reports, controller, collector, view, become, told, turnOff: () => (isOn = false) };
}

test('tells each change of the state once, and the time in between', async () => {
  const { become, told } = open();
  become('play', { paused: false });
  become('playing', { readyState: 4 });
  become('playing', {});
  become('seeking', { seeking: true });
  become('seeked', { seeking: false });
  become('pause', { paused: true });
  await vi.advanceTimersByTimeAsync(20_000);
  become('ended', { ended: true });
  expect(await told()).toEqual([
    ...['1 ps d', '2 ps s', '3 ps p', '4 ps k', '5 ps p', '6 ps a', '7 t a', '8 t a', '9 ps e'],
  ]);
});

test('tells that the viewer has left, and nothing behind that', async () => {
  const { controller, become, told } = open();
  controller.abort();
  become('play', { paused: false });
  await vi.advanceTimersByTimeAsync(60_000);
  expect(await told()).toEqual(['1 ps d', '2 ps q']);
});

test('tells what ended playback, and not that the viewer left', async () => {
  const { reports, controller, collector, view, told } = open();
  view.error = new Error('it failed');
  controller.abort();
  reports.onError('network-failed', true);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(await told()).toEqual(['1 ps d', '2 e d', '3 ps f']);
  expect(collector.bodies.join()).toContain('ec=("network-failed")');
});

test('keeps what could not be posted for the next report, up to a hundred', async () => {
  const { collector, told } = open();
  collector.isDown = true;
  await vi.advanceTimersByTimeAsync(1_500_000);
  collector.isDown = false;
  collector.status = 429;
  await vi.advanceTimersByTimeAsync(10_000);
  collector.status = 204;
  collector.bodies = [];
  await vi.advanceTimersByTimeAsync(10_000);
  const lines = await told();
  // The very first was posted before the network went.
  expect(lines).toHaveLength(100);
  expect([lines[0], lines.at(-1)]).toEqual(['54 t d', '153 t d']);
});

test('a collector that wants no more is left alone', async () => {
  const { collector, become, told } = open();
  collector.status = 410;
  become('play', { paused: false });
  await vi.advanceTimersByTimeAsync(60_000);
  become('playing', { readyState: 4 });
  // The first was taken; the answer to the second ended it.
  expect(await told()).toEqual(['1 ps d', '2 ps s']);
});

test('nothing is told once it is turned off', async () => {
  const { turnOff, become, told } = open();
  turnOff();
  become('play', { paused: false });
  await vi.advanceTimersByTimeAsync(60_000);
  expect(await told()).toEqual(['1 ps d']);
});
