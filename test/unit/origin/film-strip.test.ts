import { spawnSync } from 'node:child_process';
import { copyFile, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { inspect } from '../../../cli/inspect.ts';
import { packageStatic } from '../../../demo/export/package-static.ts';
import type { EncryptOptions } from '../../../demo/origin/encrypt.ts';
import type { FilmStripOptions } from '../../../demo/origin/film-strip.ts';
import { packagePresentation } from '../../../demo/origin/package.ts';
import { createOrigin, type Origin } from '../../../demo/origin/server.ts';
import { isMain } from '../../../src/manifest/main-stream.ts';
import { parseManifest } from '../../../src/manifest/parse.ts';
import { ask } from './ask.ts';
import { makeFilm } from './made-film.ts';
import { readFragments, readManifest } from './read-presentation.ts';
import { BLACK, type Shot, STEP, shoot } from './shoot.ts';

const hasFfmpeg = spawnSync('ffmpeg', ['-version']).error === undefined;
if (!hasFfmpeg) console.warn('Film strips are not made: ffmpeg is not installed.');

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'film-strip-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const at = (...names: string[]) => join(folder, ...names);

async function pack(
  name: string,
  filmStrip: FilmStripOptions | undefined,
  more: { readonly videos?: readonly string[]; readonly encryption?: EncryptOptions } = {},
) {
  const { videos = [at('film.mp4')], encryption } = more;
  const lines: string[] = [];
  const shares: number[] = [];
  await packagePresentation({
    videos,
    audio: [],
    folder: at(name),
    name: 'show',
    fragmentSeconds: 2,
    filmStrip,
    encryption,
    report: (line) => lines.push(line),
    progress: ({ done, total }) => shares.push(done / total),
  });
  return { lines, shares };
}

/** What a decoder makes of a JPEG picture: brightness as the film counts it. */
function brightness(picture: Uint8Array): number {
  const args = ['-v', 'error', '-f', 'mjpeg', '-i', 'pipe:0', '-vf', 'scale=1:1,format=gray'];
  const { stdout } = spawnSync('ffmpeg', [...args, '-f', 'rawvideo', 'pipe:1'], { input: picture });
  return stdout[0] ?? Number.NaN;
}

const times = (values: readonly bigint[]) => values.map((value) => Number(value) / 1e7);

describe.skipIf(!hasFfmpeg)('a film strip', () => {
  let origin: Origin;
  let url: string;
  beforeAll(async () => {
    shoot(at('film.mp4'), { seconds: 64, keySeconds: 2 });
    await pack('titles', { seconds: 10, width: 160 });
    await pack('sealed', { seconds: 30, width: 160 }, { encryption: { keys: [KEY], piff: '1.1' } });
    const live = [{ path: '/tv.isml', source: at('titles/show.ism'), rate: 0, history: 66 }];
    origin = createOrigin({ presentations: { '/titles': folder }, live });
    url = await origin.listen();
  });
  afterAll(() => origin.close());

  const KEY = { keyId: '00112233445566778899aabbccddeeff', key: '0123456789abcdef0123456789abcdef' };
  const strip = async (name: string) => {
    const presentation = parseManifest(await readFile(at(name, 'show.ismc')));
    const stream = presentation.streams.find(({ subtype }) => subtype === 'ZOET');
    if (!stream) throw new Error('There is no film strip.');
    return { presentation, stream };
  };
  const fragment = async (noun: string, time: bigint) => {
    const { stream } = await strip('titles');
    return ask(
      url,
      `/titles/titles/show.ism/QualityLevels(${stream.levels[0].bitrate})/${noun}(strip=${time})`,
    );
  };

  it('has a picture every ten seconds, of that moment, and ends where the film ends', async () => {
    const fragments = await readFragments(at('titles/show_strip.ismv'));
    expect(times(fragments.map(({ time }) => time))).toEqual([0, 10, 20, 30, 40, 50, 60]);
    expect(fragments.map(({ durations }) => durations.map((ticks) => ticks / 1e7))).toEqual(
      [10, 10, 10, 10, 10, 10, 4].map((seconds) => [seconds]),
    );
    for (const { time, samples } of fragments) {
      const [picture = Buffer.of()] = samples;
      expect([picture[0], picture[1], samples.length]).toEqual([0xff, 0xd8, 1]);
      expect(Math.abs(brightness(picture) - BLACK - (STEP * Number(time)) / 1e7)).toBeLessThan(4);
    }
  });

  it('is a stream of its own in both manifests, and no picture to play', async () => {
    const { presentation, stream } = await strip('titles');
    expect(presentation.warnings).toEqual([]);
    expect(stream).toMatchObject({ type: 'video', name: 'strip', subtype: 'ZOET', parent: undefined });
    expect(stream.levels).toMatchObject([{ index: 0, fourCC: 'JPEG', width: 160, height: 90 }]);
    expect(isMain(stream)).toBe(false);
    expect(presentation.streams.at(-1)).toBe(stream);
    const written = await readFragments(at('titles/show_strip.ismv'));
    const [, listed] = await readManifest(at('titles'), 'show');
    expect(listed?.chunks).toEqual(
      written.map(({ time, durations }) => ({ time, duration: BigInt(durations[0] ?? 0) })),
    );
    const bytes = written.reduce((sum, { samples }) => sum + (samples[0]?.length ?? 0), 0);
    expect(stream.levels[0].bitrate).toBeGreaterThan((bytes * 8) / 64);
    expect(stream.levels[0].bitrate).toBeLessThan((bytes * 8) / 64 + 250);
    expect(await readFile(at('titles/show.ism'), 'utf8')).toContain(
      '<param name="trackName" value="strip" valuetype="data"/>\n        <param name="Subtype" value="ZOET"',
    );
  });

  it('is served like any stream, and its key frames are the fragment itself', async () => {
    const [, second] = await readFragments(at('titles/show_strip.ismv'));
    const whole = await fragment('Fragments', 100_000_000n);
    expect([whole.status, whole.headers['content-type']]).toEqual([200, 'video/mp4']);
    expect(whole.headers['cache-control']).toContain('immutable');
    const raw = await fragment('RawFragments', 100_000_000n);
    expect(raw.body.equals(second?.samples[0] ?? Buffer.of())).toBe(true);
    const keys = await fragment('KeyFrames', 100_000_000n);
    expect([keys.status, keys.body.equals(whole.body)]).toEqual([200, true]);
    expect((await fragment('Fragments', 1n)).status).toBe(404);
  });

  it('is no level of HLS and no video of DASH, whose image set it is', async () => {
    const hls = `${(await ask(url, '/titles/titles/show.ism/Manifest(format=m3u8-cmaf)')).body}`;
    expect(hls.match(/#EXT-X-STREAM-INF/g)).toHaveLength(1);
    expect(hls).not.toMatch(/strip|JPEG/i);
    const dash = `${(await ask(url, '/titles/titles/show.ism/Manifest(format=mpd-time-cmaf)')).body}`;
    expect(dash.match(/contentType="video"/g)).toHaveLength(1);
    expect(dash).toMatch(/<AdaptationSet id="\d+" contentType="image" mimeType="image\/jpeg">/);
    const { stream } = await strip('titles');
    const level = `/titles/titles/show.ism/QualityLevels(${stream.levels[0].bitrate})`;
    const picture = await ask(url, `${level}/Fragments(strip=0,format=jpeg).jpg`);
    expect([picture.status, picture.headers['content-type']]).toEqual([200, 'image/jpeg']);
    for (const name of ['Fragments(strip=i,format=cmaf).mp4', 'Manifest(strip,format=m3u8-cmaf).m3u8'])
      expect((await ask(url, `${level}/${name}`)).status).toBe(404);
  });

  it('goes with filters and with a title as plain files', async () => {
    const filtered = '/titles/titles/show.ism/Manifest(starttime=150000000,endtime=450000000)';
    const cut = parseManifest((await ask(url, filtered)).body);
    expect(cut.streams.map(({ chunks }) => times([...chunks].map(({ start }) => start)).at(0))).toEqual([
      14, 10,
    ]);
    const options = { videos: [at('film.mp4')], audio: [], fragmentSeconds: 2, report: () => {} };
    const filmStrip = { seconds: 20, width: 64 };
    await packageStatic(
      { ...options, folder: at('static'), name: 'show', filmStrip },
      ['smooth', 'hls', 'dash'],
      new AbortController().signal,
    );
    const files = await readdir(at('static/show.ism'), { recursive: true });
    expect(files.filter((file) => /strip=\d+\)$/.test(file))).toHaveLength(4);
    expect(files.filter((file) => file.endsWith('.jpg'))).toHaveLength(4);
  });

  it('goes round with a live channel, whose window is that of the picture', async () => {
    const manifest = parseManifest((await ask(url, '/tv.isml/Manifest')).body);
    const stream = manifest.streams.find(({ subtype }) => subtype === 'ZOET');
    expect(times([...(stream?.chunks ?? [])].map(({ start }) => start))).toEqual([0, 10, 20, 30, 40]);
    const { live } = JSON.parse((await inspect([`${url}/tv.isml/Manifest`, '--json'])).text);
    expect(live.window).toBe(60);
    const hls = `${(await ask(url, '/tv.isml/Manifest(format=m3u8-cmaf)')).body}`;
    expect(hls.match(/#EXT-X-STREAM-INF/g)).toHaveLength(1);
  });

  it('is nothing that the doctor minds', async () => {
    for (const file of ['show.ism', 'show_strip.ismv']) {
      const { text } = await inspect([at('titles', file), '--json']);
      const { verdict, findings } = JSON.parse(text);
      expect(verdict.kind).toBe('plays');
      expect(findings.filter(({ weight }: { weight: string }) => weight !== 'note')).toEqual([]);
    }
  });

  it('stays clear when the rest is encrypted', async () => {
    const fragments = await readFragments(at('sealed/show_strip.ismv'));
    expect(fragments.map(({ samples }) => Buffer.from(samples[0] ?? []).toString('hex', 0, 2))).toEqual(
      fragments.map(() => 'ffd8'),
    );
    const moov = await readFile(at('sealed/show_strip.ismv'), 'latin1');
    expect([moov.includes('encv'), moov.includes('jpeg')]).toEqual([false, true]);
  });

  it('goes on after an interruption with what is there', async () => {
    const stop = new AbortController();
    const options = {
      videos: [at('film.mp4')],
      audio: [],
      folder: at('again'),
      name: 'show',
      fragmentSeconds: 2,
      filmStrip: { seconds: 10, width: 160 },
    };
    const report = (line: string) => line.startsWith('show_strip') && stop.abort();
    await expect(packagePresentation({ ...options, report }, stop.signal)).rejects.toThrow();
    const lines: string[] = [];
    await packagePresentation({ ...options, report: (line) => lines.push(line) });
    expect(lines[0]).toMatch(/^show_strip\.ismv: 7 fragments, \d+ KiB \(kept from before\)$/);
    expect(await readFile(at('again/show.ismc'))).toEqual(await readFile(at('titles/show.ismc')));
    expect((await readdir(at('again'))).sort()).toEqual((await readdir(at('titles'))).sort());
  });

  it('tells how far it is', async () => {
    const { lines, shares } = await pack('told', { seconds: 10, width: 160 });
    expect(lines[0]).toMatch(/^show_strip\.ismv: 7 fragments, \d+ KiB$/);
    expect(lines.at(-1)).toBe('show.ism: 2 streams, 64.000 s');
    expect(shares).toEqual(shares.toSorted((a, b) => a - b));
    expect(shares.at(-1)).toBe(1);
  });
});

describe.skipIf(!hasFfmpeg)('pictures of a film strip', () => {
  it.each<[string, Shot, FilmStripOptions, number[]]>([
    ['nearest to each multiple', { seconds: 20, keySeconds: 3 }, { seconds: 5, width: 64 }, [0, 6, 9, 15]],
    [
      'once, where they are far apart',
      { seconds: 30, keySeconds: 12 },
      { seconds: 4, width: 64 },
      [0, 12, 24],
    ],
    ['one, of a film that is shorter', { seconds: 3, keySeconds: 1 }, { seconds: 10, width: 64 }, [0]],
  ])('are key frames: %s', async (name, shot, options, expected) => {
    const film = at(`${name}.mp4`);
    shoot(film, shot);
    await pack(name, options, { videos: [film] });
    const fragments = await readFragments(at(name, 'show_strip.ismv'));
    expect(times(fragments.map(({ time }) => time))).toEqual(expected);
    const last = fragments.at(-1);
    expect(Number(last?.time) / 1e7 + (last?.durations[0] ?? 0) / 1e7).toBe(shot.seconds);
  });

  it.each([
    ['320x180', '1', 160, [160, 90]],
    ['320x180', '1', 101, [101, 56]],
    ['160x120', '4/3', 160, [160, 90]],
    ['64x160', '1', 100, [100, 250]],
  ])('of %s with pixels of %s keep the shape at a width of %i', async (size, shape, width, expected) => {
    const name = `${size} ${shape.replace('/', '-')} ${width} %d`;
    shoot(at(`${name}.mp4`), { seconds: 2, keySeconds: 2, size, shape });
    await pack(name, { seconds: 10, width }, { videos: [at(`${name}.mp4`)] });
    const [, stream] = await readManifest(at(name), 'show');
    const [, ...told] = / MaxWidth="(\d+)" MaxHeight="(\d+)"/.exec(stream?.attributes ?? '') ?? [];
    expect(told.map(Number)).toEqual(expected);
  });

  it('are of the largest level', async () => {
    const films = [at('small.mp4'), at('large.mp4')];
    shoot(at('small.mp4'), { seconds: 4, keySeconds: 2, size: '64x36' });
    // Of another shape, to tell them apart.
    shoot(at('large.mp4'), { seconds: 4, keySeconds: 2, size: '128x96' });
    await pack('levels', { seconds: 2, width: 80 }, { videos: films });
    const [, stream] = await readManifest(at('levels'), 'show');
    expect(stream?.attributes).toContain('MaxWidth="80" MaxHeight="60"');
  });

  it('cannot be made of a film whose pictures are undecodable, and the error names the film', async () => {
    await makeFilm(at('noise.mp4'), { rate: [25, 1], pictures: 100, keyEvery: 50 });
    await copyFile(at('noise.mp4'), at('other.mp4'));
    const failed = pack('noise', { seconds: 10, width: 160 }, { videos: [at('other.mp4')] });
    await expect(failed).rejects.toThrow(/^Cannot make a film strip of other\.mp4: /);
    expect((await readdir(at('noise'))).filter((file) => file.startsWith('show'))).toEqual([]);
  });
});

describe('without ffmpeg', () => {
  it('says that it is missing, and writes no title', async () => {
    await makeFilm(at('made.mp4'), { rate: [25, 1], pictures: 100, keyEvery: 50 });
    vi.stubEnv('PATH', '');
    try {
      const failed = pack('none', { seconds: 10, width: 160 }, { videos: [at('made.mp4')] });
      await expect(failed).rejects.toThrow(/^ffmpeg isn't installed, but is required for encoding/);
    } finally {
      vi.unstubAllEnvs();
    }
    expect((await readdir(at('none'))).filter((file) => file.startsWith('show'))).toEqual([]);
  });
});
