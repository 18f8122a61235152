import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { ChannelOptions } from '../../../../demo/origin/live/channel.ts';
import { createOrigin, type Origin } from '../../../../demo/origin/server.ts';
import { ask } from '../ask.ts';
import { readFileNames, readFragments } from '../read-presentation.ts';
import { askFragment, askManifest, type ListedTitle } from './ask-live.ts';

const SAMPLE = join(import.meta.dirname, '../../../../demo/sample');
const PATH = '/live/channel.isml';
const START = Date.UTC(2024, 1, 29, 12, 0, 0);
const HOUR = 3600;

const origins: Origin[] = [];
afterEach(async () => {
  for (const origin of origins.splice(0)) await origin.close();
});

/** A channel whose clock the test moves. */
async function channel(own: Partial<ChannelOptions> = {}) {
  let now = START;
  const options = { path: PATH, source: join(SAMPLE, 'sample.ism'), history: 20, ...own };
  const origin = createOrigin({ live: [{ now: () => now, ...options }] });
  origins.push(origin);
  const url = await origin.listen();
  const levels = { video: '57019', audio_en: '9871' } as Record<string, string>;
  return {
    origin,
    url,
    onAir: origin.live.get(PATH),
    pass: (seconds: number) => {
      now += seconds * 1000;
    },
    manifest: () => askManifest(url, PATH),
    fragment: (stream: string, time: bigint, noun = 'Fragments') =>
      askFragment(url, PATH, stream, time, { bitrate: levels[stream] ?? '', noun }),
  };
}

const hex = (samples: readonly Uint8Array[] = []) =>
  samples.map((sample) => Buffer.from(sample).toString('hex'));

const streamOf = (title: ListedTitle, name: string) => title.streams.find((stream) => stream.name === name);
const timesOf = (title: ListedTitle, name: string) =>
  (streamOf(title, name)?.chunks ?? []).map(({ time }) => time);

describe('the manifest of a channel', () => {
  it('says that it is live, and lists what may be sent', async () => {
    const { manifest } = await channel({ windowSeconds: 60 });
    const title = await manifest();
    expect(title.root).toMatchObject({
      IsLive: 'TRUE',
      Duration: '0',
      TimeScale: '10000000',
      LookAheadFragmentCount: '2',
      DVRWindowLength: '600000000',
    });
    // Of 20 seconds ten fragments exist, the last two of which are only told of.
    expect(timesOf(title, 'video')).toEqual(Array.from({ length: 8 }, (_, i) => BigInt(i) * 20_000_000n));
    expect(title.streams.map(({ bitrates }) => bitrates.length)).toEqual([6, 1, 1, 1, 1, 1, 1, 1]);
  });

  it.each([
    ['zero', 0n],
    ['unix', BigInt(START - 20_000) * 10_000n],
    ['dotnet', BigInt(START - 20_000) * 10_000n + 621_355_968_000_000_000n],
  ] as const)('counts from %s, tick for tick', async (epoch, first) => {
    const { manifest, fragment } = await channel({ epoch });
    const [time = 0n] = timesOf(await manifest(), 'video');
    expect(time).toBe(first);
    const { self } = await fragment('video', time);
    expect(self?.time).toBe(first);
    expect((await fragment('video', time + 1n)).status).toBe(404);
  });

  it('slides its window along, and keeps everything where there is none', async () => {
    const windowed = await channel({ windowSeconds: 10 });
    const endless = await channel({ windowSeconds: 0 });
    for (const { pass } of [windowed, endless]) pass(100);
    expect(timesOf(await windowed.manifest(), 'video').map((time) => time / 10_000_000n)).toEqual([
      106n,
      108n,
      110n,
      112n,
      114n,
    ]);
    expect(timesOf(await endless.manifest(), 'video')).toHaveLength(58);
    expect((await endless.manifest()).root.DVRWindowLength).toBe('0');
  });
});

describe('a fragment of a channel', () => {
  it('is the source’s, sample for sample, at its own time', async () => {
    const { fragment } = await channel({ history: 70, windowSeconds: 0 });
    const names = await readFileNames(SAMPLE, 'sample');
    const [video = '', audio = ''] = [names[5], names[6]];
    const source = await readFragments(join(SAMPLE, video));
    // The third fragment of the second round.
    const live = await fragment('video', 340_000_000n);
    expect(hex(live.samples)).toEqual(hex(source[2]?.samples));
    expect(live.self).toEqual({ time: 340_000_000n, duration: 20_000_000n });
    const sound = await fragment('audio_en', 0n);
    const [first] = await readFragments(join(SAMPLE, audio));
    expect(hex(sound.samples)).toEqual(hex(first?.samples));
  });

  it('tells of those behind it, which then exist', async () => {
    const { manifest, fragment, pass } = await channel();
    const { chunks = [] } = streamOf(await manifest(), 'audio_en') ?? {};
    const last = chunks.at(-1)?.time ?? 0n;
    const { next } = await fragment('audio_en', last);
    expect(next).toHaveLength(2);
    expect((await fragment('audio_en', next[0]?.time ?? 0n)).status).toBe(412);
    pass(4.1);
    const [one, two] = [
      await fragment('audio_en', next[0]?.time ?? 0n),
      await fragment('audio_en', next[1]?.time ?? 0n),
    ];
    expect([one.self, two.self]).toEqual(next);
    expect(one.next[0]).toEqual(next[1]);
  });

  it('is told of without its samples by FragmentInfo', async () => {
    const { fragment } = await channel();
    const whole = await fragment('video', 20_000_000n);
    const info = await fragment('video', 20_000_000n, 'FragmentInfo');
    expect(info.moof.equals(whole.moof)).toBe(true);
    expect(info.samples.every(({ length }) => length === 0)).toBe(true);
  });

  it('has its key frame alone as KeyFrames, and its times with it', async () => {
    const { fragment } = await channel();
    const whole = await fragment('video', 20_000_000n);
    const keys = await fragment('video', 20_000_000n, 'KeyFrames');
    expect(hex(keys.samples)).toEqual(hex(whole.samples.slice(0, 1)));
    expect(keys.durations).toEqual([20_000_000]);
    expect([keys.self, keys.next]).toEqual([whole.self, whole.next]);
  });

  it('may be kept for as long as anyone asks for it, if no other has its time; a manifest hardly at all', async () => {
    const { fragment, url } = await channel({ windowSeconds: 120, epoch: 'unix' });
    const time = BigInt(START - 20_000) * 10_000n;
    expect((await fragment('video', time)).cacheControl).toBe('public, max-age=120');
    const { headers } = await ask(url, `${PATH}/Manifest`);
    expect(headers['cache-control']).toBe('public, max-age=1');
  });

  it.each([404, 412] as const)(
    'answers %i, which nobody keeps, until it may be sent',
    async (earlyStatus) => {
      const { fragment, pass } = await channel({ earlyStatus });
      const early = await fragment('video', 160_000_000n);
      expect(early.status).toBe(earlyStatus);
      expect(early.cacheControl).toBe('public, max-age=0, s-maxage=1');
      pass(1.9);
      expect((await fragment('video', 160_000_000n)).status).toBe(earlyStatus);
      pass(0.2);
      expect((await fragment('video', 160_000_000n)).status).toBe(200);
    },
  );

  it.each([404, 410] as const)('answers %i behind the window', async (goneStatus) => {
    const { fragment, pass } = await channel({ goneStatus, windowSeconds: 10 });
    pass(100);
    expect((await fragment('video', 20_000_000n)).status).toBe(goneStatus);
    // A little is kept behind it: who has just read the manifest may still ask.
    expect((await fragment('video', 1_040_000_000n)).status).toBe(200);
  });

  it('answers 404 at a level or in a stream that there isn’t', async () => {
    const { url } = await channel();
    for (const place of ['QualityLevels(1)/Fragments(video=0)', 'QualityLevels(57019)/Fragments(film=0)'])
      expect((await ask(url, `${PATH}/${place}`)).status).toBe(404);
  });
});

describe('after a day', () => {
  it('sound and picture are within a frame of each other, and neither has a hole', async () => {
    const { manifest, fragment, pass } = await channel({ windowSeconds: 70 });
    for (const hours of [1, 23]) {
      pass(hours * HOUR);
      const title = await manifest();
      for (const { chunks } of title.streams) {
        for (const [i, { time, duration }] of chunks.entries())
          expect(chunks[i + 1]?.time ?? time + duration).toBe(time + duration);
      }
      // The round's first picture, and the sound that the source has with it.
      const [begin = 0n] = timesOf(title, 'video').filter((time) => time % 300_000_000n === 0n);
      const sounds = await Promise.all(
        (streamOf(title, 'audio_en')?.chunks ?? []).map(({ time }) => fragment('audio_en', time)),
      );
      const [, , , , , , name = ''] = await readFileNames(SAMPLE, 'sample');
      const [first] = await readFragments(join(SAMPLE, name));
      const begun = sounds.find(({ samples }) =>
        samples.slice(1, 9).every((sample, i) => sample.equals(first?.samples[i + 1] ?? Buffer.of())),
      );
      const apart = Number((begun?.self?.time ?? 0n) - begin);
      expect(Math.abs(apart)).toBeLessThan(213_334);
      for (const { durations, self } of sounds)
        expect(durations.reduce((sum, ticks) => sum + ticks, 0)).toBe(Number(self?.duration));
    }
  });

  it('sequence numbers have risen all the time', async () => {
    const { manifest, fragment, pass } = await channel({ windowSeconds: 20 });
    let before = 0;
    for (let i = 0; i < 4; i += 1) {
      pass(8 * HOUR + 13);
      const { sequence } = await fragment('video', timesOf(await manifest(), 'video').at(-1) ?? 0n);
      expect(sequence).toBeGreaterThan(before);
      before = sequence;
    }
  });
});
