import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createOrigin, type Origin } from '../../../demo/origin/server.ts';
import { ask } from './ask.ts';
import { type ForeignFile, writeForeignFile, writeForeignManifest } from './foreign-presentation.ts';

/** Past 2^53. */
const LATE = 17_000_000_000_000_001n;

const INTERLEAVED = [
  { track: 1, time: 0n, payload: 'left 0' },
  { track: 3, time: 0n, payload: 'sound 0' },
  { track: 2, time: 0n, payload: 'right 0' },
  { track: 1, time: 20_000_000n, payload: 'left 1' },
  { track: 2, time: 20_000_000n, payload: 'right 1' },
];

let outside: string;
let origin: Origin;
let url: string;
beforeEach(async () => {
  outside = await mkdtemp(join(tmpdir(), 'foreign-'));
  const folder = join(outside, 'titles');
  await mkdir(folder);
  await writeForeignManifest(folder, 'Show', 'show.ismv');
  origin = createOrigin({ presentations: { '/': folder } });
  url = await origin.listen();
});
afterEach(async () => {
  await origin.close();
  await rm(outside, { recursive: true, force: true });
});

const write = (file: Partial<ForeignFile>) =>
  writeForeignFile(join(outside, 'titles/show.ismv'), {
    ...{ fragments: INTERLEAVED, tfraVersion: 1, numberSizes: [1, 1, 1], isLarge: false },
    ...file,
  });

const raw = async (level: string, place: string) => {
  const { status, body } = await ask(url, `/show.ism/QualityLevels(${level})/RawFragments(${place})`);
  return status === 200 ? body.toString() : status;
};

it.each<{ name: string; file: Partial<ForeignFile> }>([
  { name: '64-bit index', file: {} },
  { name: '32-bit index', file: { tfraVersion: 0 } },
  { name: 'long numbers in the index', file: { numberSizes: [4, 2, 3] } },
  { name: 'short index with long numbers', file: { tfraVersion: 0, numberSizes: [1, 4, 4] } },
  { name: '64-bit mdat', file: { isLarge: true } },
])('finds each track of an interleaved file: $name', async ({ file }) => {
  await write(file);
  expect(await raw('500000,Angle=left', 'video=20000000')).toBe('left 1');
  expect(await raw('500000,angle=RIGHT', 'video=20000000')).toBe('right 1');
  expect(await raw('500000', 'video=0')).toBe('left 0');
  expect(await raw('64000', 'sound=0')).toBe('sound 0');
});

it('refuses attributes that no level has', async () => {
  await write({});
  expect(await raw('500000,Angle=top', 'video=0')).toBe(404);
});

it('gives moof and mdat without what lies between them', async () => {
  await write({ isLarge: true });
  const { body } = await ask(url, '/Show.ism/QualityLevels(64000)/Fragments(Sound=0)');
  const moof = body.readUInt32BE(0);
  expect(body.toString('latin1', moof + 4, moof + 8)).toBe('mdat');
  expect(body.subarray(moof + 16).toString()).toBe('sound 0');
});

it('finds times past 2^53 exactly', async () => {
  await write({ fragments: [{ track: 1, time: LATE, payload: 'late' }] });
  expect(await raw('500000', `video=${LATE}`)).toBe('late');
  expect(await raw('500000', `video=${LATE - 1n}`)).toBe(404);
});

it('takes the client manifest that the server manifest names', async () => {
  expect((await ask(url, '/SHOW.ISM/manifest')).status).toBe(404);
  await writeFile(join(outside, 'titles/Show.ismc'), '<SmoothStreamingMedia/>');
  expect((await ask(url, '/SHOW.ISM/manifest')).body.toString()).toBe('<SmoothStreamingMedia/>');
});

it('follows no manifest out of its folder', async () => {
  await write({});
  await copyFile(join(outside, 'titles/show.ismv'), join(outside, 'show.ismv'));
  expect(await raw('1', 'textstream=0')).toBe(404);
});

it.each([
  ['no index', Buffer.alloc(100)],
  ['an empty file', Buffer.alloc(0)],
  ['an index larger than the file', Buffer.from('ffffffff', 'hex')],
])('says what is wrong with a file that has %s, and goes on', async (_, bytes) => {
  await writeFile(join(outside, 'titles/show.ismv'), bytes);
  const answer = await ask(url, '/show.ism/QualityLevels(64000)/Fragments(sound=0)');
  expect(answer.status).toBe(500);
  expect(answer.body.toString()).toContain('no mfra index');
  await write({});
  expect(await raw('64000', 'sound=0')).toBe('sound 0');
});
