import { copyFile, mkdir, mkdtemp, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createOrigin, type Origin } from '../../../demo/origin/server.ts';
import { ask } from './ask.ts';
import { readFileNames, readFragments, readManifest } from './read-presentation.ts';

const SAMPLE = join(import.meta.dirname, '../../../demo/sample');
const EXPOSED = 'Content-Length, Content-Range, Date, ETag, Retry-After';

let origin: Origin;
let url: string;
/** Of the sample's best level. */
let level: { file: Buffer; bitrate: string; fragments: Awaited<ReturnType<typeof readFragments>> };

beforeAll(async () => {
  origin = createOrigin({
    presentations: { '/titles': SAMPLE, '/nested/': join(SAMPLE, '..'), '/empty': join(SAMPLE, 'none') },
    files: [
      { at: '/page/', from: SAMPLE, headers: { 'Content-Security-Policy': "default-src 'self'" } },
      { at: '/made/', from: (path) => (path === 'Manifest' ? Buffer.from('<made/>') : undefined) },
    ],
  });
  url = await origin.listen();
  const [name = ''] = await readFileNames(SAMPLE, 'sample');
  const [video] = await readManifest(SAMPLE, 'sample');
  const path = join(SAMPLE, name);
  const [, bitrate = ''] = / Bitrate="(\d+)"/.exec(video?.attributes ?? '') ?? [];
  level = { file: await readFile(path), bitrate, fragments: await readFragments(path) };
});
afterAll(() => origin.close());

const fragmentPath = (noun: string, k: number) =>
  `/titles/sample.ism/QualityLevels(${level.bitrate})/${noun}(video=${level.fragments[k]?.time})`;

/** Sizes of the boxes that follow one another in bytes. */
function boxesOf(bytes: Buffer): [string, number][] {
  const boxes: [string, number][] = [];
  for (let at = 0; at < bytes.length; at += boxes.at(-1)?.[1] ?? bytes.length) {
    boxes.push([bytes.toString('latin1', at + 4, at + 8), bytes.readUInt32BE(at)]);
  }
  return boxes;
}

describe('nouns', () => {
  it('gives the client manifest as it lies on disk', async () => {
    const { status, headers, body } = await ask(url, '/titles/sample.ism/Manifest');
    expect(status).toBe(200);
    expect(headers['content-type']).toBe('text/xml');
    expect(body).toEqual(await readFile(join(SAMPLE, 'sample.ismc')));
  });

  it('gives every fragment that the index names, byte for byte', async () => {
    for (const [k, { samples }] of level.fragments.entries()) {
      const { status, headers, body } = await ask(url, fragmentPath('Fragments', k));
      expect(status).toBe(200);
      expect(headers['content-type']).toMatch(/^video\/mp4;ChildTrack="chapters=\d+/);
      const [[moof, size] = ['', 0], mdat] = boxesOf(body);
      expect([moof, mdat?.[0]]).toEqual(['moof', 'mdat']);
      expect(body.subarray(size + 8).equals(Buffer.concat(samples))).toBe(true);
      expect(level.file.includes(body)).toBe(true);
    }
  });

  it('gives the moof alone as FragmentInfo', async () => {
    const whole = await ask(url, fragmentPath('Fragments', 3));
    const { body } = await ask(url, fragmentPath('FragmentInfo', 3));
    expect(boxesOf(body).map(([type]) => type)).toEqual(['moof']);
    expect(whole.body.subarray(0, body.length)).toEqual(body);
  });

  it('gives the samples alone as RawFragments', async () => {
    const { body } = await ask(url, fragmentPath('RawFragments', 3));
    expect(body.equals(Buffer.concat(level.fragments[3]?.samples ?? []))).toBe(true);
  });

  it('gives the key frame alone as KeyFrames, for as long as the fragment lasts', async () => {
    const { body } = await ask(url, fragmentPath('KeyFrames', 3));
    const [[, moof] = ['', 0]] = boxesOf(body);
    expect(body.subarray(moof + 8).equals(level.fragments[3]?.samples[0] ?? Buffer.of())).toBe(true);
    const trun = body.indexOf('trun') + 4;
    expect(body.readUInt32BE(trun + 4)).toBe(1);
    expect(body.readUInt32BE(trun + 8)).toBe(moof + 8);
    expect(body.readUInt32BE(trun + 12)).toBe(20_000_000);
  });

  it('gives all of an audio fragment as KeyFrames', async () => {
    const [, , , , , , name = ''] = await readFileNames(SAMPLE, 'sample');
    const [first] = await readFragments(join(SAMPLE, name));
    const [, audio] = await readManifest(SAMPLE, 'sample');
    const [, bitrate] = / Bitrate="(\d+)"/.exec(audio?.attributes ?? '') ?? [];
    const { body } = await ask(url, `/titles/sample.ism/QualityLevels(${bitrate})/KeyFrames(audio_en=0)`);
    expect(body.subarray(body.indexOf('mdat') + 4).equals(Buffer.concat(first?.samples ?? []))).toBe(true);
  });

  it.each([
    ['in any case', (path: string) => path.toLowerCase()],
    ['in capitals', (path: string) => `/titles${path.slice(7).toUpperCase()}`],
    ['with escaped brackets', (path: string) => path.replaceAll('(', '%28').replaceAll(')', '%29')],
    ['with an escaped equals sign', (path: string) => path.replace('=', '%3D')],
    ['behind a query', (path: string) => `${path}?token=a/b`],
    ['in a folder of a folder', (path: string) => path.replace('/titles', '/nested/sample')],
  ])('are found %s', async (_, change) => {
    const { body } = await ask(url, fragmentPath('FragmentInfo', 1));
    expect((await ask(url, change(fragmentPath('FragmentInfo', 1)))).body).toEqual(body);
  });
});

describe('status', () => {
  it.each([
    ['no such title', 404, '/titles/none.ism/Manifest'],
    ['no such level', 404, '/titles/sample.ism/QualityLevels(1)/Fragments(video=0)'],
    ['malformed place', 400, '/titles/sample.ism/QualityLevels(1)/Fragments(video)'],
    ['malformed bitrate', 400, '/titles/sample.ism/QualityLevels(high)/Fragments(video=0)'],
    ['broken encoding', 400, '/titles/%E0%A4%A/Manifest'],
    ['a target that is no URL', 400, 'http://['],
    ['two slashes', 404, '//titles'],
    ['nothing there', 404, '/'],
    ['the files themselves', 404, '/titles/sample.ismc'],
    ['a zero byte', 404, '/titles/a%00.ism/Manifest'],
  ])('%s: %i', async (_, status, path) => {
    expect((await ask(url, path)).status).toBe(status);
  });

  it('no such stream or time: 404', async () => {
    const path = fragmentPath('Fragments', 1);
    expect((await ask(url, path.replace('video', 'film'))).status).toBe(404);
    expect((await ask(url, path.replace(/\d\)$/, '1)'))).status).toBe(404);
  });

  it('another method: 405, and which there are', async () => {
    const { status, headers } = await ask(url, '/titles/sample.ism/Manifest', { method: 'PUT' });
    expect([status, headers.allow]).toEqual([405, 'GET, HEAD, OPTIONS']);
  });

  it.each([
    '/page/../../../package.json',
    '/page/..%2f..%2f..%2fpackage.json',
    '/page/%2e%2e/%2e%2e/package.json',
    '/page/..%5c..%5cpackage.json',
    '/titles/../../package.json',
    '/empty/..%2fsample.ism/Manifest',
    '/page//etc/passwd',
  ])('%s leads out of nothing', async (path) => {
    expect((await ask(url, path)).status).toBe(404);
  });
});

describe('caches and other origins', () => {
  it('may keep a manifest for a moment, and compare it then', async () => {
    const { headers } = await ask(url, '/titles/sample.ism/Manifest');
    expect(headers['cache-control']).toBe('public, max-age=10');
    const again = { headers: { 'If-None-Match': `${headers.etag}` } };
    expect((await ask(url, '/titles/sample.ism/Manifest', again)).status).toBe(304);
  });

  it('may keep a fragment for ever', async () => {
    const { headers } = await ask(url, fragmentPath('Fragments', 0));
    expect(headers['cache-control']).toBe('public, max-age=31536000, immutable');
    const again = { headers: { 'If-None-Match': `"x", ${headers.etag}` } };
    const { status, body } = await ask(url, fragmentPath('Fragments', 0), again);
    expect([status, body.length]).toEqual([304, 0]);
    expect((await ask(url, fragmentPath('Fragments', 1), again)).status).toBe(200);
  });

  it('have everything told that they ask before reading', async () => {
    const { headers } = await ask(url, fragmentPath('Fragments', 0));
    expect(headers['access-control-allow-origin']).toBe('*');
    expect(headers['timing-allow-origin']).toBe('*');
    expect(headers['access-control-expose-headers']).toBe(EXPOSED);
    const preflight = await ask(url, fragmentPath('Fragments', 0), { method: 'OPTIONS' });
    expect(preflight.status).toBe(204);
    expect(preflight.headers['access-control-allow-methods']).toContain('GET');
    expect(preflight.headers['access-control-allow-headers']).toBe('*');
  });

  it('may send the headers that they ask for', async () => {
    const { headers } = await ask(url, fragmentPath('Fragments', 0), {
      method: 'OPTIONS',
      headers: { 'Access-Control-Request-Headers': 'authorization, cmcd-session' },
    });
    expect(headers['access-control-allow-headers']).toBe('authorization, cmcd-session');
    expect(headers.vary).toBe('Access-Control-Request-Headers');
  });

  it('get CORS headers with a refusal too', async () => {
    const { headers } = await ask(url, '/titles/none.ism/Manifest');
    expect(headers['access-control-allow-origin']).toBe('*');
    expect(headers['cache-control']).toBe('no-store');
  });

  it('get the length, and no body, from HEAD', async () => {
    const { body } = await ask(url, fragmentPath('Fragments', 2));
    const head = await ask(url, fragmentPath('Fragments', 2), { method: 'HEAD' });
    expect(head.headers['content-length']).toBe(String(body.length));
    expect([head.status, head.body.length]).toEqual([200, 0]);
  });
});

describe('ranges', () => {
  it.each([
    ['bytes=0-9', 206, (size: number) => [0, 10, size]],
    ['bytes=700-', 206, (size: number) => [700, size, size]],
    ['bytes=-5', 206, (size: number) => [size - 5, size, size]],
    ['bytes=5-99999999', 206, (size: number) => [5, size, size]],
    ['bytes=99999999-', 416, () => []],
    ['bytes=9-3', 416, () => []],
    ['bytes=0-1,5-6', 200, (size: number) => [0, size, size]],
    ['lines=1-2', 200, (size: number) => [0, size, size]],
  ])('%s: %i', async (range, status, expected) => {
    const { body: whole } = await ask(url, fragmentPath('Fragments', 2));
    const answer = await ask(url, fragmentPath('Fragments', 2), { headers: { Range: range } });
    expect(answer.status).toBe(status);
    const [from = 0, to = 0, size] = expected(whole.length);
    if (status === 416) expect(answer.headers['content-range']).toBe(`bytes */${whole.length}`);
    else expect(answer.body.equals(whole.subarray(from, to))).toBe(true);
    if (status === 206) expect(answer.headers['content-range']).toBe(`bytes ${from}-${to - 1}/${size}`);
  });
});

it('a range of what has changed since is all of it', async () => {
  const get = (tag: string) =>
    ask(url, fragmentPath('Fragments', 2), { headers: { Range: 'bytes=0-9', 'If-Range': tag } });
  const { headers } = await ask(url, fragmentPath('Fragments', 2), { method: 'HEAD' });
  expect((await get(headers.etag ?? '')).status).toBe(206);
  expect((await get('"older"')).status).toBe(200);
});

describe('other files', () => {
  it('are served with their type and headers of their own', async () => {
    const { status, headers } = await ask(url, '/page/sample.ismc');
    expect([status, headers['content-type']]).toEqual([200, 'text/xml']);
    expect(headers['cache-control']).toBe('no-cache');
    expect(headers['content-security-policy']).toBe("default-src 'self'");
  });

  it('may be what a function finds, and then rules hold for them', async () => {
    expect((await ask(url, '/made/Manifest')).body.toString()).toBe('<made/>');
    expect((await ask(url, '/made/none')).status).toBe(404);
    const rule = origin.rules.add({ effect: { type: 'status', status: 503 } });
    expect((await ask(url, '/made/Manifest')).status).toBe(503);
    expect((await ask(url, '/page/sample.ismc')).status).toBe(200);
    origin.rules.remove(rule.id);
  });
});

describe('a presentation that is replaced', () => {
  it('is read again', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'origin-'));
    const other = createOrigin({ presentations: { '/': folder } });
    try {
      const base = await other.listen();
      const [best = '', , , , , low = ''] = await readFileNames(SAMPLE, 'sample');
      await mkdir(join(folder, 'sub'));
      const ism = (src: string, track: number) =>
        `<smil><body><switch><video src="${src}" systemBitrate="1"><param name="trackID" value="${track}"/></video></switch></body></smil>`;
      await copyFile(join(SAMPLE, best), join(folder, 'sub/a.ismv'));
      await writeFile(join(folder, 'sub/a.ism'), ism('a.ismv', 1));
      const path = '/sub/a.ism/QualityLevels(1)/Fragments(video=0)';
      const before = await ask(base, path);
      await copyFile(join(SAMPLE, low), join(folder, 'sub/a.ismv'));
      await writeFile(join(folder, 'sub/a.ism'), ism('a.ismv', 6));
      await utimes(join(folder, 'sub/a.ism'), 1e9, 1e9);
      const after = await ask(base, path);
      expect([before.status, after.status]).toEqual([200, 200]);
      expect(after.body.length).toBeLessThan(before.body.length);
      expect(after.headers.etag).not.toBe(before.headers.etag);
    } finally {
      await other.close();
      await rm(folder, { recursive: true, force: true });
    }
  });
});
