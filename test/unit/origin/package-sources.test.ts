import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { packagePresentation } from '../../../demo/origin/package.ts';
import { type MadeFilm, makeFilm } from './made-film.ts';
import { readFileNames, readManifest } from './read-presentation.ts';

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
