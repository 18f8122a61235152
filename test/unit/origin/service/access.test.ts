import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createOrigin, type Origin, type OriginOptions } from '../../../../demo/origin/server.ts';
import { mayPublish } from '../../../../demo/origin/service/publish-access.ts';
import { ask } from '../ask.ts';
import { Pusher } from '../live/pusher.ts';

const SAMPLE = join(import.meta.dirname, '../../../../demo/sample');

const cleaning: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const clean of cleaning.splice(0).reverse()) await clean();
});

async function serve(options: OriginOptions): Promise<string> {
  const origin: Origin = createOrigin(options);
  cleaning.push(() => origin.close());
  return origin.listen();
}

async function folderOf(name: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), `origin-${name}-`));
  cleaning.push(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

describe('the host that a request names', () => {
  const path = '/titles/sample.ism/Manifest';

  it.each([
    ['127.0.0.1', 200],
    ['127.0.0.1:8080', 200],
    ['localhost:1', 200],
    ['media.localhost', 200],
    ['[::1]:8080', 200],
    ['192.0.2.7', 200],
    ['Origin.Example.', 200],
    ['rebound.example', 421],
    ['rebound.example:8080', 421],
    ['localhost.rebound.example', 421],
    ['origin.example.rebound.example', 421],
    ['127.0.0.1.rebound.example', 421],
  ])('%j: %i', async (host, status) => {
    const url = await serve({ presentations: { '/titles': SAMPLE }, names: ['origin.example'] });
    expect((await ask(url, path, { headers: { Host: host } })).status).toBe(status);
  });

  it('may be any where that was asked for', async () => {
    const url = await serve({ presentations: { '/titles': SAMPLE }, names: ['*'] });
    expect((await ask(url, path, { headers: { Host: 'any.example' } })).status).toBe(200);
  });

  it('counts in a whole URL too', async () => {
    const url = await serve({ presentations: { '/titles': SAMPLE } });
    expect((await ask(url, `http://rebound.example${path}`)).status).toBe(421);
  });

  it('keeps a rebound page from the control interface and from publishing', async () => {
    const archive = await folderOf('rebound');
    const url = await serve({ control: true, publish: [{ path: '/live/a.isml', archive }] });
    // As its browser sees it, the page is of the same site.
    const headers = { Host: 'rebound.example', 'Sec-Fetch-Site': 'same-origin' };
    expect((await ask(url, '/control/rules', { headers })).status).toBe(421);
    expect((await ask(url, '/live/a.isml/Streams(a)', { method: 'POST', headers })).status).toBe(421);
  });
});

it('offers no control interface unless it is asked to', async () => {
  const url = await serve({ presentations: { '/titles': SAMPLE } });
  expect((await ask(url, '/control/rules')).status).toBe(404);
  expect((await ask(url, '/control/rules', { method: 'POST', body: '{}' })).status).toBe(405);
});

describe('links', () => {
  let inside: string;
  let outside: string;
  beforeEach(async () => {
    inside = await folderOf('inside');
    outside = await folderOf('outside');
    await mkdir(join(inside, 'real'));
    for (const folder of [outside, join(inside, 'real')]) {
      await writeFile(join(folder, 'a.ismc'), '<SmoothStreamingMedia/>');
      await writeFile(join(folder, 'a.ism'), '<smil/>');
      await writeFile(join(folder, 'page.html'), 'secret');
    }
  });

  it('that lead out of the folder are as if they were not there', async () => {
    await symlink(outside, join(inside, 'linked'));
    await symlink(join(outside, 'page.html'), join(inside, 'page.html'));
    await symlink(join(outside, 'a.ismc'), join(inside, 'b.ismc'));
    await writeFile(join(inside, 'b.ism'), '<smil/>');
    const url = await serve({
      presentations: { '/titles': inside },
      files: [{ at: '/files/', from: inside }],
    });
    for (const path of [
      '/titles/linked/a.ism/Manifest',
      '/titles/LINKED/a.ism/Manifest',
      '/titles/b.ism/Manifest',
      '/files/page.html',
      '/files/linked/page.html',
    ])
      expect([path, (await ask(url, path)).status]).toEqual([path, 404]);
  });

  it('that stay in the folder, or that the folder itself is, are followed', async () => {
    await symlink(join(inside, 'real'), join(inside, 'linked'));
    await symlink(inside, join(outside, 'root'));
    const url = await serve({
      presentations: { '/titles': join(outside, 'root') },
      files: [{ at: '/files/', from: join(outside, 'root') }],
    });
    for (const path of [
      '/titles/real/a.ism/Manifest',
      '/titles/linked/a.ism/Manifest',
      '/files/linked/page.html',
    ])
      expect([path, (await ask(url, path)).status]).toEqual([path, 200]);
  });
});

describe('publishing with a token', () => {
  const path = '/live/event.isml/Streams(main)';
  const push = async (headers: Record<string, string>, query = '') => {
    const archive = await folderOf('token');
    const url = await serve({ publish: [{ path: '/live/event.isml', archive, tokens: ['old', 's3cret'] }] });
    return new Pusher(url, path + query, headers).end();
  };
  const basic = (pair: string) => ({ Authorization: `Basic ${Buffer.from(pair).toString('base64')}` });

  it.each<[string, number, Record<string, string>, string?]>([
    ['none', 401, {}],
    ['a wrong one', 401, { Authorization: 'Bearer nothing' }],
    ['a part of it', 401, { Authorization: 'Bearer s3cre' }],
    ['it as Bearer', 200, { Authorization: 'Bearer s3cret' }],
    ['another that is valid', 200, { Authorization: 'bearer old' }],
    ['it as the password', 200, basic('encoder:s3cret')],
    ['it as the user name', 401, basic('s3cret:x')],
    ['it in the query', 200, {}, '?token=s3cret'],
    ['a wrong one in the query', 401, {}, '?token=s3cret2'],
  ])('with %s: %i', async (_, status, headers, query) => {
    expect((await push(headers, query)).status).toBe(status);
  });

  it('takes none where none is set', () => {
    const request = { headers: {}, url: '/' } as Parameters<typeof mayPublish>[0];
    expect(mayPublish(request, [])).toBe(true);
    expect(mayPublish(request, [''])).toBe(false);
  });

  it('asks for it before it takes the body', async () => {
    const archive = await folderOf('token');
    const url = await serve({ publish: [{ path: '/live/event.isml', archive, tokens: ['t'] }] });
    const { status, headers } = await ask(url, path, {
      method: 'POST',
      headers: { Expect: '100-continue', 'Content-Length': '1000000' },
    });
    expect([status, headers['www-authenticate'], headers.connection]).toEqual([
      401,
      'Basic realm="publish"',
      'close',
    ]);
  });
});
