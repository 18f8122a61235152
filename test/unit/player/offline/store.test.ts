import { expect, test } from 'vitest';
import { readRecord, writeRecord } from '../../../../src/player/offline/download-record.ts';
import { respond, StoredTitle } from '../../../../src/player/offline/stored-source.ts';
import { fileName, TitleFiles } from '../../../../src/player/offline/title-files.ts';
import { settingsOf } from '../../../../src/player/options.ts';
import { MemoryFolder } from './memory-folder.ts';

const URL_A = 'https://origin.example/t.ism/QualityLevels(1)/Fragments(video=0)';
const BYTES = Uint8Array.from({ length: 10 }, (_, i) => i);
const RECORD = {
  version: 1,
  url: 'https://origin.example/t.ism/Manifest',
  origins: ['https://origin.example'],
  wishes: {},
  textTracks: [],
  files: [],
  createdAt: 0,
  bytes: 0,
  fraction: 0,
  redirects: {},
  missing: [],
  isComplete: false,
} as const;

const isRemoved = async () => false;

test('a file that was begun and never finished is not there', async () => {
  const folder = new MemoryFolder();
  const files = new TitleFiles(folder);
  folder.crashAt = () => true;
  await expect(files.store(URL_A, BYTES)).rejects.toThrow('crashed');
  expect(folder.files.size).toBe(1);
  expect((await files.sizes()).size).toBe(0);
  expect(await files.read(URL_A)).toBeUndefined();
  folder.crashAt = undefined;
  await files.store(URL_A, BYTES);
  expect(await files.sizes()).toEqual(new Map([[await fileName(URL_A), BYTES.length]]));
  expect((await files.read(URL_A))?.size).toBe(BYTES.length);
});

test('a full store says so, and keeps what it has', async () => {
  const folder = new MemoryFolder();
  const files = new TitleFiles(folder);
  await files.store(URL_A, BYTES);
  folder.room = 4;
  await expect(files.store(`${URL_A}0`, BYTES)).rejects.toMatchObject({ code: 'storage-full' });
  expect((await files.sizes()).size).toBe(1);
});

test('URLs have names of their own, whatever stands behind #', async () => {
  const names = await Promise.all([URL_A, `${URL_A}#x`, `${URL_A}?x`, URL_A.toUpperCase()].map(fileName));
  expect(names[0]).toMatch(/^[0-9a-f]{32}$/);
  expect(names[1]).toBe(names[0]);
  expect(new Set(names).size).toBe(3);
});

test('a record is read as it was written; what is no record is none', async () => {
  const folder = new MemoryFolder();
  expect(await readRecord(folder)).toBeUndefined();
  await writeRecord(folder, RECORD);
  expect(await readRecord(folder)).toEqual(RECORD);
  for (const text of ['', '{', '{"version":2}', '[]']) {
    await folder.write('download.json', new TextEncoder().encode(text));
    expect(await readRecord(folder), text).toBeUndefined();
  }
});

test.each([
  ['bytes=0-3', 206, [0, 1, 2, 3], 'bytes 0-3/10'],
  ['bytes=8-', 206, [8, 9], 'bytes 8-9/10'],
  ['bytes=8-99', 206, [8, 9], 'bytes 8-9/10'],
  ['bytes=10-12', 416, [], null],
  ['bytes=-3', 200, [...BYTES], null],
  [null, 200, [...BYTES], null],
])('a stored file answers %s as a server would', async (range, status, bytes, contentRange) => {
  const response = respond(new Blob([BYTES]), range);
  expect(response.status).toBe(status);
  expect([...new Uint8Array(await response.arrayBuffer())]).toEqual(bytes);
  expect(response.headers.get('content-range')).toBe(contentRange);
});

test('what is stored is not asked for; the rest goes to the network as the app wants it', async () => {
  const files = new TitleFiles(new MemoryFolder());
  await files.store(URL_A, BYTES);
  const gone = `${URL_A}1`;
  const asked: [string, boolean][] = [];
  const settings = settingsOf({
    network: {
      fetch: async () => new Response('from the network'),
      request: (request, { trusted }) => {
        asked.push([request.url, trusted]);
        return request;
      },
    },
  });
  const stored = new StoredTitle(files, () => ({ ...RECORD, missing: [missing] }), isRemoved);
  const missing = await fileName(gone);
  const { network } = stored.adapt(settings);
  expect(stored.adapt(settings).network).toBe(network);
  expect(network.request).toBeUndefined();
  const get = async (url: string) => (await network.fetch?.(url))?.text();
  expect((await get(URL_A))?.length).toBe(BYTES.length);
  expect(asked).toEqual([]);
  expect((await network.fetch?.(gone))?.status).toBe(404);
  expect(await get(`${URL_A}2`)).toBe('from the network');
  expect(await get('https://elsewhere.example/')).toBe('from the network');
  expect(asked).toEqual([
    [`${URL_A}2`, true],
    ['https://elsewhere.example/', false],
  ]);
});

test('manifests are stored as they come, with where they came from', async () => {
  const files = new TitleFiles(new MemoryFolder());
  const redirects: Record<string, string> = {};
  const settings = settingsOf({
    network: {
      fetch: async () =>
        Object.defineProperty(new Response('manifest'), 'url', { value: 'https://edge.example/Manifest' }),
    },
  });
  const record = () => ({ ...RECORD, redirects });
  const stored = new StoredTitle(files, record, isRemoved, (from, to) => {
    redirects[from] = to;
  });
  const first = await stored.adapt(settings).network.fetch?.(RECORD.url);
  expect(await first?.text()).toBe('manifest');
  const again = await new StoredTitle(files, record, isRemoved)
    .adapt(settingsOf({}))
    .network.fetch?.(RECORD.url);
  expect(again?.url).toBe('https://edge.example/Manifest');
  expect(await again?.text()).toBe('manifest');
});
