import { expect, test } from 'vitest';
import { FakeSourceBuffer } from '../browser/source-buffer.ts';
import type { Fault } from './network.ts';
import { type Asked, CHUNK, manifestOf } from './title.ts';
import { Viewing } from './viewing.ts';

const UNAVAILABLE: Fault = { kind: 'status', status: 503 };
/** Seconds that one look at the clock may be late. */
const LOOK = 0.1;

interface Scene {
  readonly viewing: Viewing;
  /** Lets so many seconds of the session pass. */
  readonly to: (second: number) => Promise<void>;
  /** What fails, and when in seconds of the session. */
  readonly fails: (fault: (asked: Asked | undefined, second: number) => Fault | undefined) => void;
}

/** A session of a title in virtual time, in which nothing may go wrong unnoticed. */
async function watch(play: (scene: Scene) => Promise<void>, seconds = 60, manifest = manifestOf(seconds)) {
  const viewing = new Viewing(1, seconds, {}, manifest);
  const { time, network } = viewing;
  const startedAt = time.now;
  network.bitsPerSecond = 4_000_000;
  try {
    await play({
      viewing,
      to: (second) => time.pass(startedAt / 1000 + second - time.now / 1000),
      fails: (fault) => {
        network.fault = (asked, _, now) => fault(asked, (now - startedAt) / 1000);
      },
    });
    expect(viewing.uncaught).toEqual([]);
  } finally {
    await viewing.close();
  }
}

function expectWhole({ player, stalled }: Viewing): void {
  expect(player.getStats().skipped).toEqual([]);
  expect(stalled).toBe(0);
}

test.each([300_000, 800_000, 2_000_000])(
  'one quality that can never be loaded (%i bit/s) is seen by nobody',
  (bitrate) =>
    watch(async ({ viewing, to, fails }) => {
      fails((asked) => (asked?.stream === 'video' && asked.bitrate === bitrate ? UNAVAILABLE : undefined));
      viewing.begin();
      await to(65);
      expect(viewing.video.ended).toBe(true);
      expectWhole(viewing);
      expect(viewing.codes('error')).toEqual([]);
    }),
);

test.each([UNAVAILABLE, { kind: 'status', status: 404 }, { kind: 'page' }, { kind: 'damage' }] as const)(
  'only one quality is ever served, $kind $status at the others: it plays',
  async (fault) => {
    for (const served of [300_000, 800_000, 2_000_000])
      await watch(async ({ viewing, to, fails }) => {
        fails((asked) => (asked?.stream === 'video' && asked.bitrate !== served ? fault : undefined));
        viewing.begin();
        await to(95);
        expect(viewing.codes('error')).toEqual([]);
        expect(viewing.video.ended).toBe(true);
        // With 503s, which may also mean an outage, it takes longer to find out at the start.
        const isUnclear = 'status' in fault && fault.status === 503;
        expect(viewing.player.getStats().skipped.length).toBeLessThanOrEqual(isUnclear ? 3 : 0);
        expect(viewing.stalled).toBeLessThan(isUnclear ? 15 : 6);
        // Of 30 fragments of picture and 30 of sound.
        expect(viewing.network.seen.length).toBeLessThan(120);
      });
  },
);

test.each(['video', 'audio', 'both'])(
  'five fragments in a row of %s that can never be loaded: reported, and playback continues',
  (which) =>
    watch(async ({ viewing, to, fails }) => {
      fails((asked) =>
        asked && asked.second >= 20 && asked.second < 30 && (which === 'both' || asked.stream === which)
          ? UNAVAILABLE
          : undefined,
      );
      viewing.begin();
      await to(400);
      const [code, ...more] = viewing.codes('error');
      expect(more).toEqual([]);
      if (code === undefined) expect(viewing.video.ended).toBe(true);
      else expect(code).toBe('fragments-unavailable');
      expect(viewing.codes('warning')).toContain('network-status');
      if (which !== 'both') expect([viewing.video.ended, viewing.stalled < 10]).toEqual([true, true]);
    }),
);

test.each([
  { fault: { kind: 'stall', afterShare: 0.5 }, lasting: 10 },
  { fault: { kind: 'stall', afterShare: 0.5 }, lasting: 40 },
  { fault: { kind: 'drip' }, lasting: 10 },
  { fault: { kind: 'silence' }, lasting: 40 },
  { fault: { kind: 'reset' }, lasting: 40 },
] as const)(
  'six seconds after $lasting s of $fault.kind, the quality is what the network carries',
  ({ fault, lasting }) =>
    watch(async ({ viewing, to, fails }) => {
      fails((asked, second) => (asked && second > 15 && second < 15 + lasting ? fault : undefined));
      viewing.begin();
      await to(15 + lasting);
      const { length } = viewing.network.seen;
      await to(15 + lasting + 6);
      const after = viewing.network.seen.slice(length).map(({ asked }) => asked?.bitrate);
      expect(after).toContain(2_000_000);
    }, 120),
);

test('a quality chosen during an outage loses nothing that was buffered', () =>
  watch(async ({ viewing, to, fails }) => {
    fails((asked, second) => (asked && second > 10 && second < 40 ? UNAVAILABLE : undefined));
    viewing.begin();
    await to(15);
    viewing.player.setQuality('240p', { switch: 'now' });
    await to(90);
    expect(viewing.video.ended).toBe(true);
    expect(viewing.player.getStats().skipped).toEqual([]);
  }));

test('a refusal for good ends playback once the buffer is empty, and is not asked for again and again', () =>
  watch(async ({ viewing, to, fails }) => {
    fails((asked, second) => (asked && second > 5 ? { kind: 'status', status: 403 } : undefined));
    viewing.begin();
    await to(5);
    const { network, video, player } = viewing;
    await to(120);
    expect([player.state, viewing.codes('error')]).toEqual(['failed', ['network-unauthorized']]);
    const served = network.seen.filter(({ asked, fault }) => asked?.stream === 'video' && !fault);
    const end = Math.max(...served.map(({ asked }) => (asked?.second ?? 0) + CHUNK));
    expect(video.currentTime).toBeGreaterThan(end - 0.1);
    const refused = network.seen.filter(({ fault }) => fault).map(({ url }) => url);
    for (const url of refused) expect(refused.filter((one) => one === url).length).toBeLessThanOrEqual(2);
  }));

test('a body of which a byte comes each second is given up for a lower quality in time', () =>
  watch(async ({ viewing, to, fails }) => {
    let first: number | undefined;
    fails((asked, second) => {
      if (asked?.stream !== 'video' || asked.second !== 20 || first !== undefined) return undefined;
      first = second;
      return { kind: 'drip' };
    });
    viewing.begin();
    await to(70);
    const asked = viewing.network.seen.filter(
      ({ asked }) => asked?.stream === 'video' && asked.second === 20,
    );
    expect(asked.length).toBeGreaterThan(1);
    expect((asked[1]?.at ?? Number.NaN) - (asked[0]?.at ?? 0)).toBeLessThanOrEqual(10_000);
    expect(viewing.video.ended).toBe(true);
    expectWhole(viewing);
  }));

test('a captive portal: nothing is skipped, and playback goes on within three seconds of its end', () =>
  watch(async ({ viewing, to, fails }) => {
    fails((asked, second) => (asked && second > 2 && second < 60 ? { kind: 'page' } : undefined));
    viewing.begin();
    await to(60);
    const at = viewing.video.currentTime;
    expect(viewing.stalled).toBeGreaterThan(10);
    await to(63);
    expect(viewing.video.currentTime).toBeGreaterThan(at);
    await to(130);
    expect(viewing.video.ended).toBe(true);
    expect(viewing.player.getStats().skipped).toEqual([]);
  }));

test('a decoder that fails once: back in two seconds', () =>
  watch(async ({ viewing, to }) => {
    viewing.begin();
    await to(10);
    const at = viewing.video.currentTime;
    viewing.video.fail('decode');
    await to(12);
    expect(viewing.video.currentTime).toBeGreaterThan(at + 0.5);
    expect(viewing.codes('error')).toEqual([]);
  }));

test('a decoder that fails four times in a minute ends playback', () =>
  watch(async ({ viewing, to }) => {
    viewing.begin();
    for (let second = 10; second <= 40; second += 10) {
      await to(second);
      expect(viewing.player.state).toBe('ready');
      viewing.video.fail('decode');
    }
    await to(45);
    expect([viewing.player.state, viewing.codes('error')]).toEqual(['failed', ['media-decode']]);
  }));

test('a full buffer of a paused player goes quiet', () =>
  watch(async ({ viewing, to }) => {
    FakeSourceBuffer.onOperation = (buffer) => {
      buffer.quota = 12;
    };
    try {
      viewing.begin();
      await to(3);
      viewing.video.pause();
      await to(63);
      const requests = viewing.network.seen.length;
      await to(303);
      expect(viewing.network.seen.length).toBe(requests);
      void viewing.video.play();
      await to(370);
      expect(viewing.video.ended).toBe(true);
      const urls = viewing.network.seen.map(({ url }) => url);
      expect(new Set(urls).size).toBe(urls.length);
    } finally {
      FakeSourceBuffer.onOperation = () => {};
    }
  }));

test.each([0.05, 0.5, 2, 20, 3600])(
  'a hole of %d s in both streams, as after an encoder that restarts',
  (hole) => {
    const manifest = manifestOf(60)
      .replace(/ t="(\d+)"/g, (_, t: string) => {
        const later = Number(t) >= 200_000_000 ? hole * 10_000_000 : 0;
        return ` t="${Number(t) + later}"`;
      })
      .replace(/Duration="\d+"/, `Duration="${(60 + hole) * 10_000_000}"`);
    return watch(
      async ({ viewing, to }) => {
        viewing.begin();
        await to(62);
        expect(viewing.video.ended).toBe(true);
        expect(viewing.stalled).toBeLessThanOrEqual(0.5);
        const watched = viewing.video.watched.reduce((sum, { start, end }) => sum + end - start, 0);
        expect(watched).toBeGreaterThan(60 - 0.2);
        expect(viewing.player.getStats().skipped).toEqual([]);
        expect(viewing.codes('error')).toEqual([]);
      },
      60,
      manifest,
    );
  },
);

test('a hidden page whose timers fire once a minute plays on', () =>
  watch(async ({ viewing, to }) => {
    viewing.begin();
    await to(5);
    viewing.page.page.hidden = true;
    viewing.page.page.dispatchEvent(new Event('visibilitychange'));
    viewing.time.pageTimersMs = 60_000;
    await to(605);
    expect(viewing.video.currentTime).toBeGreaterThan(600);
    expectWhole(viewing);
    viewing.time.pageTimersMs = 1;
    viewing.page.page.hidden = false;
    viewing.page.page.dispatchEvent(new Event('visibilitychange'));
    const at = viewing.video.currentTime;
    await to(607);
    expect(viewing.video.currentTime).toBeGreaterThan(at + 1.5);
  }, 720));

test.each([true, false])(
  'after an hour of sleep playback goes on at once, the connections being dead; the clock stood: %s',
  (clockStands) =>
    watch(async ({ viewing, to, fails }) => {
      viewing.begin();
      await to(10);
      const { time, video } = viewing;
      fails(() => ({ kind: 'reset' }));
      await to(10.2);
      await time.sleep(3600, { clockStands });
      fails(() => undefined);
      const at = video.currentTime;
      await time.pass(3);
      expect(video.currentTime).toBeGreaterThan(at + 1);
      await time.pass(70);
      expect(video.ended).toBe(true);
      expect(viewing.codes('error')).toEqual([]);
      expect(viewing.player.getStats().skipped).toEqual([]);
    }),
);

test.each([5, 20, 90].flatMap((seconds) => [true, false].map((isTold) => ({ seconds, isTold }))))(
  'offline for $seconds s, the browser tells of its end: $isTold',
  ({ seconds, isTold }) =>
    watch(async ({ viewing, to, fails }) => {
      viewing.begin();
      await to(4);
      Object.assign(navigator, { onLine: !isTold });
      fails(() => ({ kind: 'reset' }));
      await to(4 + seconds);
      fails(() => undefined);
      Object.assign(navigator, { onLine: true });
      if (isTold) viewing.page.window.dispatchEvent(new Event('online'));
      const { video } = viewing;
      const at = video.currentTime;
      await to(4 + seconds + (isTold ? 1.5 : 15));
      expect(video.currentTime).toBeGreaterThan(at + LOOK);
      await to(200);
      expect(video.ended).toBe(true);
      expect(viewing.codes('error')).toEqual([]);
      expect(viewing.player.getStats().skipped).toEqual([]);
    }),
);

test.each<{ name: string; fault: Fault; times: number; code?: string }>([
  { name: '503 twice', fault: UNAVAILABLE, times: 2 },
  { name: '503 three times', fault: UNAVAILABLE, times: 3, code: 'network-status' },
  { name: 'cut', fault: { kind: 'cut', afterShare: 0.5 }, times: 1 },
  { name: 'always cut', fault: { kind: 'cut', afterShare: 0.5 }, times: 99, code: 'manifest-truncated' },
  { name: 'a web page', fault: { kind: 'page' }, times: 99, code: 'manifest-foreign' },
  { name: 'nothing', fault: { kind: 'empty' }, times: 99, code: 'manifest-empty' },
  { name: 'a body that stands still once', fault: { kind: 'stall', afterShare: 0.5 }, times: 1 },
  {
    name: 'a body that always stands still',
    fault: { kind: 'stall', afterShare: 0.5 },
    times: 99,
    code: 'network-timeout',
  },
  { name: 'no answer once', fault: { kind: 'silence' }, times: 1 },
])('the manifest: $name', ({ fault, times, code }) =>
  watch(async ({ viewing, to, fails }) => {
    let failed = 0;
    fails((asked) => (!asked && failed++ < times ? fault : undefined));
    viewing.begin();
    await to(10);
    if (code === undefined) expect(viewing.video.currentTime).toBeGreaterThan(0.1);
    await to(40);
    expect(viewing.codes('error')).toEqual(code === undefined ? [] : [code]);
    if (code !== undefined) expect(viewing.network.seen.filter(({ asked }) => asked)).toEqual([]);
  }),
);
