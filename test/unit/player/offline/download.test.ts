import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createOrigin, type Origin } from '../../../../demo/origin/server.ts';
import { isPacked } from '../../../../src/manifest/recognise.ts';
import { urlOf } from '../../../../src/player/fragment/fragment-request.ts';
import type { Download } from '../../../../src/player/offline/download.ts';
import { fileName } from '../../../../src/player/offline/title-files.ts';
import { settingsOf } from '../../../../src/player/options.ts';
import { fragmentOf } from '../../../../src/player/title/fragment-of.ts';
import { MemoryFolder } from './memory-folder.ts';

const store = vi.hoisted(() => ({ root: undefined as unknown }));
vi.mock('../../../../src/player/offline/folder.ts', () => ({ openRoot: async () => store.root }));

let origin: Origin;
let manifest: string;
let root: MemoryFolder;
let asked: string[];
/** Requests beyond so many are never answered. */
let most: number;

/** Locks of one tab: taken in turn, and stolen. */
class Locks {
  readonly #held = new Map<string, Promise<unknown>>();

  async request(name: string, ...[how, action]: [object, () => Promise<unknown>]) {
    const steal = 'steal' in how && how.steal;
    const before = steal ? undefined : this.#held.get(name);
    const turn = (async () => {
      await before?.catch(() => {});
      return action();
    })();
    this.#held.set(name, turn);
    return turn;
  }
}

const fetchCounted: typeof fetch = async (input, init) => {
  const request = new Request(input, init);
  asked.push(new URL(request.url).pathname);
  if (asked.length <= most) return fetch(request);
  return new Promise((_, reject) => {
    request.signal.addEventListener('abort', () => reject(request.signal.reason));
  });
};
const settings = () => settingsOf({ network: { fetch: fetchCounted } });

/** A page that has just been opened. */
async function openPage() {
  vi.resetModules();
  return import('../../../../src/player/offline/downloads.ts');
}

/** Resolves once the download stands, since nothing is answered any more. */
async function standstill(download: Download): Promise<void> {
  await vi.waitUntil(() => asked.length > most, { timeout: 10_000 });
  await vi.waitUntil(() => download.bytes > 0, { timeout: 10_000 });
}

beforeEach(async () => {
  origin = createOrigin({
    presentations: { '/presentations': join(import.meta.dirname, '../../../../demo/sample') },
  });
  manifest = `${await origin.listen()}/presentations/sample.ism/Manifest`;
  root = new MemoryFolder();
  store.root = root;
  asked = [];
  most = Number.POSITIVE_INFINITY;
  vi.stubGlobal('MediaSource', { isTypeSupported: () => true });
  vi.stubGlobal('navigator', {
    locks: new Locks(),
    storage: { estimate: async () => ({ quota: 1e9, usage: 0 }) },
    mediaCapabilities: {
      decodingInfo: async ({ video }: { video: { height: number } }) => ({ smooth: video.height <= 480 }),
    },
  });
});

afterEach(async () => {
  vi.unstubAllGlobals();
  await origin.close();
});

test('a title is stored once, at the best quality that the machine plays', async () => {
  const { download, listDownloads } = await openPage();
  const stored = await download(manifest, { title: 'A sample' }, settings);
  const told: number[] = [];
  stored.addEventListener('progress', ({ fraction }) => told.push(fraction));
  await stored.finished;
  expect(stored).toMatchObject({
    state: 'complete',
    fraction: 1,
    title: 'A sample',
    error: undefined,
    missing: 0,
  });
  expect(stored.duration).toBeCloseTo(30, 1);
  expect(told.at(-1)).toBe(1);
  expect(asked.some((path) => path.includes('QualityLevels(207815)'))).toBe(true);
  expect(asked.some((path) => path.includes('QualityLevels(418105)'))).toBe(false);
  expect(asked.length).toBe(new Set(asked).size);
  const before = asked.length;
  expect(await download(manifest, {}, settings)).toBe(stored);
  expect(await listDownloads({})).toEqual([stored]);
  expect(asked.length).toBe(before);
  // Another page finds it as it was.
  const [again] = await (await openPage()).listDownloads({});
  expect(again).toMatchObject({ state: 'complete', fraction: 1, bytes: stored.bytes, url: manifest });
});

test('half a download goes on in another page, and asks for nothing twice', async () => {
  most = 20;
  const stored = await (await openPage()).download(manifest, { quality: '144p' }, settings);
  await standstill(stored);
  const files = new Map(root.inside.get(stored.id)?.files);
  // The page ends without a word; what it does from here on changes nothing.
  const left = new MemoryFolder();
  for (const [name, bytes] of files) left.files.set(name, bytes);
  root = new MemoryFolder();
  root.inside.set(stored.id, left);
  store.root = root;
  await stored.pause();
  const answered = asked.slice(0, most);
  asked = [];
  most = Number.POSITIVE_INFINITY;
  const { download, listDownloads } = await openPage();
  const [found] = await listDownloads({});
  expect(found).toMatchObject({ state: 'paused', error: undefined });
  // What was chosen holds, whatever is asked for now.
  const resumed = await download(manifest, { quality: '1080p' }, settings);
  expect(resumed).toBe(found);
  await resumed.finished;
  expect(resumed).toMatchObject({ state: 'complete', fraction: 1 });
  expect(asked.some((path) => path.includes('QualityLevels(57019)'))).toBe(true);
  const stillThere = [...files].filter(([, { length }]) => length > 0).length;
  expect(stillThere).toBeGreaterThan(10);
  expect(asked.filter((path) => answered.includes(path)).length).toBeLessThanOrEqual(3);
});

test('a full store pauses it, with an error; with room it goes on', async () => {
  const { download } = await openPage();
  most = 20;
  const stored = await download(manifest, { quality: '144p' }, settings);
  await standstill(stored);
  await stored.pause();
  expect(stored).toMatchObject({ state: 'paused', error: undefined });
  const folder = root.inside.get(stored.id);
  if (!folder) throw new Error('no folder');
  most = Number.POSITIVE_INFINITY;
  folder.room = 50_000;
  stored.resume();
  await expect(stored.finished).rejects.toMatchObject({ code: 'storage-full', retryable: true });
  expect(stored).toMatchObject({ state: 'paused', error: { code: 'storage-full' } });
  expect(stored.fraction).toBeLessThan(1);
  folder.room = Number.POSITIVE_INFINITY;
  stored.resume();
  await stored.finished;
  expect(stored).toMatchObject({ state: 'complete', error: undefined });
});

test('what does not fit is not begun, and leaves nothing behind', async () => {
  const { download, listDownloads } = await openPage();
  Object.assign(navigator.storage, { estimate: async () => ({ quota: 2000, usage: 1000 }) });
  await expect(download(manifest, {}, settings)).rejects.toMatchObject({
    code: 'storage-full',
    details: { available: 1000 },
  });
  expect(await listDownloads({})).toEqual([]);
  expect(root.inside.size).toBe(0);
});

test('fragments that no server has are holes, as long as they are few', async () => {
  const { download } = await openPage();
  const lacking = (pattern: RegExp) => () =>
    settingsOf({
      network: {
        fetch: async (input, init) => {
          const request = new Request(input, init);
          return pattern.test(request.url) ? new Response(null, { status: 404 }) : fetch(request);
        },
      },
    });
  const stored = await download(manifest, {}, lacking(/video=40000000/));
  await stored.finished;
  expect(stored).toMatchObject({ state: 'complete', missing: 1, fraction: 1 });
  await stored.remove();
  expect(root.inside.size).toBe(0);
  const broken = await download(manifest, {}, lacking(/video=/));
  await expect(broken.finished).rejects.toMatchObject({ code: 'fragments-unavailable' });
  expect(broken.state).toBe('paused');
});

/** The app's requests, some of which are answered as `answer` says. */
const answering = (answer: (url: string) => Promise<Response | undefined>) => () =>
  settingsOf({
    network: {
      attempts: 2,
      fetch: async (input, init) => {
        const request = new Request(input, init);
        asked.push(request.url);
        return (await answer(request.url)) ?? fetch(request);
      },
    },
  });
const offline = answering(() => Promise.reject(new TypeError('offline')));

test('a title of which an alternative served the manifest is complete without a network', async () => {
  const { download } = await openPage();
  const other = manifest.replace('127.0.0.1', 'localhost');
  const firstFails = answering(async (url) =>
    url === manifest ? new Response(null, { status: 503 }) : undefined,
  );
  const source = { url: manifest, alternatives: [other] };
  const stored = await download(source, { quality: '144p' }, firstFails);
  await stored.finished;
  const [found] = await (await openPage()).listDownloads({});
  if (!found) throw new Error('no download');
  asked = [];
  const adapted = found.stored.adapt(offline());
  const { signal } = new AbortController();
  const title = await found.stored.load({ url: manifest }, adapted, () => {}, signal);
  expect(title.url).toBe(other);
  for (const stream of title.presentation.streams) {
    const [level, chunk] = [stream.levels[0], stream.chunks.at(0)];
    if (!chunk || stream.type === 'text') continue;
    const url = urlOf(fragmentOf(title, { stream, level, chunk }));
    expect((await adapted.network.fetch?.(url))?.status, url).toBe(200);
  }
  expect(asked).toEqual([]);
});

test('half a title from an alternative goes on with that, and with its first host', async () => {
  const { download } = await openPage();
  const other = manifest.replace('127.0.0.1', 'localhost');
  let down = manifest;
  const half = answering(async (url) =>
    new URL(url).host === new URL(down).host ? new Response(null, { status: 503 }) : undefined,
  );
  const source = { url: manifest, alternatives: [other] };
  const stored = await download(source, { quality: '144p' }, half);
  await vi.waitUntil(() => stored.fraction > 0.2, { timeout: 10_000 });
  await stored.pause();
  expect(stored.fraction).toBeLessThan(1);
  const { bytes } = stored;
  [down, asked] = [other, []];
  const resumed = await download(source, {}, half);
  expect(resumed.bytes).toBeGreaterThanOrEqual(bytes);
  await resumed.finished;
  expect(asked).not.toContain(manifest);
  expect(asked).not.toContain(other);
});

test('a manifest that arrives broken is requested again', async () => {
  const { download } = await openPage();
  let isFirst = true;
  const broken = answering(async (url) => {
    if (url !== manifest || !isFirst) return undefined;
    isFirst = false;
    return new Response((await (await fetch(url)).text()).slice(0, 500));
  });
  const stored = await download(manifest, { quality: '144p' }, broken);
  await stored.finished;
  expect(asked.filter((url) => url === manifest)).toHaveLength(2);
});

test('fragments that are compressed without saying so are stored as they play', async () => {
  const { download } = await openPage();
  const packed = answering(async (url) => {
    const bytes = await (await fetch(url)).arrayBuffer();
    if (url === manifest) return new Response(bytes);
    const body = new ReadableStream({
      start(controller) {
        controller.enqueue(Uint8Array.from(gzipSync(bytes)));
        controller.close();
      },
    });
    return new Response(body);
  });
  const stored = await download(manifest, { quality: '144p' }, packed);
  await stored.finished;
  expect(stored).toMatchObject({ state: 'complete', missing: 0 });
  for (const [name, bytes] of root.inside.get(stored.id)?.files ?? [])
    expect(isPacked(bytes), name).toBe(false);
});

test('removing it stops it, and says so', async () => {
  const { download, listDownloads } = await openPage();
  most = 20;
  const stored = await download(manifest, {}, settings);
  await standstill(stored);
  await stored.remove();
  await expect(stored.finished).rejects.toMatchObject({ name: 'AbortError' });
  expect(stored.state).toBe('removed');
  expect(root.inside.size).toBe(0);
  expect(await listDownloads({})).toEqual([]);
});

test('removing it frees its space, also if its record no longer fitted', async () => {
  const { download, listDownloads } = await openPage();
  most = 20;
  const stored = await download(manifest, {}, settings);
  await standstill(stored);
  const folder = root.inside.get(stored.id);
  if (!folder) throw new Error('no folder');
  folder.room = 0;
  await stored.remove();
  expect(stored.state).toBe('removed');
  expect(root.inside.size).toBe(0);
  expect(await listDownloads({})).toEqual([]);
});

test('a removal that failed can be repeated', async () => {
  const { download, listDownloads } = await openPage();
  const stored = await download(manifest, { quality: '144p' }, settings);
  await stored.finished;
  const removal = vi.spyOn(root, 'remove').mockRejectedValueOnce(new Error('busy'));
  await expect(stored.remove()).rejects.toThrow('busy');
  expect(stored.state).toBe('complete');
  expect(await listDownloads({})).toEqual([stored]);
  await stored.remove();
  expect(removal).toHaveBeenCalledTimes(2);
  expect(stored.state).toBe('removed');
  expect(root.inside.size).toBe(0);
});

test('without room for its record it is not begun; with room it is stored', async () => {
  const { download, listDownloads } = await openPage();
  const folder = new MemoryFolder();
  folder.room = 0;
  root.inside.set(await fileName(manifest), folder);
  await expect(download(manifest, {}, settings)).rejects.toMatchObject({ code: 'storage-full' });
  expect(root.inside.size).toBe(0);
  expect(await listDownloads({})).toEqual([]);
  const stored = await download(manifest, { quality: '144p' }, settings);
  await stored.finished;
  expect(stored.state).toBe('complete');
});

test('overlapping calls share one download', async () => {
  const { download, listDownloads } = await openPage();
  most = 20;
  const [first, second] = await Promise.all([
    download(manifest, {}, settings),
    listDownloads({}).then(() => download(manifest, {}, settings)),
  ]);
  expect(second).toBe(first);
  await standstill(first);
  expect(asked.length).toBe(new Set(asked).size);
  const removing = first.remove();
  most = Number.POSITIVE_INFINITY;
  const next = await download(manifest, { quality: '144p' }, settings);
  await removing;
  expect(next).not.toBe(first);
  await next.finished;
  expect(next.state).toBe('complete');
});

test('each of the overlapping calls learns of a refusal', async () => {
  const { download } = await openPage();
  Object.assign(navigator.storage, { estimate: async () => ({ quota: 2000, usage: 1000 }) });
  const calls = [download(manifest, {}, settings), download(manifest, {}, settings)];
  for (const call of await Promise.allSettled(calls))
    expect(call).toMatchObject({ status: 'rejected', reason: { code: 'storage-full' } });
  expect(root.inside.size).toBe(0);
});

test('what another tab has removed is stored again', async () => {
  const { download, listDownloads } = await openPage();
  const stored = await download(manifest, { quality: '144p' }, settings);
  await stored.finished;
  await root.remove(stored.id);
  const again = await download(manifest, { quality: '144p' }, settings);
  expect(stored.state).toBe('removed');
  expect(again).not.toBe(stored);
  await again.finished;
  expect(await listDownloads({})).toEqual([again]);
  // The object of before has nothing to do with it any more.
  await stored.remove();
  expect(await listDownloads({})).toEqual([again]);
  root.inside.get(again.id)?.files.clear();
  expect(await listDownloads({})).toEqual([]);
});

/** Reads of the record that fail, as they do while it is replaced. */
function unreadable(folder: MemoryFolder | undefined, times: number): void {
  if (!folder) throw new Error('no folder');
  const read = MemoryFolder.prototype.read.bind(folder);
  let left = times;
  vi.spyOn(folder, 'read').mockImplementation(async (name) => {
    const file = await read(name);
    if (!file || left-- <= 0) return file;
    return Object.assign(file, {
      text: () => Promise.reject(new DOMException('it has changed', 'NotReadableError')),
    });
  });
}

test.each([1, 2])('a download runs on if its record cannot be read %i times', async (times) => {
  const { download, listDownloads } = await openPage();
  most = 20;
  const stored = await download(manifest, { quality: '144p' }, settings);
  await standstill(stored);
  unreadable(root.inside.get(stored.id), times);
  expect(await listDownloads({})).toEqual([stored]);
  expect(stored.state).toBe('downloading');
  await stored.pause();
  most = Number.POSITIVE_INFINITY;
  stored.resume();
  await stored.finished;
  expect(stored.state).toBe('complete');
});

test('a download is found if its record cannot be read at first; if it never can be, it is not overwritten', async () => {
  const { download } = await openPage();
  const stored = await download(manifest, { quality: '144p' }, settings);
  await stored.finished;
  unreadable(root.inside.get(stored.id), 1);
  const [found] = await (await openPage()).listDownloads({});
  expect(found).toMatchObject({ id: stored.id, state: 'complete' });
  unreadable(root.inside.get(stored.id), Number.POSITIVE_INFINITY);
  const later = await openPage();
  expect(await later.listDownloads({})).toEqual([]);
  await expect(later.download(manifest, {}, settings)).rejects.toMatchObject({ code: 'storage-unavailable' });
});

test('protected titles are refused, unless the page has the keys', async () => {
  const { download } = await openPage();
  const locked = () =>
    settingsOf({
      network: {
        fetch: async (input, init) => {
          const request = new Request(input, init);
          const response = await fetch(request);
          if (!request.url.endsWith('/Manifest')) return response;
          const header =
            '<Protection><ProtectionHeader SystemID="edef8ba9-79d6-4ace-a3c8-27dcd51d21ed">AAEC</ProtectionHeader></Protection><StreamIndex';
          return new Response((await response.text()).replace('<StreamIndex', header));
        },
      },
    });
  await expect(download(manifest, {}, locked)).rejects.toMatchObject({
    code: 'download-refused',
    details: { reason: 'protected' },
  });
  expect(root.inside.size).toBe(0);
  const drm = { clearKeys: { '00112233445566778899aabbccddeeff': '00112233445566778899aabbccddeeff' } };
  const stored = await download({ url: manifest, drm }, {}, locked);
  await stored.finished;
  const written = Buffer.concat([...(root.inside.get(stored.id)?.files.values() ?? [])]).toString('latin1');
  expect(written).not.toContain('00112233445566778899aabbccddeeff');
});
