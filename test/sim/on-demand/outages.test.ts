import { expect, test } from 'vitest';
import type { Fault } from './network.ts';
import { type Asked, CHUNK } from './title.ts';
import { Viewing } from './viewing.ts';

interface Session {
  readonly startAt?: number;
  readonly seconds?: number;
  readonly bitsPerSecond: number;
  /** What fails, and when in seconds of the session. */
  readonly fails: (asked: Asked, second: number) => Fault | undefined;
  readonly play: (viewing: Viewing) => Promise<void>;
}

/** Plays a title in virtual time, with a server of which something fails. */
async function watch({ startAt = 0, seconds = 60, bitsPerSecond, fails, play }: Session): Promise<void> {
  const viewing = new Viewing(1, seconds);
  const { time, network } = viewing;
  const startedAt = time.now;
  network.bitsPerSecond = bitsPerSecond;
  network.fault = (asked, _, now) => asked && fails(asked, (now - startedAt) / 1000);
  try {
    viewing.begin(startAt);
    await play(viewing);
    expect(viewing.uncaught).toEqual([]);
    expect(viewing.codes('error')).toEqual([]);
  } finally {
    await viewing.close();
  }
}

test('one bad fragment is no sign of an outage while another is at fault', () => {
  const bad: Readonly<Record<number, Fault>> = {
    22: { kind: 'stall', afterShare: 0.5 },
    38: { kind: 'silence' },
  };
  return watch({
    startAt: 24,
    seconds: 120,
    bitsPerSecond: 4_000_000,
    fails: ({ stream, second }) => (stream === 'video' ? bad[second] : undefined),
    async play(viewing) {
      const { time, video } = viewing;
      await time.pass(18);
      const before = viewing.stalled;
      video.currentTime = 18;
      await time.pass(20);
      expect(viewing.stalled - before).toBeLessThan(7);
      expect(video.currentTime).toBeGreaterThan(26);
    },
  });
});

test('what the viewer is about to see comes before what failed farther on', () =>
  watch({
    startAt: 24,
    seconds: 120,
    bitsPerSecond: 4_000_000,
    fails: ({ stream, second }) =>
      stream === 'video' && second === 38 ? { kind: 'stall', afterShare: 0.5 } : undefined,
    async play({ time, video, network }) {
      await time.pass(24);
      const from = network.seen.length;
      video.currentTime = 6;
      await time.pass(12);
      const asked = network.seen
        .slice(from)
        .filter(({ asked }) => asked?.stream === 'video')
        .map(({ asked }) => asked?.second);
      expect(asked.slice(0, 9)).toEqual([6, 8, 10, 12, 14, 16, 18, 20, 22]);
    },
  }));

const UNAVAILABLE: Fault = { kind: 'status', status: 503 };

test.each([
  { startAt: 14, from: 1 },
  { startAt: 18, from: 1 },
  { startAt: 18, from: 2 },
  { startAt: 20, from: 1 },
  { startAt: 22, from: 0.2 },
])(
  'an outage of a minute shortly before the end costs nothing, though one stream has all that it needs: $startAt s, after $from s',
  ({ startAt, from }) =>
    watch({
      startAt,
      seconds: 30,
      bitsPerSecond: 2_000_000,
      fails: (_, second) => (second > from && second < 60 ? UNAVAILABLE : undefined),
      async play({ time, video, player, network }) {
        await time.pass(100);
        expect(video.ended).toBe(true);
        expect(player.getStats().skipped).toEqual([]);
        for (const url of new Set(network.seen.map((one) => one.url)))
          expect(network.seen.filter((one) => one.url === url).length).toBeLessThanOrEqual(8);
      },
    }),
);

test('what is kept behind the playhead is whole fragments: none is fetched again for its last moments', () =>
  watch({
    bitsPerSecond: 4_000_000,
    fails: () => undefined,
    async play({ time, video, network, player }) {
      await time.pass(50);
      const kept = video.buffered.start(0);
      expect(kept).toBeGreaterThan(0);
      expect(kept % CHUNK).toBeCloseTo(0, 3);
      const requests = network.seen.length;
      video.currentTime = kept + CHUNK - 0.2;
      await time.pass(8);
      expect(network.seen.slice(requests)).toEqual([]);
      expect(player.getStats().skipped).toEqual([]);
    },
  }));
