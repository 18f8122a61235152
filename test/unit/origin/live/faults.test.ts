import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { ChannelOptions } from '../../../../demo/origin/live/channel.ts';
import type { TimedFault } from '../../../../demo/origin/live/encoder.ts';
import { createOrigin, type Origin } from '../../../../demo/origin/server.ts';
import { ask } from '../ask.ts';
import { askFragment, askManifest } from './ask-live.ts';

const SOURCE = join(import.meta.dirname, '../../../../demo/sample/sample.ism');
const PATH = '/live/channel.isml';
const SECOND = 10_000_000n;

const origins: Origin[] = [];
afterEach(async () => {
  for (const origin of origins.splice(0)) await origin.close();
});

/** A channel that has run for 20 seconds, has no window, and tells of one fragment. */
async function channel(own: Partial<ChannelOptions> = {}) {
  let now = 1e12;
  const fixed = { path: PATH, source: SOURCE, history: 20, windowSeconds: 0, lookAhead: 1 };
  const origin = createOrigin({ control: true, live: [{ ...fixed, now: () => now, ...own }] });
  origins.push(origin);
  const url = await origin.listen();
  const listed = async (name: string) => {
    const { streams } = await askManifest(url, PATH);
    return (streams.find((stream) => stream.name === name)?.chunks ?? []).map(({ time }) =>
      Math.round(Number(time) / 1e7),
    );
  };
  return {
    url,
    listed,
    apply: (fault: TimedFault) => origin.live.get(PATH)?.apply(fault),
    pass: (seconds: number) => {
      now += seconds * 1000;
    },
    root: async () => (await askManifest(url, PATH)).root,
    fragment: (time: bigint) => askFragment(url, PATH, 'video', time, { bitrate: '57019' }),
  };
}

describe('an encoder that stops', () => {
  it('leaves the title as it is, and its last fragments untold', async () => {
    const { apply, listed, pass, fragment, root } = await channel();
    apply({ type: 'stop' });
    const before = await listed('video');
    pass(60);
    expect(await listed('video')).toEqual(before);
    expect((await fragment(18n * SECOND)).status).toBe(412);
    expect((await fragment(20n * SECOND)).status).toBe(404);
    expect((await root()).IsLive).toBe('TRUE');
  });

  it('goes on with the clock when it comes back, and what was last tells of it', async () => {
    const { apply, listed, pass, fragment } = await channel();
    apply({ type: 'stop' });
    apply({ type: 'restart', after: 10 });
    pass(10 + 4.5);
    expect(await listed('video')).toEqual([0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 30]);
    const last = await fragment(18n * SECOND);
    expect(last.next).toEqual([{ time: 30n * SECOND, duration: 2n * SECOND }]);
    const first = await fragment(30n * SECOND);
    expect(first.sequence).toBeGreaterThan(last.sequence);
    // Its content begins again, with a key frame, in every stream at once.
    const opening = await fragment(0n);
    expect(first.samples.every((sample, i) => sample.equals(opening.samples[i] ?? Buffer.of()))).toBe(true);
    expect((await listed('audio_en')).at(-1)).toBe(30);
  });
});

describe('times', () => {
  it('jump, while the content runs on', async () => {
    const { apply, listed, pass } = await channel();
    apply({ type: 'jump', seconds: 3600 });
    pass(6.5);
    expect((await listed('video')).slice(-3)).toEqual([18, 3620, 3622]);
    expect((await listed('audio_en')).slice(-2)).toEqual([3620, 3622]);
  });

  it('of one stream drift away from the others', async () => {
    const { apply, listed, pass } = await channel();
    apply({ type: 'drift', stream: 'audio_en', partsPerMillion: 50_000 });
    pass(102.5);
    const [picture = [], sound = []] = [await listed('video'), await listed('audio_en')];
    expect(picture.at(-1)).toBe(118);
    // A twentieth of the hundred seconds ahead.
    expect(sound.at(-1)).toBeGreaterThanOrEqual(122);
    expect(sound).toEqual([...sound].sort((a, b) => a - b));
  });
});

describe('fragments', () => {
  it('of one stream are missing, and not told of', async () => {
    const { apply, listed, pass, fragment } = await channel();
    apply({ type: 'missing', stream: 'video', seconds: 5 });
    pass(12.5);
    expect((await listed('video')).slice(-4)).toEqual([16, 18, 26, 28]);
    // Fragments of sound are a frame or two longer or shorter than two seconds.
    expect((await listed('audio_en')).slice(-5)).toEqual([20, 22, 24, 26, 28]);
    expect((await fragment(22n * SECOND)).status).toBe(404);
    expect((await fragment(18n * SECOND)).next[0]?.time).toBe(26n * SECOND);
  });

  it('of one stream come late', async () => {
    const { apply, listed, pass } = await channel();
    pass(0.5);
    expect((await listed('audio_en')).at(-1)).toBe(16);
    apply({ type: 'late', stream: 'audio_en', seconds: 4 });
    expect((await listed('audio_en')).at(-1)).toBe(12);
    expect((await listed('video')).at(-1)).toBe(16);
  });
});

describe('an event that ends', () => {
  it('says so, and hands out all that there is', async () => {
    const { apply, listed, pass, root, fragment } = await channel();
    apply({ type: 'end' });
    pass(1);
    expect((await listed('video')).at(-1)).toBe(18);
    const ended = await root();
    expect([ended.IsLive, ended.LookAheadFragmentCount]).toEqual([undefined, undefined]);
    expect(ended.Duration).toBe('200000000');
    const last = await fragment(18n * SECOND);
    expect([last.status, last.next]).toEqual([200, []]);
    expect((await fragment(20n * SECOND)).status).toBe(404);
  });

  it('says nothing where it isn’t to', async () => {
    const { apply, pass, root } = await channel();
    apply({ type: 'end', isTold: false });
    pass(100);
    expect((await root()).IsLive).toBe('TRUE');
    expect(() => apply({ type: 'restart' })).toThrow('The event is over.');
  });
});

describe('a plan', () => {
  it('of faults is followed from the beginning', async () => {
    const { listed, pass } = await channel({
      faults: [
        { type: 'stop', after: 4 },
        { type: 'restart', after: 20 },
        { type: 'end', after: 24 },
      ],
    });
    pass(100);
    expect((await listed('video')).slice(-4)).toEqual([20, 22, 40, 42]);
  });

  it('must be in order', async () => {
    const { apply } = await channel();
    apply({ type: 'stop', after: 10 });
    expect(() => apply({ type: 'restart', after: 5 })).toThrow('A later fault is already scheduled.');
    expect(() => apply({ type: 'stop', after: 20 })).toThrow('The encoder is not running then.');
  });
});

describe('over HTTP', () => {
  const post = (url: string, body: unknown) =>
    ask(url, '/control/live', { method: 'POST', body: JSON.stringify(body) });

  it('a channel tells how it stands, and takes faults, a speed and a push', async () => {
    const { url } = await channel({ rate: 0 });
    const [told] = JSON.parse(`${(await ask(url, '/control/live')).body}`);
    expect(told).toMatchObject({ path: PATH, state: 'running', rate: 0 });
    expect(told.streams[0]).toEqual({ name: 'video', newest: '180000000', duration: '20000000' });
    const moved = JSON.parse(`${(await post(url, { advance: 4, rate: 8 })).body}`);
    expect(moved.streams[0].newest).toBe('220000000');
    expect(moved.rate).toBe(8);
    const { status, body } = await post(url, { path: PATH.toUpperCase(), fault: { type: 'stop' } });
    expect([status, JSON.parse(`${body}`).state]).toEqual([200, 'stopped']);
  });

  it.each([
    [{ path: '/none.isml' }, 'no such channel'],
    [{ rate: -1 }, 'rate must be 0 or more'],
    [{ advance: 'much' }, 'advance must be in seconds, 0 or more'],
    [{ fault: { type: 'flood' } }, "a fault's type is one of"],
    [{ fault: { type: 'jump' } }, 'seconds is missing or invalid'],
    [{ fault: { type: 'missing', seconds: 1 } }, 'stream is missing or invalid'],
    [{ fault: { type: 'stop', after: -1 } }, 'after is missing or invalid'],
    [[], 'an object is expected'],
  ])('%j is refused', async (body, problem) => {
    const { url } = await channel();
    const answer = await post(url, body);
    expect(answer.status).toBe(400);
    expect(JSON.parse(`${answer.body}`).problem).toContain(problem);
  });
});
