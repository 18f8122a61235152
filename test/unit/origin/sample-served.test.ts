import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createOrigin, type Origin } from '../../../demo/origin/server.ts';
import { ask } from './ask.ts';
import { type ReadFragment, readFileNames, readFragments, readManifest } from './read-presentation.ts';

const SAMPLE = join(import.meta.dirname, '../../../demo/sample');
const NON_SYNC = 0x10000;

interface Level {
  readonly bitrate: string;
  readonly stream: string;
  readonly times: readonly bigint[];
  readonly file: Buffer;
  readonly fragments: readonly ReadFragment[];
}

let origin: Origin;
let url: string;
let levels: readonly Level[];

beforeAll(async () => {
  origin = createOrigin({ presentations: { '/': SAMPLE } });
  url = await origin.listen();
  levels = await readLevels();
});
afterAll(() => origin.close());

/** Levels and times as the client manifest tells them, files in the order of the server manifest. */
async function readLevels(): Promise<Level[]> {
  const files = await readFileNames(SAMPLE, 'sample');
  const told = (await readManifest(SAMPLE, 'sample')).flatMap(({ attributes, chunks }) => {
    const [, stream = ''] = / Name="([^"]*)"/.exec(attributes) ?? [];
    const bitrates = [...attributes.matchAll(/ Bitrate="(\d+)"/g)].map(([, bitrate = '']) => bitrate);
    return bitrates.map((bitrate) => ({ bitrate, stream, times: chunks.map(({ time }) => time) }));
  });
  expect(told).toHaveLength(files.length);
  return Promise.all(
    told.map(async (level, i) => {
      const path = join(SAMPLE, files[i] ?? '');
      return { ...level, file: await readFile(path), fragments: await readFragments(path) };
    }),
  );
}

async function get({ bitrate, stream }: Level, noun: string, time: bigint): Promise<Buffer> {
  const answer = await ask(url, `/sample.ism/QualityLevels(${bitrate})/${noun}(${stream}=${time})`);
  expect([answer.status, answer.end]).toEqual([200, 'ended']);
  expect(answer.headers['content-length']).toBe(String(answer.body.length));
  return answer.body;
}

it('has every fragment of every level at the time that the client manifest tells', async () => {
  for (const level of levels) {
    for (const [k, time] of level.times.entries()) {
      const moofAt = indexOfMoof(level.file, k);
      const moofSize = level.file.readUInt32BE(moofAt);
      const mdatAt = moofAt + moofSize;
      const end = mdatAt + level.file.readUInt32BE(mdatAt);
      const whole = level.file.subarray(moofAt, end);
      expect((await get(level, 'Fragments', time)).equals(whole)).toBe(true);
      expect((await get(level, 'FragmentInfo', time)).equals(whole.subarray(0, moofSize))).toBe(true);
      expect((await get(level, 'RawFragments', time)).equals(whole.subarray(moofSize + 8))).toBe(true);
    }
  }
});

it('has key frames of every level: one fragment each, of sync samples alone', async () => {
  for (const level of levels) {
    const k = 1;
    const { durations, flags, samples } = level.fragments[k] ?? expect.fail();
    const keys = samples.filter((_, i) => ((flags[i] ?? 0) & NON_SYNC) === 0);
    expect(level.stream === 'video' ? keys.length : samples.length - keys.length + 1).toBe(1);

    const body = await get(level, 'KeyFrames', level.times[k] ?? 0n);
    const moofSize = body.readUInt32BE(0);
    expect(body.toString('latin1', moofSize + 4, moofSize + 8)).toBe('mdat');
    expect(body.readUInt32BE(moofSize)).toBe(body.length - moofSize);
    expect(body.subarray(moofSize + 8).equals(Buffer.concat(keys))).toBe(true);
    const rows = rowsOf(body);
    expect(rows.map(({ size }) => size)).toEqual(keys.map(({ length }) => length));
    expect(rows.every((row) => (row.flags & NON_SYNC) === 0)).toBe(true);
    expect(sum(rows.map(({ duration }) => duration))).toBe(sum(durations));
  }
});

/** Where the `k`-th `moof` begins, found by walking the file from its start. */
function indexOfMoof(file: Buffer, k: number): number {
  let seen = -1;
  for (let at = 0; at < file.length; at += file.readUInt32BE(at)) {
    if (file.toString('latin1', at + 4, at + 8) === 'moof') seen += 1;
    if (seen === k) return at;
  }
  return expect.fail(`there are only ${seen + 1} fragments`);
}

/** Of the one `trun`, which tells all four fields of each sample. */
function rowsOf(fragment: Buffer) {
  const trun = fragment.indexOf('trun') + 4;
  return Array.from({ length: fragment.readUInt32BE(trun + 4) }, (_, i) => {
    const [duration = 0, size = 0, flags = 0] = [0, 4, 8].map((field) =>
      fragment.readUInt32BE(trun + 12 + 16 * i + field),
    );
    return { duration, size, flags };
  });
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
