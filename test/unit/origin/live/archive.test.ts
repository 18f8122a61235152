import {
  appendFile,
  mkdir,
  mkdtemp,
  open,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  truncate,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { PublishingPointOptions } from '../../../../demo/origin/publish/publishing-point.ts';
import { scanArchiveFile } from '../../../../demo/origin/publish/scan-archive-file.ts';
import { createOrigin } from '../../../../demo/origin/server.ts';
import fc from '../../../support/properties.ts';
import { ask } from '../ask.ts';
import { readFileNames } from '../read-presentation.ts';
import { askFragment, askManifest } from './ask-live.ts';
import { END_OF_STREAM, type PushedTrack, Pusher, trackOf, until } from './pusher.ts';

const SAMPLE = join(import.meta.dirname, '../../../../demo/sample');
const PATH = '/live/event.isml';

let video: PushedTrack;
let audio: PushedTrack;
beforeAll(async () => {
  const names = await readFileNames(SAMPLE, 'sample');
  const file = (index: number) => join(SAMPLE, names[index] ?? '');
  video = await trackOf(file(5), { kind: 'video', trackId: 6, bitrate: 57_019 });
  audio = await trackOf(file(6), { kind: 'audio', trackId: 7, bitrate: 9871 });
});

const cleaning: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const clean of cleaning.splice(0).reverse()) await clean();
});

async function newArchive(): Promise<string> {
  const archive = await mkdtemp(join(tmpdir(), 'origin-archive-'));
  cleaning.push(() => rm(archive, { recursive: true, force: true }));
  return archive;
}

async function serve(archive: string, own: Partial<PublishingPointOptions> = {}) {
  const origin = createOrigin({
    control: true,
    publish: [{ path: PATH, archive, lookAhead: 0, ...own }],
    presentations: { '/archive': archive },
  });
  cleaning.push(() => origin.close());
  const url = await origin.listen();
  const state = async () => JSON.parse(`${(await ask(url, '/control/live')).body}`)[0];
  return {
    url,
    state,
    stop: () => origin.shutDown(1),
    push: (stream: string) => new Pusher(url, `${PATH}/Streams(${stream})`),
    reaches: (name: string, time: bigint | undefined) =>
      until(async () =>
        (await state()).streams.some(
          (stream: { name: string; newest?: string }) => stream.name === name && stream.newest === `${time}`,
        ),
      ),
    times: async (name = 'video') => {
      const { streams } = await askManifest(url, PATH);
      return streams.find((stream) => stream.name === name)?.chunks.map(({ time }) => time);
    },
    fragment: (time: bigint | undefined, path = PATH) =>
      askFragment(url, path, 'video', time ?? 0n, { bitrate: '57019' }),
    health: async () => {
      const { status, body } = await ask(url, '/healthz');
      return { status, ...JSON.parse(`${body}`).publishing[0] };
    },
  };
}

/** An archive of an event whose origin was gone after so many fragments. */
async function broken(count: number): Promise<{ archive: string; file: string }> {
  const archive = await newArchive();
  const { push, reaches, stop } = await serve(archive);
  push('video').write(video.header, ...video.fragments.slice(0, count));
  await reaches('video', video.times[count - 1]);
  await stop();
  const names = await readdir(archive);
  return { archive, file: join(archive, names.find((name) => name.endsWith('.ismv')) ?? '') };
}

const isSame = (samples: readonly Buffer[], source: readonly Uint8Array[] = []) =>
  samples.length === source.length && samples.every((sample, i) => sample.equals(source[i] ?? Buffer.of()));

describe('an event that an origin before was taking in', () => {
  it('is there with everything that was seen of it, and goes on when its encoder is back', async () => {
    const { archive } = await broken(4);
    const { push, reaches, times, fragment, state } = await serve(archive);
    expect(await times()).toEqual(video.times.slice(0, 4));
    expect((await state()).state).toBe('stopped');
    expect(isSame((await fragment(video.times[3])).samples, video.samples[3])).toBe(true);
    const encoder = push('video');
    encoder.write(video.header, ...video.fragments.slice(2));
    await reaches('video', video.times.at(-1));
    encoder.write(END_OF_STREAM);
    await encoder.end();
    const { presentation, state: now } = await state();
    expect(now).toBe('ended');
    expect((await readdir(archive)).filter((name) => name.endsWith('.ism'))).toEqual([presentation]);
    for (const [i, time] of video.times.entries()) {
      const { samples } = await fragment(time, `/archive/${presentation}`);
      expect(isSame(samples, video.samples[i])).toBe(true);
    }
  });

  it('is the same on demand title after it has ended', async () => {
    const archive = await newArchive();
    const first = await serve(archive);
    const encoder = first.push('video');
    encoder.write(video.header, ...video.fragments, END_OF_STREAM);
    await encoder.end();
    const before = (await ask(first.url, `${PATH}/Manifest`)).body;
    await first.stop();
    const second = await serve(archive);
    expect((await ask(second.url, `${PATH}/Manifest`)).body.equals(before)).toBe(true);
    expect((await second.state()).state).toBe('ended');
    expect(isSame((await second.fragment(video.times[9])).samples, video.samples[9])).toBe(true);
  });

  it.each<[string, (file: string, size: number) => Promise<unknown>, number]>([
    ['nothing', async () => undefined, 4],
    ['a fragment cut in its media', (file, size) => truncate(file, size - 1), 3],
    [
      'a fragment cut in its header',
      (file, size) => truncate(file, size - (video.fragments[3]?.length ?? 0) + 5),
      3,
    ],
    ['zeros behind', (file) => appendFile(file, Buffer.alloc(5000)), 4],
    ['a few zeros behind', (file) => appendFile(file, Buffer.alloc(3)), 4],
    ['zeros where its last media should be', (file, size) => fill(file, size - 1000, 1000), 3],
    ['an index', (file) => appendFile(file, Buffer.from([0, 0, 0, 8, ...Buffer.from('mfra')])), 4],
    ['noise behind', (file) => appendFile(file, Buffer.from('this is no box')), 4],
  ])('is there up to what is whole: %s', async (_, spoil, count) => {
    const { archive, file } = await broken(4);
    await spoil(file, (await stat(file)).size);
    const { times, fragment, push, reaches } = await serve(archive);
    expect(await times()).toEqual(video.times.slice(0, count));
    push('video').write(video.header, ...video.fragments.slice(2, 7));
    await reaches('video', video.times[6]);
    for (const [i, time] of video.times.slice(0, 7).entries())
      expect(isSame((await fragment(time)).samples, video.samples[i])).toBe(true);
  });

  it('is read without its media', async () => {
    const { file } = await broken(3);
    const handle = await open(file);
    const { fragments, end } = await scanArchiveFile(handle);
    await handle.close();
    expect(fragments.map(({ time }) => time)).toEqual(video.times.slice(0, 3));
    expect(end).toBe((await stat(file)).size);
  });

  it('is there up to what is whole, wherever it was cut', async () => {
    const { file } = await broken(3);
    const whole = await open(file);
    const { fragments } = await scanArchiveFile(whole);
    await whole.close();
    const bytes = await readFile(file);
    const cut = join(dirname(file), 'cut');
    await fc.assert(
      fc.asyncProperty(fc.nat(bytes.length), async (length) => {
        await writeFile(cut, bytes.subarray(0, length));
        const handle = await open(cut);
        const found = await scanArchiveFile(handle);
        await handle.close();
        const expected = fragments.filter((one) => one.offset + one.length <= length);
        expect(found.fragments).toEqual(expected);
        const header = (fragments[0]?.offset ?? 0) <= length ? (fragments[0]?.offset ?? 0) : 0;
        const last = expected.at(-1);
        expect(found.end).toBe(last ? last.offset + last.length : header);
      }),
      { numRuns: 300 },
    );
  });

  it('hides a chunk that a level lacked when the origin went, until its encoder is back', async () => {
    const archive = await newArchive();
    const first = await serve(archive);
    first.push('video').write(video.header, ...video.fragments.slice(0, 3));
    first.push('audio').write(audio.header, ...audio.fragments.slice(0, 3));
    await first.reaches('video', video.times[2]);
    await first.reaches('audio', audio.times[2]);
    await first.stop();
    const { times, push, reaches } = await serve(archive);
    expect(await times('audio')).toEqual(audio.times.slice(0, 3));
    push('video').write(video.header, ...video.fragments.slice(1, 5));
    await reaches('video', video.times[4]);
    expect(await times('audio')).toEqual(audio.times.slice(0, 3));
  });

  it('whose record is damaged is left alone', async () => {
    const { archive } = await broken(2);
    const [record = ''] = (await readdir(archive)).filter((name) => name.endsWith('.event.json'));
    await writeFile(join(archive, record), '{"format":1,');
    const { state, push, reaches, times } = await serve(archive);
    expect((await state()).state).toBe('idle');
    push('video').write(video.header, ...video.fragments.slice(0, 3));
    await reaches('video', video.times[2]);
    expect(await times()).toEqual(video.times.slice(0, 3));
  });
});

async function fill(file: string, at: number, count: number): Promise<void> {
  const handle = await open(file, 'r+');
  await handle.write(Buffer.alloc(count), 0, count, at);
  await handle.close();
}

describe('fragments of an event', () => {
  const cached = async (shift: bigint) => {
    const names = await readFileNames(SAMPLE, 'sample');
    const facts = { kind: 'video', trackId: 6, bitrate: 57_019 } as const;
    const track = await trackOf(join(SAMPLE, names[5] ?? ''), facts, shift);
    const archive = await newArchive();
    const first = await serve(archive);
    first.push('video').write(track.header, ...track.fragments.slice(0, 2));
    await first.reaches('video', track.times[1]);
    const before = (await first.fragment(track.times[0])).cacheControl;
    await first.stop();
    return [before, (await (await serve(archive)).fragment(track.times[0])).cacheControl];
  };

  it('are cached for long if their times are those of the day, also after a restart', async () => {
    const unix = BigInt(Date.UTC(2026, 4, 6, 7, 8, 9)) * 10_000n;
    expect(await cached(unix)).toEqual(Array(2).fill('public, max-age=86400'));
  });

  it('are cached for a minute if the next event may have the same times', async () => {
    expect(await cached(0n)).toEqual(Array(2).fill('public, max-age=60'));
  });
});

describe('names of events', () => {
  it('come from the first fragment where its time is that of the day', async () => {
    const unix = BigInt(Date.UTC(2026, 4, 6, 7, 8, 9)) * 10_000n;
    const names = await readFileNames(SAMPLE, 'sample');
    const track = await trackOf(
      join(SAMPLE, names[5] ?? ''),
      { kind: 'video', trackId: 6, bitrate: 57_019 },
      unix,
    );
    const archive = await newArchive();
    const { push, reaches, state } = await serve(archive);
    push('video').write(track.header, ...track.fragments.slice(0, 2));
    await reaches('video', track.times[1]);
    expect((await state()).presentation).toBe('event-20260506T070809.ism');
  });
});

describe('an archive without room', () => {
  it('is no reason to lose a fragment: they are served from memory, and health tells of it', async () => {
    const archive = await newArchive();
    const quota = 2000 + (video.fragments[0]?.length ?? 0) + (video.fragments[1]?.length ?? 0);
    const { push, reaches, times, fragment, state, health } = await serve(archive, {
      maxArchiveBytes: quota,
    });
    const encoder = push('video');
    encoder.write(video.header, ...video.fragments.slice(0, 6));
    await reaches('video', video.times[5]);
    expect(await times()).toEqual(video.times.slice(0, 6));
    for (const [i, time] of video.times.slice(0, 6).entries())
      expect(isSame((await fragment(time)).samples, video.samples[i])).toBe(true);
    expect(await health()).toMatchObject({ status: 200, problem: expect.stringContaining('quota') });
    encoder.write(END_OF_STREAM);
    await encoder.end();
    const { presentation } = await state();
    const { streams } = await askManifest((await serve(archive)).url, `/archive/${presentation}`);
    const archived = streams[0]?.chunks.length ?? 0;
    expect(archived).toBeGreaterThan(0);
    expect(archived).toBeLessThan(6);
    const used = await Promise.all((await readdir(archive)).map((name) => stat(join(archive, name))));
    const media = used.reduce((sum, { size }) => sum + size, 0);
    // Manifests, the record and the index come on top.
    expect(media).toBeLessThan(quota + 10_000);
  });

  it('keeps no more in memory than it may: the oldest goes', async () => {
    const archive = await newArchive();
    const memoryBytes = 60_000;
    const { push, reaches, times, fragment } = await serve(archive, { maxArchiveBytes: 1, memoryBytes });
    push('video').write(video.header, ...video.fragments);
    await reaches('video', video.times.at(-1));
    const kept = (await times()) ?? [];
    expect(kept.at(-1)).toBe(video.times.at(-1));
    expect(kept.length).toBeLessThan(video.times.length);
    const sizes = await Promise.all(
      kept.map(async (time) => (await fragment(time)).samples.reduce((sum, { length }) => sum + length, 0)),
    );
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(memoryBytes);
    expect((await fragment(video.times[0])).status).not.toBe(200);
  });

  it('counts what lies in it already', async () => {
    const archive = await newArchive();
    await writeFile(join(archive, 'old.ismv'), Buffer.alloc(100_000));
    const { push, reaches, health } = await serve(archive, { maxArchiveBytes: 100_000 });
    push('video').write(video.header, ...video.fragments.slice(0, 2));
    await reaches('video', video.times[1]);
    expect((await health()).problem).toContain('quota');
  });

  it('takes the next event where the folder was made unusable', async () => {
    const archive = await newArchive();
    await rm(archive, { recursive: true });
    await writeFile(archive, 'a file where the folder should be');
    const { push, reaches, times, health } = await serve(archive);
    push('video').write(video.header, ...video.fragments.slice(0, 2));
    await reaches('video', video.times[1]);
    expect(await times()).toEqual(video.times.slice(0, 2));
    expect((await health()).problem).toMatch(/EEXIST|ENOTDIR/);
    expect(await readFile(archive, 'utf8')).toContain('a file');
  });
});

describe('an event whose disk fails when it ends', () => {
  it('ends, says so in health, and makes way for the next one', async () => {
    const archive = await newArchive();
    const { url, push, reaches, health, times } = await serve(archive);
    const first = push('video');
    first.write(video.header, ...video.fragments.slice(0, 3));
    await reaches('video', video.times[2]);
    await rename(archive, `${archive}-gone`);
    cleaning.push(() => rm(`${archive}-gone`, { recursive: true, force: true }));
    first.write(END_OF_STREAM);
    expect((await first.end()).status).toBe(200);
    expect(`${(await ask(url, `${PATH}/Manifest`)).body}`).not.toContain('IsLive');
    expect(await health()).toMatchObject({ state: 'ended', problem: expect.stringContaining('ENOENT') });
    await rename(`${archive}-gone`, archive);
    const next = push('video');
    next.write(video.header, ...video.fragments.slice(0, 2), END_OF_STREAM);
    expect((await next.end()).status).toBe(200);
    expect(await times()).toEqual(video.times.slice(0, 2));
    expect((await health()).problem).toBeUndefined();
  });

  it('is completed by a later start, which a full disk does not prevent', async () => {
    const archive = await newArchive();
    const first = await serve(archive);
    const encoder = first.push('video');
    encoder.write(video.header, ...video.fragments.slice(0, 3), END_OF_STREAM);
    await encoder.end();
    const { presentation } = await first.state();
    await first.stop();
    // A folder where the manifest is to be written first.
    const obstacle = join(archive, `${presentation.replace('.ism', '.ismc')}.tmp`);
    await mkdir(obstacle);
    const second = await serve(archive);
    expect(await second.times()).toEqual(video.times.slice(0, 3));
    expect(await second.health()).toMatchObject({
      state: 'ended',
      problem: expect.stringContaining('EISDIR'),
    });
    await second.stop();
    await rm(obstacle, { recursive: true });
    const third = await serve(archive);
    expect((await third.state()).state).toBe('ended');
    expect((await third.health()).problem).toBeUndefined();
    const { samples } = await third.fragment(video.times[2], `/archive/${presentation}`);
    expect(isSame(samples, video.samples[2])).toBe(true);
  });
});
