import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hasNginx, type Nginx, startNginx } from '../../demo/edge/nginx.ts';
import { exportTitle } from '../../demo/export/export-title.ts';
import { libraryTitle } from '../../demo/origin/formats/library-title.ts';
import { Library } from '../../demo/origin/library.ts';
import type { Origin } from '../../demo/origin/server.ts';
import { expect, openOrigin, PEERS, type PeerName, peerName, test } from './peer.ts';
import { playThrough } from './play-through.ts';

const SAMPLE_FOLDER = join(import.meta.dirname, '../../demo/sample');

test.skip(!hasNginx(), 'nginx is not installed (on Debian: apt-get install nginx-light)');

let folder: string;
let host: Nginx;
/** The page is of another site than the media. */
let pages: Origin & { readonly url: string };
test.beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'players-static-'));
  await chmod(folder, 0o755);
  for (const plainNames of [false, true]) {
    await exportTitle(
      {
        title: libraryTitle(new Library(SAMPLE_FOLDER), '/sample.ism'),
        out: join(folder, plainNames ? 'plain' : 'sample.ism'),
        formats: ['hls', 'dash', 'smooth'],
        plainNames,
        filter: new Map(),
        mayOverwrite: false,
        parallel: 4,
        progress: () => {},
      },
      new AbortController().signal,
    );
  }
  const conf = join(import.meta.dirname, '../../demo/hosting/nginx.conf');
  host = await startNginx(conf, 'listen 8091;', [['root /srv/titles;', `root ${folder};`]]);
  pages = await openOrigin({});
});
test.afterAll(async () => {
  await host?.close();
  await pages?.close();
  await rm(folder, { recursive: true, force: true });
});

const CASES: readonly (readonly [name: string, player: PeerName, entry: string])[] = [
  ...PEERS.map(
    (peer) => [peerName(peer), peer.player, peer.format === 'hls' ? 'index.m3u8' : 'index.mpd'] as const,
  ),
  ['smooth-player', 'smooth', 'Manifest'],
];

for (const [name, player, entry] of CASES) {
  test.describe(name, () => {
    for (const [at, names] of [
      ['sample.ism', ''],
      ['plain', ' with plain names'],
    ]) {
      test(`plays exported files${names} from a web server`, async ({ peerPage }) => {
        const page = await peerPage(pages.url);
        await page.open(player, `${host.url}/${at}/${entry}`);
        await playThrough(page);
        expect(await page.problems()).toEqual([]);
      });
    }
  });
}
