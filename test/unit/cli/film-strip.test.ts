import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { encodeCommand } from '../../../cli/encode.ts';
import { outcomeOf } from '../../../cli/failure.ts';
import { readFilmStripOptions, withStripSeconds } from '../../../cli/film-strip-option.ts';
import { packageCommand } from '../../../cli/package.ts';
import { makeFilm } from '../origin/made-film.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'film-strip-option-'));
  await makeFilm(join(folder, 'film.mp4'), { rate: [25, 1], pictures: 100, keyEvery: 50 });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('--film-strip', () => {
  it.each([
    ['alone', ['--film-strip'], ['--film-strip=10']],
    ['before a number', ['--film-strip', '5', 'a.mp4'], ['--film-strip', '5', 'a.mp4']],
    ['with a number', ['--film-strip=2.5'], ['--film-strip=2.5']],
    ['before another option', ['--film-strip', '--json'], ['--film-strip=10', '--json']],
    ['before a file', ['--film-strip', '240p.mp4'], ['--film-strip=10', '240p.mp4']],
  ])('stands %s', (_, args, expected) => {
    expect(withStripSeconds(args)).toEqual(expected);
  });

  it('is 160 pixels wide unless it is told', () => {
    expect(readFilmStripOptions('package', {})).toBeUndefined();
    expect(readFilmStripOptions('package', { 'film-strip': '10' })).toEqual({ seconds: 10, width: 160 });
    const wide = { 'film-strip': '2.5', 'film-strip-width': '320' };
    expect(readFilmStripOptions('package', wide)).toEqual({ seconds: 2.5, width: 320 });
  });

  it.each([
    ['a distance of nothing', ['--film-strip', '0'], /--film-strip must be a number from 1 to 300/],
    [
      'half a pixel',
      ['--film-strip', '--film-strip-width', '160.5'],
      /--film-strip-width must be a whole number/,
    ],
    ['a width alone', ['--film-strip-width', '160'], /requires --film-strip/],
  ])('is refused with %s', async (_, args, said) => {
    for (const command of [packageCommand, encodeCommand]) {
      const out = join(folder, 'refused.ism');
      const outcome = await command([join(folder, 'film.mp4'), '--out', out, ...args]).catch((error) =>
        outcomeOf(error),
      );
      expect(outcome).toMatchObject({ code: 2, text: expect.stringMatching(said) });
    }
  });

  it('ends with the code of a missing program where there is no ffmpeg', async () => {
    vi.stubEnv('PATH', '');
    try {
      const film = join(folder, 'film.mp4');
      const outcome = await packageCommand(['--film-strip', film, '--out', join(folder, 'none.ism')]);
      expect(outcome).toMatchObject({ code: 6, text: expect.stringContaining('Install ffmpeg') });
    } finally {
      vi.unstubAllEnvs();
    }
  });
});
