import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasNginx, type Nginx, startNginx } from '../../demo/edge/nginx.ts';
import { exportTitle } from '../../demo/export/export-title.ts';
import { hostedAs } from '../../demo/hosting/media-type.ts';
import { libraryTitle } from '../../demo/origin/formats/library-title.ts';
import { Library } from '../../demo/origin/library.ts';
import { ask } from '../unit/origin/ask.ts';
import { makeRichTitle } from '../unit/origin/formats/titles.ts';

if (!hasNginx())
  console.warn('Hosting by nginx is not tested: it is not installed (Debian: apt-get install nginx-light).');

/** Named by `npm run hosting`, which installs it. */
const { S3RVER } = process.env;
if (!S3RVER)
  console.warn('Hosting by object storage is not tested here: `npm run hosting` does, with s3rver.');

const CLI = join(import.meta.dirname, '../../dist/cli.js');

let folder: string;
let names: string[];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hosting-'));
  await chmod(folder, 0o755);
  await makeRichTitle(folder);
  await exportTitle(
    {
      title: libraryTitle(new Library(join(folder, 'rich')), '/rich.ism'),
      out: join(folder, 'titles/film.ism'),
      formats: ['hls', 'dash', 'smooth'],
      plainNames: false,
      filter: new Map(),
      mayOverwrite: false,
      parallel: 4,
      progress: () => {},
    },
    new AbortController().signal,
  );
  const entries = await readdir(join(folder, 'titles'), { recursive: true, withFileTypes: true });
  names = entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(join(folder, 'titles').length + 1));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** As SDKs and some CDNs write a name. */
const encodedFully = (name: string) =>
  name
    .split('/')
    .map((part) =>
      encodeURIComponent(part).replace(
        /[()!*']/g,
        (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`,
      ),
    )
    .join('/');

/** What must hold wherever the files are. */
async function expectHosted(base: string, at: string): Promise<void> {
  for (const name of names) {
    const bytes = await readFile(join(folder, 'titles', name));
    const { contentType, cacheControl } = hostedAs(name);
    for (const written of [encodeURI(name), encodedFully(name)]) {
      const { status, headers, body } = await ask(base, `${at}/${written}`, {
        headers: { Origin: 'http://page.example' },
      });
      expect([written, status, headers['content-type'], headers['cache-control']]).toEqual([
        written,
        200,
        contentType,
        cacheControl,
      ]);
      expect(headers['access-control-allow-origin']).toBe('*');
      expect(body.equals(bytes)).toBe(true);
    }
  }
  const segment = names.find((name) => name.includes('video=20000000,format=cmaf')) ?? '';
  const { status, headers, body } = await ask(base, `${at}/${segment}`, {
    headers: { Range: 'bytes=100-199' },
  });
  expect([status, body.length]).toEqual([206, 100]);
  expect(headers['content-range']).toMatch(/^bytes 100-199\/\d+$/);
  expect((await ask(base, `${at}/film.ism/none.m4s`)).status).toBe(404);
}

/** The doctor finds nothing that keeps the Smooth title from playing, headers included. */
async function expectPlayable(url: string): Promise<void> {
  const done = spawn(process.execPath, [CLI, 'inspect', url, '--json', '--all']);
  let out = '';
  done.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text;
  });
  const [code] = await once(done, 'exit');
  expect([code, JSON.parse(out).verdict.kind]).toEqual([0, expect.stringMatching(/^plays/)]);
}

describe.skipIf(!hasNginx())('nginx', () => {
  let nginx: Nginx;
  beforeAll(async () => {
    const conf = join(import.meta.dirname, '../../demo/hosting/nginx.conf');
    nginx = await startNginx(conf, 'listen 8091;', [
      ['root /srv/titles;', `root ${join(folder, 'titles')};`],
    ]);
  });
  afterAll(() => nginx?.close());

  it('serves an exported title as it should, by raw and by encoded names', () => expectHosted(nginx.url, ''));
  it('serves one that plays', () => expectPlayable(`${nginx.url}/film.ism/Manifest`));
});

describe.skipIf(!S3RVER)('object storage', () => {
  let server: ChildProcess;
  const url = 'http://127.0.0.1:8192';
  beforeAll(async () => {
    const cors = join(folder, 'cors.xml');
    await writeFile(
      cors,
      '<CORSConfiguration><CORSRule><AllowedOrigin>*</AllowedOrigin><AllowedMethod>GET</AllowedMethod><AllowedMethod>HEAD</AllowedMethod><AllowedHeader>Range</AllowedHeader><ExposeHeader>Content-Range</ExposeHeader></CORSRule></CORSConfiguration>',
    );
    const args = [S3RVER ?? '', '-d', join(folder, 's3'), '-p', '8192', '--configure-bucket', 'titles', cors];
    server = spawn(process.execPath, args, { stdio: 'ignore' });
    for (let tried = 0; tried < 100 && !(await fetch(url).catch(() => undefined)); tried += 1)
      await sleep(100);
    for (const name of names) {
      const { contentType, cacheControl } = hostedAs(name);
      const headers = { 'Content-Type': contentType, 'Cache-Control': cacheControl };
      const body = new Uint8Array(await readFile(join(folder, 'titles', name)));
      const response = await fetch(`${url}/titles/${encodeURI(name)}`, { method: 'PUT', headers, body });
      expect([name, response.status]).toEqual([name, 200]);
    }
  });
  afterAll(() => server?.kill('SIGTERM'));

  it('serves an exported title as it should, by raw and by encoded names', () =>
    expectHosted(url, '/titles'));
  it('serves one that plays', () => expectPlayable(`${url}/titles/film.ism/Manifest`));

  it.skipIf(spawnSync('aws', ['--version']).error !== undefined)(
    'is filled by the commands in the documentation',
    async () => {
      const text = await readFile(join(import.meta.dirname, '../../demo/hosting.md'), 'utf8');
      const [, script = ''] = /```sh s3\n([\s\S]*?)```/.exec(text) ?? [];
      expect(script).toContain('aws s3');
      const env = {
        ...process.env,
        AWS_ACCESS_KEY_ID: 'S3RVER',
        AWS_SECRET_ACCESS_KEY: 'S3RVER',
        AWS_DEFAULT_REGION: 'us-east-1',
        AWS_ENDPOINT_URL: url,
        AWS_REQUEST_CHECKSUM_CALCULATION: 'when_required',
      };
      const own = script
        .replaceAll('s3://my-bucket/', 's3://titles/by-script/')
        .replaceAll('titles/film.ism', `${folder}/titles/film.ism`);
      const done = spawnSync('sh', ['-e', '-c', own], { env, encoding: 'utf8', timeout: 120_000 });
      expect([done.status, done.stderr]).toEqual([0, '']);
      await expectHosted(url, '/titles/by-script');
    },
  );
});
