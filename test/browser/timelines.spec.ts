import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from './fixtures.ts';
import { sideBySide } from './side-by-side.ts';

const MANIFEST = readFileSync(join(import.meta.dirname, '../../demo/sample/sample.ismc'), 'utf8');

/** The sample's manifest with some of its streams and chunks left out; every `c` states its start. */
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

/** In each, frame 100 (4 s) is the first that has sound too, and is at 0 on the media element's clock. */
const STARTS = [
  { name: 'both streams begin at 4 s', keep: (_: string, second: number) => second >= 4 },
  {
    name: 'the sound begins two seconds sooner',
    keep: (stream: string, second: number) => second >= (stream === 'video' ? 4 : 2),
  },
] as const;

const HOLES = [
  { name: 'in both streams', keep: (_: string, second: number) => second < 8 || second >= 9.99 },
  {
    name: 'in the picture alone',
    keep: (stream: string, second: number) => stream !== 'video' || second < 8 || second >= 10,
  },
  {
    name: 'in the sound alone',
    keep: (stream: string, second: number) => stream === 'video' || second < 8 || second >= 9.99,
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

  scene('where the sound begins two seconds later, playback begins with it', async ({ player, origin }) => {
    origin.rules.add(instead(manifestWith((stream, second) => stream === 'video' || second >= 2)));
    await player.load();
    await player.until(() => video.readyState >= 2);
    await player.play();
    await player.until(() => video.currentTime > 3, 5000);
    const first = await player.evaluate(() => pictures.map(({ frame }) => frame));
    expect(first.filter((frame) => frame !== undefined && frame > 0 && frame < 50)).toEqual([]);
    expect(await player.events('error')).toEqual([]);
  });

  for (const { name, keep } of HOLES) {
    scene(`a hole ${name} is jumped, and nothing but the hole is missing`, async ({ player, origin }) => {
      origin.rules.add(instead(manifestWith(keep)));
      await player.load(undefined, 6);
      await player.play();
      await player.until(() => video.currentTime > 12);
      const { shown, stats } = await player.evaluate(() => ({
        shown: pictures.map(({ frame, at }) => ({ frame: frame ?? -1, at })),
        stats: smooth.getStats(),
      }));
      expect(stats.stalls.reduce((sum, { duration }) => sum + duration, 0)).toBeLessThanOrEqual(0.5);
      const before = shown.filter(({ frame }) => frame < 203).at(-1);
      const after = shown.find(({ frame }) => frame >= 248);
      expect(before?.frame).toBeGreaterThanOrEqual(196);
      expect(after?.frame).toBeLessThanOrEqual(253);
      expect((await player.events('warning')).some(({ error }) => error?.code === 'media-gap')).toBe(true);
      expect(await player.events('error')).toEqual([]);
    });
  }
});
