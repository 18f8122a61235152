import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { packagePresentation } from '../../../demo/origin/package.ts';
import { box, buildFragment, u32 } from '../../support/fragment-builder.ts';
import { type MadeFilm, makeFilm } from './made-film.ts';
import { readFileNames, readFragments, readManifest } from './read-presentation.ts';

const FILM: MadeFilm = { rate: [25, 1], pictures: 75, keyEvery: 50 };

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sources-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const at = (file: string) => join(folder, file);

/** Packages a film whose file is changed first, and gives its files. */
async function packageChanged(film: MadeFilm, change: (file: Buffer) => Buffer) {
  await makeFilm(at('a.mp4'), film);
  await writeFile(at('a.mp4'), change(await readFile(at('a.mp4'))));
  await packagePresentation({
    videos: [at('a.mp4')],
    audio: [],
    folder,
    name: 'show',
    fragmentSeconds: 2,
    report: () => {},
  });
  return readFileNames(folder, 'show');
}

/** Inserts bytes at the end of the last of the named boxes, each within the one before it. */
function insert(file: Buffer, path: readonly string[], bytes: Buffer): Buffer {
  const starts: number[] = [];
  for (const name of path) starts.push(file.indexOf(name, starts.at(-1) ?? 0) - 4);
  const [last = 0] = starts.slice(-1);
  const end = last + file.readUInt32BE(last);
  const longer = Buffer.concat([file.subarray(0, end), bytes, file.subarray(end)]);
  for (const start of starts) longer.writeUInt32BE(file.readUInt32BE(start) + bytes.length, start);
  return longer;
}

/** The index is behind the samples, so that their places stay. */
const MOOV = ['moov'];
const STSD = ['moov', 'trak', 'mdia', 'minf', 'stbl', 'stsd'];

describe('anamorphic pictures', () => {
  it('keep their shape', async () => {
    const [file = ''] = await packageChanged({ ...FILM, display: [341, 144] }, (bytes) => bytes);
    const [video] = await readManifest(folder, 'show');
    expect(video?.attributes).toContain(
      'MaxWidth="256" MaxHeight="144" DisplayWidth="341" DisplayHeight="144"',
    );
    const bytes = await readFile(at(file));
    const pasp = bytes.indexOf('pasp') + 4;
    expect(bytes.readUInt32BE(pasp) / bytes.readUInt32BE(pasp + 4)).toBeCloseTo(341 / 256);
    const shown = bytes.indexOf('tkhd') + 4 + 76;
    expect([bytes.readUInt32BE(shown), bytes.readUInt32BE(shown + 4)]).toEqual([341 << 16, 144 << 16]);
  });
});

describe('a last picture without a duration', () => {
  it.each([
    ['lasts as long as the one before it', { ...FILM, reorders: true }, 400_000],
    ['lasts 40 ms if it is the only one', { ...FILM, pictures: 1 }, 400_000],
  ])('%s', async (_, film, expected) => {
    const [file = ''] = await packageChanged(film, (bytes) => {
      const count = bytes.indexOf('stts') + 8;
      expect(bytes.readUInt32BE(count)).toBe(1);
      const delta = bytes.readUInt32BE(count + 8);
      bytes.writeUInt32BE(film.pictures - 1, count + 4);
      const ended = insert(bytes, [...STSD.slice(0, -1), 'stts'], u32(1, 0));
      ended.writeUInt32BE(2, count);
      expect(delta).toBeGreaterThan(0);
      return ended;
    });
    const fragments = await readFragments(at(file));
    expect(fragments.flatMap(({ durations }) => durations)).toEqual(
      Array.from({ length: film.pictures }, () => expected),
    );
  });
});

describe('what cannot be packaged as it is', () => {
  it('is refused if more pictures are in fragments behind the first ones', async () => {
    const fragment = buildFragment({ trackId: 1, runs: [{ samples: [{ size: 20, duration: 400 }] }] });
    const trex = box('trex', u32(0, 1, 1, 0, 0, 0));
    const changed = packageChanged(FILM, (bytes) =>
      Buffer.concat([insert(bytes, MOOV, box('mvex', trex)), fragment]),
    );
    await expect(changed).rejects.toThrow(/a\.mp4 .*in moov and in fragments/);
  });

  it('is refused if a track changes its format', async () => {
    const twice = (change: (entry: Buffer) => void) =>
      packageChanged(FILM, (bytes) => {
        const start = bytes.indexOf('avc1', bytes.indexOf('stsd')) - 4;
        const entry = Buffer.from(bytes.subarray(start, start + bytes.readUInt32BE(start)));
        change(entry);
        const longer = insert(bytes, STSD, entry);
        longer.writeUInt32BE(2, longer.indexOf('stsd') + 8);
        return longer;
      });
    await expect(twice((entry) => void entry.writeUInt16BE(128, 32))).rejects.toThrow(
      'the format of a track changes',
    );
    expect(await twice(() => {})).toHaveLength(1);
  });
});
