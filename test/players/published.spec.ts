import { type ChildProcess, execFile, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { SAMPLE } from '../../demo/sample/strip.ts';
import { expect, openOrigin, type PeerPage, test } from './peer.ts';

const ROOT = join(import.meta.dirname, '../..');
const SECONDS = 8;
const hasFfmpeg = spawnSync('ffmpeg', ['-version']).error === undefined;
test.skip(!hasFfmpeg, 'ffmpeg is not installed (on Debian: apt-get install ffmpeg)');

const execute = promisify(execFile);

/** An empty folder into which the package was installed from its tarball, as npm would publish it. */
let folder: string;
const processes: ChildProcess[] = [];
test.beforeAll(async () => {
  test.setTimeout(180_000);
  folder = await mkdtemp(join(tmpdir(), 'published-'));
  const project = { cwd: folder };
  await execute('npm', ['pack', '--silent', '--ignore-scripts', '--pack-destination', folder], { cwd: ROOT });
  const [tarball = ''] = (await readdir(folder)).filter((name) => name.endsWith('.tgz'));
  await execute('npm', ['init', '--yes'], project);
  const quiet = ['--no-audit', '--no-fund', '--prefer-offline', '--omit=optional'];
  await execute('npm', ['install', `./${tarball}`, ...quiet], project);
});
test.afterAll(async () => {
  for (const child of processes) child.kill('SIGTERM');
  await rm(folder, { recursive: true, force: true });
});

const smoothPlayer = (...args: string[]) =>
  execute('npx', ['--no', 'smooth-player', ...args], { cwd: folder, maxBuffer: 64e6 });

/** Starts `serve`; gives its address. By its own path, so that the signal at the end reaches it. */
async function serve(...args: string[]): Promise<string> {
  const program = join(folder, 'node_modules/.bin/smooth-player');
  const child = spawn(program, ['serve', ...args, '--listen', '0', '--json'], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  processes.push(child);
  const [line] = await once(createInterface(child.stdout), 'line');
  return JSON.parse(line).url;
}

/** A film that shows its frames' numbers, from the sample: one picture and one sound track. */
async function makeFilm(path: string): Promise<void> {
  const at = (name: string) => join(ROOT, 'demo/sample', name);
  const [video = '', audio = ''] = await Promise.all(
    [/^sample_146\.ismv$/, /^sample_en_\d+\.isma$/].map(async (wanted) =>
      (await readdir(at('.'))).find((name) => wanted.test(name)),
    ),
  );
  const inputs = ['-i', at(video), '-i', at(audio), '-map', '0:v', '-map', '1:a'];
  await execute('ffmpeg', ['-v', 'error', ...inputs, '-c', 'copy', '-t', String(SECONDS), path]);
}

/** Plays to the end; every picture that was seen is the one that belongs to its moment. */
async function expectPlays(page: PeerPage, player: 'hls.js' | 'shaka' | 'smooth', url: string) {
  await page.open(player, url);
  await page.until(() => peer.video.ended, undefined, 40_000);
  const pictures = await page.evaluate(() => peer.pictures);
  const wrong = pictures.filter(
    ({ frame, mediaTime }) =>
      frame === undefined || Math.abs(frame - mediaTime * SAMPLE.framesPerSecond) > 1.5,
  );
  expect(wrong).toEqual([]);
  expect(pictures.at(-1)?.mediaTime).toBeGreaterThan(SECONDS - 1);
  expect(await page.problems()).toEqual([]);
}

test('from the packed tarball: encode, inspect, package, serve, export, play @short', async ({
  peerPage,
}) => {
  test.setTimeout(300_000);
  await makeFilm(join(folder, 'film.mp4'));
  await mkdir(join(folder, 'titles'));
  await smoothPlayer('encode', 'film.mp4', '--out', 'titles/film.ism');
  expect((await smoothPlayer('inspect', 'titles/film.ism')).stdout).toMatch(/plays/);
  await smoothPlayer('package', 'film.mp4', '--out', 'titles/packaged.ism');
  await smoothPlayer('export', 'titles/film.ism', '--formats', 'hls,dash,smooth', '--out', 'out/film.ism');

  // The page takes the player from the installed package, too.
  const pages = await openOrigin({
    files: [
      { at: '/dist/', from: join(folder, 'node_modules/smooth-player/dist') },
      { at: '/out/', from: join(folder, 'out') },
    ],
  });
  try {
    const titles = await serve('titles');
    const page = await peerPage(pages.url);
    for (const [player, url] of [
      ['smooth', `${titles}/film.ism/Manifest`],
      ['smooth', `${titles}/packaged.ism/Manifest`],
      ['hls.js', `${titles}/film.ism/Manifest(format=m3u8-cmaf).m3u8`],
      ['shaka', `${titles}/film.ism/Manifest(format=mpd-time-cmaf).mpd`],
      ['smooth', `${pages.url}/out/film.ism/Manifest`],
      ['hls.js', `${pages.url}/out/film.ism/index.m3u8`],
    ] as const) {
      await test.step(`${player} plays ${new URL(url).pathname}`, async () => {
        await page.page.reload();
        await page.page.waitForFunction(() => 'peer' in globalThis);
        await expectPlays(page, player, url);
      });
    }
  } finally {
    await pages.close();
  }
});
