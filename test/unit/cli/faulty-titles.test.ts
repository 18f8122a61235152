import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { inspect } from '../../../cli/inspect.ts';
import { ticks } from '../../../src/base/time.ts';
import type { Finding, Verdict } from '../../../src/doctor/finding.ts';
import { readMended } from '../../../src/manifest/mend-manifest.ts';
import type { Presentation } from '../../../src/manifest/presentation.ts';
import { unpack } from '../../../src/manifest/unpack.ts';
import { fragmentUrl } from '../../../src/timeline/fragment-url.ts';
import { FragmentTransmuxer } from '../../../src/transmux/fragment-transmuxer.ts';
import { type FaultyTitles, hasFaultyTitles, serveFaultyTitles } from '../../support/faulty-titles.ts';
import { readBack } from '../../support/fragment-builder.ts';

describe.skipIf(!hasFaultyTitles)('a title', () => {
  let titles: FaultyTitles;
  let folder: string;
  let origin: string;

  beforeAll(async () => {
    titles = await serveFaultyTitles();
    ({ folder, origin } = titles);
  });
  afterAll(() => titles.close());

  const manifestOf = async (name: string): Promise<Presentation> =>
    readMended(await unpack(readFileSync(join(folder, name, 'manifest.xml'))));

  async function examine(name: string, query = '') {
    const { text } = await inspect([`${origin}/${name}/manifest.xml${query}`, '--json']);
    return JSON.parse(text) as { verdict: Verdict; findings: readonly Finding[]; needs: readonly string[] };
  }

  test.each([
    { name: '01-last-duration-huge', kind: 'plays-after-repairs', told: /^mended.*the last sample ends/ },
    { name: '03-picture-on-90-kHz', kind: 'plays-after-repairs', told: /^mended.*another clock/ },
    { name: '06-one-duration-for-all', kind: 'plays-after-repairs', told: /^mended.*no duration/ },
    { name: '07-picture-3-frames-short', kind: 'plays-after-repairs', told: /^mended.*the last sample ends/ },
    { name: '08-sound-6-frames-short', kind: 'plays-after-repairs', told: /^mended.*the audio ends before/ },
    { name: '10-half-a-sound-fragment', kind: 'plays-after-repairs', told: /^mended.*the audio ends before/ },
    {
      name: '11-sound-gap-in-manifest',
      kind: 'plays-after-repairs',
      told: /^mended.*1 gap: 4\.011 s at 2\.005 s/,
    },
    {
      name: '14-playready-aescbc',
      kind: 'cannot-play',
      told: /^fatal.*PlayReady AESCBC, which no browser decrypts/,
    },
    {
      name: '17-parent-on-sound',
      kind: 'plays-after-repairs',
      told: /^mended.*ParentStreamIndex="video" on an audio stream/,
    },
    { name: '22-seek-back-over-a-hole', kind: 'plays', told: undefined },
  ])('$name: $kind', async ({ name, kind, told }) => {
    const { verdict, findings } = await examine(name);
    const lines = findings.map(({ weight, where, what }) => `${weight} ${where}: ${what}`);
    expect(verdict.kind, lines.join('\n')).toBe(kind);
    if (told) expect(lines).toContainEqual(expect.stringMatching(told));
  });

  test('whose keys no browser can use asks for no licence', async () => {
    expect((await examine('14-playready-aescbc')).verdict.text).toMatch(/AESCBC/);
  });

  test('that wants a token is told how to give one', async () => {
    const address = `${origin}/20-token-in-the-manifest-query/manifest.xml`;
    const { code, text } = await inspect([address]);
    expect([code, text]).toEqual([4, expect.stringMatching(/responds with 403[\s\S]*network\.request/)]);
    // Not by itself: the query of a manifest is its own.
    const [video] = (await manifestOf('20-token-in-the-manifest-query')).streams;
    const url = video && fragmentUrl(`${origin}/a/Manifest?tok=1`, video, video.levels[0], ticks(0));
    expect(url).not.toContain('tok');
  });

  test.each([
    { name: '01-last-duration-huge', type: 'video', samples: 200, most: 400_000 },
    { name: '03-picture-on-90-kHz', type: 'video', samples: 200, most: 400_000 },
    { name: '06-one-duration-for-all', type: 'video', samples: 200, most: 400_000 },
    { name: '07-picture-3-frames-short', type: 'video', samples: 188, most: 1_600_000 },
    { name: '08-sound-6-frames-short', type: 'audio', samples: 375, most: 213_340 },
    { name: '10-half-a-sound-fragment', type: 'audio', samples: 375, most: 213_340 },
  ])('$name lasts as long as its manifest says', async ({ name, type, samples, most }) => {
    const { streams, duration } = await manifestOf(name);
    const stream = streams.find((one) => one.type === type);
    if (!stream) throw new Error('no such stream');
    const [level] = stream.levels;
    let all: ReturnType<typeof readBack>['samples'][number][] = [];
    for (const { start, duration: length } of stream.chunks) {
      const path = new URL(fragmentUrl(`${origin}/${name}/Manifest`, stream, level, start)).pathname;
      const transmuxer = new FragmentTransmuxer({ stream, level, start, duration: length, origin: ticks(0) });
      const segment = Buffer.concat(transmuxer.push(readFileSync(join(folder, decodeURIComponent(path)))));
      expect(transmuxer.finish().duration).toBeGreaterThan(length - 300_000n);
      const read = readBack(segment);
      expect(read.decodeTime).toBe(start);
      all = [...all, ...read.samples];
    }
    expect(all).toHaveLength(samples);
    const sum = all.reduce((total, one) => total + one.duration, 0);
    expect(Math.abs(sum - Number(duration))).toBeLessThan(300_000);
    expect(Math.max(...all.map((one) => one.duration))).toBeLessThanOrEqual(most);
  });

  test('with a window of a day is read', async () => {
    const { streams } = await manifestOf('13-day-long-window');
    expect(streams.map(({ chunks }) => chunks.length)).toEqual(new Array(6).fill(43_200));
  });

  test('in windows-1251 keeps its names', async () => {
    const { streams } = await manifestOf('16-windows-1251-name');
    const sound = streams.find(({ type }) => type === 'audio');
    expect(sound?.name).toBe('audio_Рус');
    const url = sound && fragmentUrl(`${origin}/a/Manifest`, sound, sound.levels[0], ticks(0));
    expect(url).toMatch(/Fragments\(audio_%D0%A0%D1%83%D1%81=0\)$/);
  });

  test('that is packed without saying so is unpacked, and says so', async () => {
    const { streams } = await manifestOf('18-gzip-without-header');
    expect(streams.map(({ type }) => type)).toEqual(['video', 'audio']);
    const { findings } = await examine('18-gzip-without-header');
    expect(findings.map(({ what }) => what).join('\n')).toMatch(/no Content-Encoding/);
  });

  test('with custom attributes on a stream has them in its URLs', async () => {
    const [video] = (await manifestOf('19-custom-attributes-on-stream')).streams;
    const url = video && fragmentUrl(`${origin}/a/Manifest`, video, video.levels[0], ticks(0));
    expect(url).toContain('QualityLevels(57019,cam=7)');
  });
});
