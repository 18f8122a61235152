import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, type PlayerPage, type Recorded } from './fixtures.ts';
import { sideBySide } from './side-by-side.ts';

const MANIFEST = readFileSync(join(import.meta.dirname, '../../demo/sample/sample.ismc'), 'utf8');

/** The sample's manifest without some of its streams and chunks; every `c` has its start. */
function manifestWith(keep: (stream: string, second: number) => boolean): string {
  return MANIFEST.replace(/[ ]*<StreamIndex [\s\S]*?<\/StreamIndex>\n/g, (stream) => {
    const name = /Name="(\w+)"/.exec(stream)?.[1] ?? '';
    let clock = 0;
    const kept = stream.replace(/[ ]*<c (?:t="\d+" )?d="(\d+)"\/>\n/g, (_, duration: string) => {
      const start = clock;
      clock += Number(duration);
      return keep(name, start / 1e7) ? `<c t="${start}" d="${duration}"/>\n` : '';
    });
    return kept.includes('<c ') ? kept : '';
  });
}

const instead = (body: string) =>
  ({ match: { url: '/Manifest' }, effect: { type: 'replace', body, contentType: 'text/xml' } }) as const;

/** In each, frame 100 (4 s) is the first that has audio too, and is at 0 on the media element's clock. */
const STARTS = [
  { name: 'both streams begin at 4 s', keep: (_: string, second: number) => second >= 4 },
  {
    name: 'the sound begins two seconds sooner',
    keep: (stream: string, second: number) => second >= (stream === 'video' ? 4 : 2),
  },
] as const;

sideBySide(undefined, (scene) => {
  scene('a title with sound alone plays', async ({ player, origin }) => {
    origin.rules.add(instead(manifestWith((stream) => stream === 'audio_en')));
    await player.load(undefined, 27);
    await player.play();
    await player.until(() => video.ended);
    const { duration, qualities } = await player.evaluate(() => ({
      duration: video.duration,
      qualities: smooth.qualities,
    }));
    expect(duration).toBeCloseTo(30, 1);
    expect(qualities).toEqual([]);
    expect(await player.events('error')).toEqual([]);
  });

  scene('a title that has moved plays from where it is now', async ({ player, origin }) => {
    const to = '/presentations/sample.ism/Manifest?token=a/b';
    origin.rules.add({ match: { url: '/moved.ism' }, effect: { type: 'redirect', to } });
    expect(await player.load('/presentations/moved.ism', 27)).toBeUndefined();
    await player.play();
    await player.until(() => video.ended);
    const asked = origin.log.entries.filter(({ url }) => url.includes('Fragments'));
    expect(asked.length).toBeGreaterThan(1);
    expect(asked.filter(({ url }) => !/^\/presentations\/sample\.ism\/[^?]+$/.test(url))).toEqual([]);
    expect(await player.events('error')).toEqual([]);
  });

  scene('a title with a picture alone plays', async ({ player, origin }) => {
    origin.rules.add(instead(manifestWith((stream) => stream === 'video')));
    await player.load(undefined, 27);
    await player.play();
    await player.until(() => video.ended);
    expect(await player.evaluate(() => smooth.audioTracks)).toEqual([]);
    expect(await player.events('error')).toEqual([]);
  });

  for (const { name, keep } of STARTS) {
    scene(`${name}: the clock starts at 0 with the first playable moment`, async ({ player, origin }) => {
      origin.rules.add(instead(manifestWith(keep)));
      await player.load();
      await player.until(() => video.readyState >= 2);
      const seen = [];
      for (const frame of [100, 333, 200, 700]) {
        const { frame: shown } = await player.evaluate((time) => seekTo(time), (frame - 100 + 0.5) / 25);
        seen.push({ frame, shown });
      }
      expect(seen).toEqual(seen.map(({ frame }) => ({ frame, shown: frame })));
      await player.play();
      await player.until(() => video.ended, 10_000);
      expect(await player.evaluate(() => video.duration)).toBeCloseTo(26, 1);
      expect(await player.events('error')).toEqual([]);
    });
  }

  scene('a sound that begins two seconds later costs the picture nothing', async ({ player, origin }) => {
    origin.rules.add(instead(manifestWith((stream, second) => stream === 'video' || second >= 2)));
    await player.load();
    await player.play();
    await player.until(() => video.currentTime > 4);
    const { shown, stats } = await watched(player);
    expectAll(shown, 0, 75);
    expect(stats.repairs.silence).toBeGreaterThan(0);
    expect(stats.skipped).toEqual([]);
    expect(codesOf(await player.events('warning'))).not.toContain('media-gap');
    expect(await player.events('error')).toEqual([]);
  });

  scene('a picture that begins two seconds later costs the sound nothing', async ({ player, origin }) => {
    // Both streams begin at 4 s; the first video chunk is missing.
    origin.rules.add({ match: { stream: 'video', time: '0' }, effect: { type: 'status', status: 404 } });
    await player.evaluate(() => hear());
    await player.load();
    await player.play();
    // Of five beeps, a busy machine may not hear each.
    await player.until(() => video.currentTime > 5);
    const { beeped, stats } = await watched(player);
    expect(stats.repairs['picture-held']).toBeGreaterThan(0);
    expect(beeped).toBeGreaterThanOrEqual(2);
    expect(await player.events('error')).toEqual([]);
  });

  scene(
    'a hole in both streams is jumped, and nothing but the hole is missing',
    async ({ player, origin }) => {
      const keep = (_: string, second: number) => second < 8 || second >= 9.99;
      origin.rules.add(instead(manifestWith(keep)));
      await player.load(undefined, 6);
      await player.play();
      await player.until(() => video.currentTime > 12);
      const { shown, stats } = await watched(player);
      expect(totalOf(stats.stalls)).toBeLessThanOrEqual(0.5);
      expect(shown.filter((frame) => frame < 203).at(-1)).toBeGreaterThanOrEqual(196);
      expect(shown.find((frame) => frame >= 248)).toBeLessThanOrEqual(253);
      expect(codesOf(await player.events('warning'))).toContain('media-gap');
      expect(await player.events('error')).toEqual([]);
    },
  );

  for (const rate of [0.5, 2, 4]) {
    scene(`a hole in both streams is jumped at ${rate} times the speed`, async ({ player, origin }) => {
      const keep = (_: string, second: number) => second < 8 || second >= 9.99;
      origin.rules.add(instead(manifestWith(keep)));
      await player.load(undefined, rate < 1 ? 7 : 4);
      await player.evaluate((to) => {
        video.playbackRate = to;
      }, rate);
      await player.play();
      await player.until(() => video.currentTime > 11);
      const { stats } = await watched(player);
      // It stands at the hole at most once, before it is jumped.
      const stalls = stats.stalls.filter(({ at }) => at > 7.5);
      expect(stalls.length).toBeLessThanOrEqual(1);
      for (const { at } of stalls) expect(Math.abs(at - 8)).toBeLessThan(0.5);
      expect(codesOf(await player.events('warning')).filter((code) => code === 'media-gap').length).toBe(1);
      expect(await player.events('error')).toEqual([]);
    });
  }

  for (const seconds of [2, 10]) {
    const from = 8;
    const end = from + seconds;

    scene(
      `a hole of ${seconds} s in the picture: the last one stands, and the sound goes on`,
      async ({ player, origin }) => {
        const keep = (stream: string, second: number) => stream !== 'video' || second < from || second >= end;
        origin.rules.add(instead(manifestWith(keep)));
        await player.evaluate(() => hear());
        await player.load(undefined, 6);
        await player.play();
        await player.until(() => video.currentTime > 7.5);
        const began = await player.evaluate(() => ({ at: performance.now(), time: video.currentTime }));
        await player.reach(end + 2);
        const ended = await player.evaluate(() => ({ at: performance.now(), time: video.currentTime }));
        const { shown, beeped } = await watched(player);
        // The clock ran at normal speed.
        const [wall, media] = [(ended.at - began.at) / 1000, ended.time - began.time];
        expect(Math.abs(wall - media)).toBeLessThan(0.7);
        expect(await player.stalls()).toEqual([]);
        // All up to the last picture before the hole, at most the last key frame in it, and the first after it.
        const last = shown.findLastIndex((frame) => frame < from * 25 && frame >= from * 25 - 3);
        expect(last).toBeGreaterThan(0);
        const inHole = shown.slice(last + 1).filter((frame) => frame < end * 25);
        expect(new Set(inHole)).toEqual(new Set([from * 25 - 50]));
        expect(shown.find((frame) => frame >= end * 25)).toBeLessThanOrEqual(end * 25 + 3);
        expect(beeped).toBeGreaterThanOrEqual(seconds + 2);
        expect(codesOf(await player.events('warning'))).not.toContain('media-gap');
        expect(await player.events('error')).toEqual([]);
      },
    );

    scene(
      `a hole of ${seconds} s in the sound: silence, and the picture goes on`,
      async ({ player, origin }) => {
        const keep = (stream: string, second: number) =>
          stream === 'video' || second < from || second >= end - 0.01;
        origin.rules.add(instead(manifestWith(keep)));
        await player.load(undefined, 6);
        await player.play();
        await player.reach(end + 2);
        const { shown, stats } = await watched(player);
        // A busy machine may take a while to begin.
        expect((await player.stalls()).filter(({ at }) => at > from - 1)).toEqual([]);
        expect(stats.repairs, JSON.stringify(await player.events('warning'))).toHaveProperty('silence');
        // A busy machine drops some, and reads one twice instead of its neighbour; none is out of order.
        const inHole = shown.filter((frame) => frame >= from * 25 && frame < end * 25);
        expect(new Set(inHole).size + stats.droppedFrames).toBeGreaterThan(seconds * 25 * 0.5);
        expect(inHole).toEqual(inHole.toSorted((a, b) => a - b));
        expect(codesOf(await player.events('warning'))).not.toContain('media-gap');
        expect(await player.events('error')).toEqual([]);
      },
    );
  }

  for (const at of [30, 45]) {
    scene(`from ${at} s on, a title of 30 s shows its last picture`, async ({ player }) => {
      await player.load(undefined, at);
      // Browsers start over when they are told to play from here.
      await player.until(() => video.readyState >= 2 && !video.seeking);
      expect(await player.evaluate(() => [smooth.state, video.currentTime])).toEqual(['ready', 30]);
      expect(await player.events('warning')).toEqual([]);
    });
  }

  scene('a seek to the end leaves the title as long as it is', async ({ player }) => {
    await player.evaluate(() => smooth.configure({ buffer: { ahead: 4 } }));
    await player.load();
    await player.play();
    await player.until(() => video.currentTime > 0.3);
    await player.evaluate(() => {
      video.currentTime = 30;
    });
    await player.until(() => video.ended);
    expect(await player.evaluate(() => [video.currentTime, video.duration])).toEqual([30, 30]);
  });

  for (const gone of ['video', 'audio_en']) {
    scene(`from behind the end of ${gone} on the other stream plays`, async ({ player, origin }) => {
      origin.rules.add(instead(manifestWith((stream, second) => stream !== gone || second < 24)));
      await player.load(undefined, 27.5);
      await player.play();
      await player.until(() => video.ended);
      expect(await player.evaluate(() => video.currentTime)).toBeCloseTo(30, 1);
      expect(codesOf(await player.events('warning'))).not.toContain('media-decode');
      expect(await player.events('error')).toEqual([]);
    });
  }

  scene('a sound that ends five seconds early: the picture plays to its end', async ({ player, origin }) => {
    origin.rules.add(instead(manifestWith((stream, second) => stream === 'video' || second < 25)));
    await player.load(undefined, 22);
    await player.play();
    await player.until(() => video.ended);
    const { shown } = await watched(player);
    expect(Math.max(...shown)).toBeGreaterThanOrEqual(746);
    expect(await player.stalls()).toEqual([]);
    expect(await player.events('error')).toEqual([]);
  });

  scene('a picture that ends five seconds early: the sound plays to its end', async ({ player, origin }) => {
    origin.rules.add(instead(manifestWith((stream, second) => stream !== 'video' || second < 24)));
    await player.load(undefined, 22);
    await player.play();
    await player.until(() => video.ended);
    expect(await player.evaluate(() => video.currentTime)).toBeGreaterThan(29.5);
    expect(await player.stalls()).toEqual([]);
    expect(await player.events('error')).toEqual([]);
  });
});

/** What was seen and heard since the page was opened, and the player's statistics. */
async function watched(player: PlayerPage) {
  return player.evaluate(() => ({
    shown: pictures.map(({ frame }) => frame ?? -1).filter((frame) => frame >= 0),
    beeped: beeps.length,
    stats: smooth.getStats(),
  }));
}

/** No range of frames is missing; a busy machine may drop single ones. */
function expectAll(shown: readonly number[], from: number, to: number): void {
  const seen = [from - 1, ...shown.filter((frame) => frame >= from && frame < to), to];
  const gaps = seen.map((frame, i) => frame - (seen[i - 1] ?? frame));
  expect(Math.max(...gaps)).toBeLessThan(15);
}

const totalOf = (stalls: readonly { readonly duration: number }[]) =>
  stalls.reduce((sum, { duration }) => sum + duration, 0);

const codesOf = (warnings: readonly Recorded[]) => warnings.map(({ error }) => error?.code);
