import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type ExportOptions, exportTitle } from '../../../demo/export/export-title.ts';
import { packageStatic } from '../../../demo/export/package-static.ts';
import { remoteTitle } from '../../../demo/export/remote-title.ts';
import { encryptPresentation } from '../../../demo/origin/encrypt.ts';
import { libraryTitle } from '../../../demo/origin/formats/library-title.ts';
import { Library } from '../../../demo/origin/library.ts';
import { createOrigin, type Origin } from '../../../demo/origin/server.ts';
import { parseManifest } from '../../../src/manifest/parse.ts';
import { fragmentUrl } from '../../../src/timeline/fragment-url.ts';
import { ask } from '../origin/ask.ts';
import { askAllPlaylists, expectRules } from '../origin/formats/ask-formats.ts';
import { makePlainTitle, makeRichTitle, SAMPLE } from '../origin/formats/titles.ts';
import { makeFilm } from '../origin/made-film.ts';

let folder: string;
let plain: string;
const origins: Origin[] = [];
beforeAll(async () => {
  plain = await mkdtemp(join(tmpdir(), 'export-plain-'));
  await makePlainTitle(plain);
});
afterAll(() => rm(plain, { recursive: true, force: true }));
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'export-'));
});
afterEach(async () => {
  for (const origin of origins.splice(0)) await origin.close();
  await rm(folder, { recursive: true, force: true });
});

const NEVER = new AbortController().signal;
const local = (at: string, name: string) => libraryTitle(new Library(at), `/${name}.ism`);

const write = (own: Partial<ExportOptions>, signal = NEVER) =>
  exportTitle(
    {
      title: local(plain, 'sample'),
      out: join(folder, 'out'),
      formats: ['hls', 'dash', 'smooth'],
      plainNames: false,
      // Two levels of the picture do.
      filter: new Map([['bitrate', '0-100000']]),
      mayOverwrite: false,
      parallel: 4,
      progress: () => {},
      ...own,
    },
    signal,
  );

async function serve(options: Parameters<typeof createOrigin>[0]): Promise<{ origin: Origin; url: string }> {
  const origin = createOrigin(options);
  origins.push(origin);
  return { origin, url: await origin.listen() };
}

/** Every file below a folder, by its path in it. */
async function filesOf(at: string): Promise<Map<string, Buffer>> {
  const names = (await readdir(at, { recursive: true, withFileTypes: true })).filter((entry) =>
    entry.isFile(),
  );
  const files = names.map(async (entry) => {
    const path = join(entry.parentPath, entry.name);
    return [path.slice(at.length + 1), await readFile(path)] as const;
  });
  return new Map(await Promise.all(files));
}

/** What the files have that a multivariant playlist promises by measure differs by how it was measured. */
const withoutRates = (text: string) => text.replace(/(BANDWIDTH)=\d+/g, '$1=');

describe('an exported title', () => {
  it('is what an origin answers at the same addresses', async () => {
    await makeRichTitle(folder);
    const out = join(folder, 'out');
    const result = await write({ title: local(join(folder, 'rich'), 'rich'), filter: new Map() });
    const files = await filesOf(out);
    expect(files.size).toBe(result.files);
    const { url } = await serve({ presentations: { '/': join(folder, 'rich') } });
    let compared = 0;
    for (const [name, bytes] of files) {
      // The origin has key frames as files of their own, and no short names.
      if (name.includes('keyframes') || name.startsWith('index.')) continue;
      const { status, body } = await ask(url, `/rich.ism/${encodeURI(name)}`);
      expect([name, status]).toEqual([name, 200]);
      if (name.endsWith('.m3u8')) expect(withoutRates(`${bytes}`)).toBe(withoutRates(`${body}`));
      else expect([name, body.equals(bytes)]).toEqual([name, true]);
      compared += 1;
    }
    expect(compared).toBeGreaterThan(150);
    expect(files.get('index.m3u8')?.equals(files.get('Manifest(format=m3u8-cmaf).m3u8') ?? Buffer.of())).toBe(
      true,
    );
  });

  it('is complete: every list leads to files that are there', async () => {
    await write({ formats: ['hls'] });
    const { url } = await serve({ files: [{ at: '/out/', from: join(folder, 'out') }] });
    const playlists = await askAllPlaylists(url, '/out/index.m3u8');
    expect(playlists).toHaveLength(5);
    for (const playlist of playlists) {
      if (!playlist.url.includes('keyframes')) expectRules(playlist);
      for (const { uri } of playlist.parsed.segments)
        expect((await ask(url, new URL(uri, `http://x${playlist.url}`).pathname)).status).toBe(200);
    }
  });

  it('may have names without brackets, in Smooth too', async () => {
    const { entries } = await write({ plainNames: true });
    expect(entries).toEqual(['index.m3u8', 'index.mpd', 'Manifest']);
    const files = await filesOf(join(folder, 'out'));
    expect([...files.keys()].filter((name) => /[()=,%\s]/.test(name))).toEqual([]);
    const presentation = parseManifest(files.get('Manifest') ?? Buffer.of());
    expect(presentation.streams).toHaveLength(3);
    for (const stream of presentation.streams) {
      for (const level of stream.levels) {
        for (const { start } of stream.chunks) {
          const path = fragmentUrl('http://x/out/Manifest', stream, level, start).slice(
            'http://x/out/'.length,
          );
          expect([path, files.has(path)]).toEqual([path, true]);
        }
      }
    }
  });

  it('may be less than the whole', async () => {
    const filter = new Map([
      ['bitrate', '0-100000'],
      ['language', 'fr'],
      ['starttime', '40000000'],
      ['endtime', '120000000'],
    ]);
    await write({ filter });
    const files = await filesOf(join(folder, 'out'));
    const segments = [...files.keys()].filter((name) => name.endsWith('.m4s'));
    expect(segments).toHaveLength(12);
    const { streams, duration } = parseManifest(files.get('Manifest') ?? Buffer.of());
    expect(streams.map(({ name, levels, chunks }) => [name, levels.length, chunks.length])).toEqual([
      ['video', 2, 4],
      ['audio_fr', 1, 4],
    ]);
    expect(Number(duration) / 1e7).toBeCloseTo(8, 1);
  });

  it('stays protected', async () => {
    const key = { keyId: '00112233445566778899aabbccddeeff', key: '0123456789abcdef0123456789abcdef' };
    const to = { folder: join(folder, 'sealed'), name: 'sealed' };
    await encryptPresentation({ folder: SAMPLE, name: 'sample' }, to, { keys: [key], piff: '1.1' });
    await write({ title: local(to.folder, to.name), formats: ['hls', 'dash'] });
    const files = await filesOf(join(folder, 'out'));
    expect(`${files.get('index.mpd')}`).toContain('cenc:default_KID="00112233-4455-6677-8899-aabbccddeeff"');
    expect(`${files.get('QualityLevels(57019)/Manifest(video,format=m3u8-cmaf).m3u8')}`).toContain(
      '#EXT-X-KEY',
    );
    expect(files.get('QualityLevels(57019)/Fragments(video=i,format=cmaf).mp4')?.includes('encv')).toBe(true);
  });
});

describe('an exported title with text in its manifest', () => {
  it('has it in a manifest of its own, too', async () => {
    await write({ title: local(SAMPLE, 'sample'), plainNames: true });
    const files = await filesOf(join(folder, 'out'));
    const textOf = (manifest: Buffer | undefined) =>
      parseManifest(manifest ?? Buffer.of()).streams.flatMap(({ name, embedded = [] }) =>
        embedded.map(({ start, data }) => [name, start, `${Buffer.from(data)}`]),
      );
    const own = textOf(await readFile(join(SAMPLE, 'sample.ismc')));
    expect(own.length).toBeGreaterThan(5);
    expect(textOf(files.get('Manifest'))).toEqual(own);
    expect([...files.keys()].filter((name) => name.startsWith('chapters/'))).toHaveLength(3);
  });
});

describe('an export that was interrupted', () => {
  it('goes on with what is missing, and comes to the same', async () => {
    const whole = join(folder, 'whole');
    await write({ out: whole });
    const stop = new AbortController();
    let segments = 0;
    const interrupted = write(
      {
        progress: () => {
          segments += 1;
          if (segments === 40) stop.abort();
        },
      },
      stop.signal,
    );
    await expect(interrupted).rejects.toThrow('abort');
    const there = (await filesOf(join(folder, 'out'))).size;
    expect(there).toBeGreaterThan(30);
    const { kept } = await write({});
    expect(kept).toBeGreaterThanOrEqual(40);
    const [one, two] = [await filesOf(whole), await filesOf(join(folder, 'out'))];
    expect([...two.keys()].sort()).toEqual([...one.keys()].sort());
    for (const [name, bytes] of one) expect([name, two.get(name)?.equals(bytes)]).toEqual([name, true]);
  });

  it('leaves nothing half behind', async () => {
    const stop = new AbortController();
    const interrupted = write({ progress: () => stop.abort() }, stop.signal);
    await expect(interrupted).rejects.toThrow('abort');
    const names = [...(await filesOf(join(folder, 'out'))).keys()];
    expect(names.filter((name) => name.endsWith('.m3u8') || name.endsWith('.mpd'))).toEqual([]);
    await write({});
    expect([...(await filesOf(join(folder, 'out'))).keys()].filter((name) => name.endsWith('.part'))).toEqual(
      [],
    );
  });

  it.each([
    ['something else', {}],
    ['another export', { formats: ['hls'] as const }],
  ])('does not go on in a folder with %s', async (_, own) => {
    if (Object.keys(own).length > 0) {
      const stop = new AbortController();
      await write({ ...own, progress: () => stop.abort() }, stop.signal).catch(() => undefined);
    } else {
      await write({});
    }
    await expect(write({ plainNames: true })).rejects.toThrow('is not empty');
    await write({ plainNames: true, mayOverwrite: true });
    const names = [...(await filesOf(join(folder, 'out'))).keys()];
    expect(names.filter((name) => name.includes('('))).toEqual([]);
  });
});

describe('a title on a server', () => {
  it('is exported as one on disk, over faults that pass', async () => {
    const { origin, url } = await serve({ presentations: { '/': plain } });
    const rule = {
      match: { url: 'Fragments(video=40000000', count: 2 },
      effect: { type: 'status', status: 503 },
    } as const;
    origin.rules.add(rule);
    const title = remoteTitle(`${url}/sample.ism`, { headers: [], signal: NEVER });
    await write({ title });
    await write({ out: join(folder, 'local') });
    const [remote, own] = [await filesOf(join(folder, 'out')), await filesOf(join(folder, 'local'))];
    expect([...remote.keys()].sort()).toEqual([...own.keys()].sort());
    for (const [name, bytes] of own)
      if (!name.endsWith('.m3u8')) expect([name, remote.get(name)?.equals(bytes)]).toEqual([name, true]);
    expect(origin.log.entries.filter(({ status }) => status === 503)).toHaveLength(2);
  });

  it('fails where a fragment is not there, and goes on when it is', async () => {
    const { origin, url } = await serve({ presentations: { '/': plain } });
    const { id } = origin.rules.add({
      match: { url: 'Fragments(video=200000000' },
      effect: { type: 'status', status: 404 },
    });
    const title = () => remoteTitle(`${url}/sample.ism`, { headers: [], signal: NEVER });
    await expect(write({ title: title() })).rejects.toMatchObject({
      code: 'network-status',
      details: { status: 404 },
    });
    origin.rules.remove(id);
    const { kept } = await write({ title: title() });
    expect(kept).toBeGreaterThan(0);
  });

  it('gets headers itself, and nobody else does', async () => {
    const seen: (string | undefined)[] = [];
    const { url } = await serve({ presentations: { '/': plain } });
    const { createServer } = await import('node:http');
    const server = createServer((request, response) => {
      seen.push(request.headers.authorization);
      response.writeHead(302, { Location: `${url}${request.url}` }).end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    const headers = [['Authorization', 'Bearer secret']] as const;
    const title = remoteTitle(`http://127.0.0.1:${port}/sample.ism`, { headers, signal: NEVER });
    await title.manifest();
    const resource = await title.manifest();
    server.close();
    expect(seen).toEqual(['Bearer secret', 'Bearer secret']);
    expect(resource?.contentType).toBe('text/xml');
  });
});

describe('what cannot be exported', () => {
  const manifestOf = (own: string, url: string) =>
    `<SmoothStreamingMedia MajorVersion="2" ${own}><StreamIndex Type="video" Name="video" Url="${url}"><QualityLevel Index="0" Bitrate="57019" FourCC="H264" MaxWidth="256" MaxHeight="144" CodecPrivateData="000000016742C00CD981013B011000000300100000030320F142A6800000000168C96092C8"/><c t="0" d="20000000"/></StreamIndex></SmoothStreamingMedia>`;
  const titleOf = (text: string): ExportOptions['title'] => {
    const bytes = (parts: Buffer[]) => ({ parts, contentType: '', cacheControl: '', etag: 'x' });
    return {
      manifest: async () => bytes([Buffer.from(text)]),
      fragment: async () => bytes([Buffer.from('harm')]),
      facts: () => ({}),
    };
  };

  it('is a title that is live', async () => {
    await expect(write({ title: titleOf(manifestOf('IsLive="TRUE"', 'a')) })).rejects.toThrow('is live');
  });

  it.each([
    '../../escape/{bitrate}/{start time}',
    '/etc/{bitrate}{start time}',
    'http://elsewhere.example/{bitrate}/{start time}',
  ])('is one whose fragments would lie outside of the folder: %s', async (template) => {
    const title = titleOf(manifestOf('Duration="20000000"', template));
    await expect(write({ title, formats: ['smooth'] })).rejects.toThrow(/are not below the manifest|outside/);
    expect((await readdir(folder)).sort()).toEqual(['out']);
  });

  it('is nothing at all', async () => {
    await expect(write({ title: local(folder, 'none') })).rejects.toThrow('no title');
  });
});

describe('package --static', () => {
  it('writes what an origin would serve, and goes on with the export where it was', async () => {
    await makeFilm(join(folder, 'a.mp4'), { rate: [25, 1], pictures: 250, keyEvery: 50, audioFrames: 400 });
    const reports: string[] = [];
    const options = {
      videos: [join(folder, 'a.mp4')],
      audio: [],
      folder: join(folder, 'titles'),
      name: 'show',
      fragmentSeconds: 2,
      report: (line: string) => reports.push(line),
    };
    const stop = new AbortController();
    const progress = ({ step }: { step: string }) => {
      if (step.startsWith('video ')) stop.abort();
    };
    await expect(packageStatic({ ...options, progress }, ['smooth'], stop.signal)).rejects.toThrow('abort');
    expect(reports.filter((line) => line.includes('show.ism:'))).toHaveLength(1);
    const result = await packageStatic(options, ['smooth'], NEVER);
    expect(result.kept).toBeGreaterThan(0);
    // It was packaged once.
    expect(reports.filter((line) => line.includes('show.ism:'))).toHaveLength(1);
    expect((await readdir(join(folder, 'titles'))).sort()).toEqual(['show.ism']);
    const at = join(folder, 'titles/show.ism');
    const { streams } = parseManifest(await readFile(join(at, 'Manifest')));
    for (const stream of streams) {
      for (const { start } of stream.chunks) {
        const url = fragmentUrl('http://x/Manifest', stream, stream.levels[0], start);
        const path = decodeURIComponent(new URL(url).pathname.slice(1));
        const bytes = await readFile(join(at, path));
        expect(bytes.toString('latin1', 4, 8)).toBe('moof');
      }
    }
    expect((await stat(join(at, 'Manifest'))).size).toBeGreaterThan(500);
  });

  it('starts again if subtitles have changed since the interruption', async () => {
    await makeFilm(join(folder, 'a.mp4'), { rate: [25, 1], pictures: 250, keyEvery: 50, audioFrames: 400 });
    const [subtitles, chapters] = [join(folder, 'en.vtt'), join(folder, 'chapters.vtt')];
    const vtt = (text: string) => `WEBVTT\n\n00:00.500 --> 00:01.500\n${text}\n`;
    await writeFile(subtitles, vtt('before'));
    await writeFile(chapters, vtt('Chapter'));
    const options = {
      videos: [join(folder, 'a.mp4')],
      audio: [],
      text: { text: [{ language: 'en', path: subtitles }], chapters, events: [] },
      folder: join(folder, 'titles'),
      name: 'show',
      fragmentSeconds: 2,
      report: () => {},
    };
    const stop = new AbortController();
    const progress = ({ step }: { step: string }) => {
      if (step.startsWith('audio ')) stop.abort();
    };
    await expect(packageStatic({ ...options, progress }, ['smooth'], stop.signal)).rejects.toThrow('abort');
    await writeFile(subtitles, vtt('afterwards'));
    await packageStatic(options, ['smooth'], NEVER);
    const at = join(folder, 'titles/show.ism');
    const { streams } = parseManifest(await readFile(join(at, 'Manifest')));
    const text = streams.find(({ language, type }) => type === 'text' && language === 'en');
    if (!text) throw new Error('There are no subtitles.');
    const url = fragmentUrl('http://x/Manifest', text, text.levels[0], text.chunks.start);
    expect(await readFile(join(at, decodeURIComponent(new URL(url).pathname.slice(1))), 'utf8')).toContain(
      'afterwards',
    );
  });
});
