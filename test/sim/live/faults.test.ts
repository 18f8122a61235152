import { describe, expect, test } from 'vitest';
import { NOTHING_PLAYS } from '../../../src/player/report/stats-book.ts';
import type { Shape } from './made-up.ts';
import { inVirtualTime, type World } from './world.ts';

const begin = inVirtualTime();

/** Seconds of stall in all. */
const stalled = ({ viewer }: World) => viewer.element.stalls.reduce((sum, { seconds }) => sum + seconds, 0);
const codes = ({ viewer }: World) => [...new Set(viewer.warnings.map(({ code }) => code))];
const sources = ({ viewer }: World) => [...new Set(viewer.changes.map(({ info }) => info.source))];

/** What holds whenever a title plays near its edge; `jumped`: seconds that its times are ahead of the encoder's clock. */
function expectAtEdge({ viewer, onAir }: World, jumped = 0): void {
  const { latency, targetLatency, atEdge, source } = viewer.live.info;
  expect({ atEdge, source }).toEqual({ atEdge: true, source: 'live' });
  expect(Math.abs(latency - (viewer.behind + jumped))).toBeLessThan(0.4);
  expect(Math.abs(latency - targetLatency)).toBeLessThan(1);
  expect(viewer.failure).toBeUndefined();
  expect(viewer.rebuilds).toBe(0);
  expect([...onAir.statuses.keys()].filter((status) => status !== 200 && status !== 412)).toEqual([]);
}

describe('wherever in its fragment the encoder is when somebody comes', () => {
  test.each([0, 0.25, 0.5, 0.75, 1, 1.25, 1.5, 1.75, 2])(
    '%f s, it plays at once and knows how late it is',
    async (at) => {
      const world = await begin({ epoch: 'unix', history: 70 + at });
      const { time, viewer, onAir } = world;
      await time.pass(1);
      const { currentTime } = viewer.element;
      await time.pass(19);
      expect(viewer.element.currentTime - currentTime).toBeGreaterThan(18);
      expect(stalled(world)).toBe(0);
      expect(Math.abs(viewer.live.info.latency - viewer.behind)).toBeLessThan(0.2);
      expect(onAir.manifests).toBe(1);
      expect(onAir.statuses.get(412) ?? 0).toBeLessThan(5);
      await time.pass(60);
      expectAtEdge(world);
    },
  );
});

test.each([0.1, 0.7, 1.7])(
  '%f s after that, a line on which fragments take 0.8 s starts without a stall',
  async (at) => {
    const world = await begin({ history: 70 + at }, { bodyMs: () => 800 });
    await world.time.pass(60);
    expect(stalled(world)).toBe(0);
    expectAtEdge(world);
  },
);

// As 4 Mbit/s do on a network of 8 Mbit/s.
test.each([0, 0.5, 1, 1.5])(
  '%f s after that, a line on which pictures take a second is played within 7 s of the encoder in a minute',
  async (at) => {
    const world = await begin({ history: 70 + at }, { bodyMs: (type) => (type === 'video' ? 1000 : 50) });
    await world.time.pass(60);
    expect(world.viewer.behind).toBeLessThan(7);
    await world.time.pass(600);
    expect(world.viewer.behind).toBeLessThan(7);
    expect(stalled(world)).toBe(0);
    expectAtEdge(world);
  },
);

describe('the encoder', () => {
  test('stops: told within two fragments; it goes on by itself', async () => {
    const world = await begin();
    const { time, onAir, viewer } = world;
    await time.pass(20);
    const stoppedAt = time.now / 1000;
    onAir.apply({ type: 'stop' });
    await time.pass(30);
    const told = viewer.changes.find(({ info }) => info.source === 'stopped');
    expect((told?.at ?? Number.POSITIVE_INFINITY) - stoppedAt).toBeLessThan(4);
    // To the last picture that can be loaded: two more are announced.
    const { feeds, element } = viewer;
    expect(Math.min(...feeds.map((feed) => feed.bufferAhead))).toBeLessThan(0.01);
    const asked = [...onAir.statuses.values()].reduce((sum, count) => sum + count, 0);
    expect(asked).toBeLessThan(23 + 2 * 15);
    const from = element.currentTime;
    onAir.apply({ type: 'restart' });
    await time.pass(40);
    expect(element.currentTime).toBeGreaterThan(from + 40);
    expectAtEdge(world);
  });

  test('stops for hours without a storm', async () => {
    const { time, onAir } = await begin();
    await time.pass(20);
    onAir.apply({ type: 'stop' });
    await time.pass(3600);
    const asked = (onAir.statuses.get(412) ?? 0) + onAir.manifests;
    expect(asked).toBeLessThan(3 * (3600 / 7));
  });

  test('restarts at once: nothing is seen of it', async () => {
    const world = await begin();
    await world.time.pass(20.3);
    world.onAir.apply({ type: 'restart' });
    await world.time.pass(40);
    expect(stalled(world)).toBeLessThan(1);
    expectAtEdge(world);
  });

  test.each([5, 10, 100, 5000])('jumps %i s ahead in time', async (seconds) => {
    const world = await begin();
    await world.time.pass(20);
    world.onAir.apply({ type: 'jump', seconds });
    await world.time.pass(60);
    expect(stalled(world)).toBeLessThan(1.7);
    expectAtEdge(world, seconds);
  });

  test.each([
    { seconds: 45, windowSeconds: 60 },
    { seconds: 200, windowSeconds: 0 },
  ])('restarts on a clock $seconds s behind: to the new edge', async ({ seconds, windowSeconds }) => {
    const world = await begin({ windowSeconds, history: 300 });
    const { time, viewer, onAir } = world;
    await time.pass(60);
    onAir.goBack(seconds);
    await time.pass(30);
    const { currentTime } = viewer.element;
    await time.pass(30);
    expect(viewer.element.currentTime - currentTime).toBeGreaterThan(28);
    expect(viewer.live.info).toMatchObject({ atEdge: true, source: 'live' });
    expect(Math.abs(viewer.live.info.latency - viewer.live.info.targetLatency)).toBeLessThan(1);
    expect(stalled(world)).toBeLessThan(25);
    expect(viewer.failure).toBeUndefined();
  });

  test('restarts before the title began: that is loaded again', async () => {
    const world = await begin({ epoch: 'unix' });
    await world.time.pass(60);
    world.onAir.goBack(3600);
    await world.time.pass(30);
    expect(world.viewer.restarts).toBeGreaterThan(0);
    expect(world.viewer.failure).toBeUndefined();
  });

  test('stands still, and goes on where it was: later from now on', async () => {
    const world = await begin();
    await world.time.pass(20);
    world.onAir.freeze(true);
    await world.time.pass(15);
    world.onAir.freeze(false);
    await world.time.pass(60);
    expectAtEdge(world);
    const before = world.onAir.statuses.get(412) ?? 0;
    await world.time.pass(300);
    expect((world.onAir.statuses.get(412) ?? 0) - before).toBeLessThan(3);
  });

  test.each(['video', 'audio_en'])('sends its %s a second later than before', async (stream) => {
    const world = await begin();
    await world.time.pass(20);
    world.onAir.apply({ type: 'late', stream, seconds: 1 });
    await world.time.pass(120);
    expect(stalled(world)).toBeLessThan(1);
    expect(world.onAir.statuses.get(412) ?? 0).toBeLessThan(12);
    expect(world.onAir.manifests).toBe(1);
  });

  // The two before a hole are sent when those after it are there: that is waited for.
  test.each([
    { streams: ['video'], seconds: 0.5, atMost: 1.7 },
    { streams: ['video'], seconds: 5, atMost: 2 },
    { streams: ['audio_en'], seconds: 5, atMost: 2 },
    { streams: ['video', 'audio_en'], seconds: 5, atMost: 8 },
    { streams: ['video'], seconds: 60, atMost: 2 },
  ])(
    'leaves out $streams for $seconds s: passed, and at the edge again',
    async ({ streams, seconds, atMost }) => {
      const world = await begin();
      await world.time.pass(20);
      for (const stream of streams) world.onAir.apply({ type: 'missing', stream, seconds });
      await world.time.pass(seconds + 60);
      // One stream alone is bridged; both together are jumped.
      expect(codes(world).includes('media-gap')).toBe(streams.length > 1);
      expect(stalled(world)).toBeLessThan(atMost);
      expectAtEdge(world);
    },
  );

  test('is done: a duration, the last picture, no more requests', async () => {
    const world = await begin({ windowSeconds: 0, history: 300 });
    const { time, onAir, viewer } = world;
    await time.pass(20);
    onAir.apply({ type: 'end' });
    await time.pass(12);
    expect(viewer.source.duration).toBe(320);
    expect(viewer.live.info).toMatchObject({
      isLive: false,
      source: 'ended',
      window: { start: 0, end: 320 },
    });
    expect(viewer.endedAt).toBeDefined();
    expect(stalled(world)).toBe(0);
    expect(onAir.manifests).toBe(2);
    const { requests } = viewer;
    await time.pass(600);
    expect(viewer.requests - requests + onAir.manifests - 2).toBe(0);
    viewer.element.currentTime = 1;
    await viewer.element.play();
    await time.pass(30);
    expect(viewer.element.currentTime).toBeGreaterThan(30);
  });
});

describe('the origin', () => {
  test.each([404, 412] as const)(
    'announces nothing, and answers %i too early: lists tell',
    async (earlyStatus) => {
      const world = await begin({ lookAhead: 0, earlyStatus });
      await world.time.pass(120);
      expect(stalled(world)).toBe(0);
      expect(world.viewer.live.info).toMatchObject({ atEdge: true, source: 'live' });
      expect(world.viewer.live.info.targetLatency).toBeCloseTo(5.5, 1);
      expect(Math.abs(world.viewer.live.info.latency - world.viewer.behind)).toBeLessThan(0.2);
      // One for each fragment.
      expect(world.onAir.manifests).toBeLessThan(80);
      expect(world.onAir.statuses.get(earlyStatus) ?? 0).toBeLessThan(2);
    },
  );

  test.each([0, 2].flatMap((lookAhead) => [404, 503].map((status) => ({ lookAhead, status }))))(
    'goes down at one edge with $status, and the manifest is redirected to another: so are its fragments ($lookAhead ahead)',
    async ({ lookAhead, status }) => {
      const asked: string[] = [];
      const refuse = (url: string, now: number) => {
        asked.push(new URL(url).host);
        return now > 21 && url.includes('edge1') ? status : undefined;
      };
      const edge = (now: number) => (now > 21 ? 'edge2.example' : 'edge1.example');
      const world = await begin({ lookAhead }, { refuse, edge });
      await world.time.pass(60);
      expect(new Set(asked.slice(-20).filter((host) => host !== 'origin.example'))).toEqual(
        new Set(['edge2.example']),
      );
      expect(world.viewer.live.info).toMatchObject({ atEdge: true, source: 'live' });
      expect(stalled(world)).toBeLessThan(4);
      expect(world.viewer.failure).toBeUndefined();
    },
  );

  // A host whose encoder has died; without look-ahead, a manifest that stands still lists nothing to ask for.
  test.each([
    { status: 404, lookAhead: 2, staleFrom: 21 },
    { status: 412, lookAhead: 2, staleFrom: 21 },
    { status: 404, lookAhead: 0, staleFrom: undefined },
    { status: 412, lookAhead: 0, staleFrom: undefined },
  ])(
    'answers $status at one of two hosts: the other is asked ($lookAhead ahead, manifest until $staleFrom)',
    async ({ status, lookAhead, staleFrom }) => {
      const asked: string[] = [];
      const refuse = (url: string, now: number) => {
        if (now <= 21 || !url.includes('Fragments')) return undefined;
        const { host } = new URL(url);
        asked.push(host);
        return host === 'origin.example' ? status : undefined;
      };
      const world = await begin({ lookAhead }, { refuse, others: ['other.example'], staleFrom });
      await world.time.pass(55);
      expect(new Set(asked.slice(-20))).toEqual(new Set(['other.example']));
      expect(asked.filter((host) => host === 'origin.example').length).toBeLessThan(13);
      expect(world.viewer.live.info).toMatchObject({ atEdge: true, source: 'live' });
      expect(codes(world)).not.toContain('fragment-skipped');
      expect(stalled(world)).toBeLessThan(2);
      // Asked again after a minute, it is left again.
      await world.time.pass(240);
      expect(asked.filter((host) => host === 'origin.example').length).toBeLessThan(40);
      expect(world.viewer.live.info).toMatchObject({ source: 'live' });
      expect(world.viewer.failure).toBeUndefined();
    },
  );

  test('has a manifest that stands still at one of two hosts: the other is asked', async () => {
    const refuse = (url: string, now: number) =>
      now > 21 && url.includes('Fragments') && url.includes('origin.example') ? 404 : undefined;
    const options = { refuse, others: ['other.example'], staleFrom: 21 };
    const world = await begin({ lookAhead: 0 }, options);
    await world.time.pass(55);
    expect(world.viewer.live.info).toMatchObject({ atEdge: true, source: 'live' });
    expect(codes(world)).not.toContain('fragment-skipped');
    expect(stalled(world)).toBeLessThan(1);
    await world.time.pass(240);
    expect(stalled(world)).toBeLessThan(1);
    expect(world.viewer.live.info).toMatchObject({ source: 'live' });
    expect(world.viewer.failure).toBeUndefined();
  });

  test('has one fragment late, as all its hosts do: the first is asked for the next ones', async () => {
    const asked: string[] = [];
    let dueAt: number | undefined;
    const refuse = (url: string, now: number) => {
      if (url.includes('Fragments')) asked.push(new URL(url).host);
      if (!url.endsWith('(video=880000000)')) return undefined;
      dueAt ??= now;
      return now < dueAt + 1.4 ? 404 : undefined;
    };
    const world = await begin({}, { refuse, others: ['other.example'] });
    await world.time.pass(40);
    expect(asked).toContain('other.example');
    asked.length = 0;
    await world.time.pass(10);
    expect(new Set(asked)).toEqual(new Set(['origin.example']));
    expect(codes(world)).not.toContain('fragment-skipped');
    expectAtEdge(world);
  });

  test('has a hole at all its hosts, at which somebody arrives: the first is asked for what follows', async () => {
    const asked: string[] = [];
    const refuse = (url: string) => {
      if (url.includes('Fragments')) asked.push(new URL(url).host);
      return url.endsWith('(video=200000000)') ? 404 : undefined;
    };
    const world = await begin({ windowSeconds: 0 }, { refuse, others: ['other.example'] });
    const { time, viewer } = world;
    await time.pass(20);
    viewer.element.currentTime = 20;
    await time.pass(10);
    expect(asked).toContain('other.example');
    asked.length = 0;
    viewer.live.seekToLive();
    await time.pass(10);
    expect(new Set(asked)).toEqual(new Set(['origin.example']));
    expect(viewer.failure).toBeUndefined();
  });

  test.each([0, 0.4, 0.8, 1.2, 1.6])('answers 404 where others answer 412: the same (%f s)', async (at) => {
    const { time, viewer, onAir } = await begin({ earlyStatus: 404, history: 70 + at });
    await time.pass(600);
    expect(viewer.element.stalls).toEqual([]);
    expect(onAir.statuses.get(404) ?? 0).toBeLessThan(10);
    expect(onAir.manifests).toBe(1);
  });

  test('hands nothing out for a while: told apart from a source that stopped, and gone on with', async () => {
    const world = await begin({}, { refuse: (_, now) => (now > 21 && now < 46 ? 503 : undefined) });
    await world.time.pass(40);
    expect(world.viewer.live.info.source).toBe('unreachable');
    await world.time.pass(60);
    expect(sources(world)).toEqual(['live', 'unreachable']);
    expect(stalled(world)).toBeLessThan(26);
    expectAtEdge(world);
  });

  test('never hands out one fragment: gone on without it', async () => {
    const refuse = (url: string) => (url.endsWith('(video=880000000)') ? 503 : undefined);
    const world = await begin({}, { refuse });
    await world.time.pass(90);
    expect(codes(world)).toEqual(['fragment-skipped']);
    expect(stalled(world)).toBeLessThan(1.5);
    expectAtEdge(world);
  });

  test('takes the manifest away with the event: it is over', async () => {
    const refuse = (url: string, now: number) => (url.endsWith('/Manifest') && now > 22 ? 404 : undefined);
    const world = await begin({ windowSeconds: 0, history: 100 }, { refuse });
    const { time, onAir, viewer } = world;
    await time.pass(20);
    onAir.apply({ type: 'stop' });
    await time.pass(50);
    expect(viewer.live.info).toMatchObject({ isLive: false, source: 'ended', window: { start: 0 } });
    expect(viewer.source.duration).toBeLessThan(121);
    expect(viewer.endedAt).toBeDefined();
    const { requests } = viewer;
    await time.pass(100);
    expect(viewer.requests).toBe(requests);
    expect(onAir.manifests).toBe(1);
  });

  test('takes the manifest away with an event whose next caption is not due yet: it is over', async () => {
    const refuse = (url: string, now: number) => (url.endsWith('/Manifest') && now > 22 ? 404 : undefined);
    const shapes: Shape[] = [
      { type: 'video', seconds: [2] },
      { type: 'audio', seconds: [2] },
      { type: 'text', seconds: [1200] },
    ];
    const world = await begin({ windowSeconds: 0, history: 3900, shapes }, { refuse });
    await world.time.pass(20);
    world.onAir.apply({ type: 'stop' });
    await world.time.pass(50);
    expect(world.viewer.live.info.source).toBe('ended');
  });

  test('has all since the beginning: nothing is out of reach', async () => {
    const world = await begin({ windowSeconds: 0, history: 7200 });
    const { time, viewer } = world;
    await time.pass(30);
    expect(viewer.live.info.window.start).toBe(0);
    expect(viewer.source.seekable?.start).toBe(0);
    expectAtEdge(world);
    viewer.element.currentTime = 10;
    await time.pass(60);
    expect(viewer.element.currentTime).toBeGreaterThan(65);
    expect(viewer.live.info).toMatchObject({ atEdge: false, source: 'live' });
    viewer.live.seekToLive();
    await time.pass(20);
    expectAtEdge(world);
    expect(stalled(world)).toBeLessThan(2);
  });
});

describe('a viewer', () => {
  test('starts over, and hears of what is new all the same', async () => {
    const world = await begin({ windowSeconds: 0, history: 3600 }, { startTime: 0 });
    const { time, viewer, onAir } = world;
    await time.pass(120);
    expect(viewer.element.currentTime).toBeGreaterThan(118);
    expect(Math.abs(viewer.live.info.latency - viewer.behind)).toBeLessThan(0.2);
    expect(sources(world)).toEqual(['live']);
    expect(stalled(world)).toBe(0);
    expect(onAir.manifests).toBeLessThan(3);
  });

  test('starts at a date', async () => {
    const wanted = new Date(1_790_000_000_123 - 40_000);
    const { time, viewer } = await begin({ epoch: 'unix' }, { startTime: wanted });
    await time.pass(10);
    const shown = viewer.live.toDate(viewer.element.currentTime)?.getTime() ?? 0;
    expect(Math.abs(shown - (wanted.getTime() + 10_000))).toBeLessThan(1500);
    expect(viewer.live.info.atEdge).toBe(false);
  });

  test('pauses: what follows is heard of without its media, the window slides past and takes them along', async () => {
    const world = await begin();
    const { time, viewer, onAir } = world;
    await time.pass(20);
    viewer.element.pause();
    await time.pass(300);
    expect(onAir.manifests).toBe(1);
    expect(sources(world)).toEqual(['live']);
    expect(Math.abs(viewer.live.info.latency - viewer.behind)).toBeLessThan(0.2);
    expect(codes(world)).toEqual(['behind-live-window']);
    expect(viewer.element.currentTime).toBeGreaterThan(viewer.live.info.window.start - 0.5);
    const { currentTime } = viewer.element;
    await viewer.element.play();
    await time.pass(20);
    expect(viewer.element.currentTime).toBeGreaterThan(currentTime + 19);
    expect(viewer.live.info.atEdge).toBe(false);
    viewer.live.seekToLive();
    await time.pass(20);
    expectAtEdge(world);
  });

  test('whose network cannot sustain it is taken further back, and slowly near again', async () => {
    const slow = (_: string, now: number) => (now > 51 && now < 65 ? 3600 : 200);
    const world = await begin({}, { bodyMs: slow });
    const { time, viewer } = world;
    await time.pass(80);
    const { targetLatency } = viewer.live.info;
    expect(targetLatency).toBeGreaterThan(9);
    expect(sources(world)).toEqual(['live']);
    await time.pass(600);
    expect(viewer.live.info.targetLatency).toBeLessThan(targetLatency - 1);
    expectAtEdge(world);
    expect(viewer.stats.report(NOTHING_PLAYS).stalls.length).toBeGreaterThan(0);
  });

  test('whose fragments come a moment too late each time is taken back until they do not', async () => {
    const world = await begin({}, { bodyMs: (type) => (type === 'video' ? 1950 : 100) });
    await world.time.pass(120);
    const { length } = world.viewer.element.stalls;
    expect(length).toBeLessThan(15);
    await world.time.pass(240);
    expect(world.viewer.element.stalls.length - length).toBeLessThan(3);
    expectAtEdge(world);
  });

  test('without network is told so, and goes on when it is back', async () => {
    const world = await begin({}, { refuse: (_, now) => (now > 21 && now < 41 ? 0 : undefined) });
    await world.time.pass(30);
    expect(world.viewer.live.info.source).toBe('unreachable');
    await world.time.pass(60);
    expect(sources(world)).toEqual(['live', 'unreachable']);
    expectAtEdge(world);
  });

  test.each([
    [8, false],
    [40, false],
    [3600, false],
    [40, true],
    [3600, true],
  ])(
    'is at the edge five seconds after a sleep of %i s, be it that the page’s clock stands: %s',
    async (seconds, clockStands) => {
      const world = await begin();
      await world.time.pass(30);
      await world.time.sleep(seconds, { clockStands });
      await world.time.pass(5);
      // What it was about to ask for is long gone after an hour.
      world.onAir.statuses.delete(410);
      expectAtEdge(world);
      const { currentTime } = world.viewer.element;
      await world.time.pass(20);
      expect(world.viewer.element.currentTime - currentTime).toBeGreaterThan(19);
      expectAtEdge(world);
    },
  );

  test('is played on at the edge when a page thaws in which the browser had paused', async () => {
    const world = await begin();
    const { time, viewer } = world;
    await time.pass(30);
    document.dispatchEvent(new Event('freeze'));
    await time.sleep(60);
    viewer.element.pause();
    document.dispatchEvent(new Event('resume'));
    await time.pass(5);
    expectAtEdge(world);
    expect(viewer.element.paused).toBe(false);
  });

  test('who has paused stays paused when a page thaws', async () => {
    const { time, viewer } = await begin();
    await time.pass(30);
    viewer.element.pause();
    document.dispatchEvent(new Event('freeze'));
    await time.sleep(20);
    document.dispatchEvent(new Event('resume'));
    await time.pass(5);
    expect(viewer.element.paused).toBe(true);
  });

  test('who asks for less is nearer', async () => {
    const { time, viewer } = await begin({}, { live: { targetLatency: 6.5 } });
    await time.pass(120);
    expect(Math.abs(viewer.behind - 6.5)).toBeLessThan(0.6);
    expect(viewer.element.stalls).toEqual([]);
  });
});
