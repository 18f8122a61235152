import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { get, type IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createOrigin, type Origin, type OriginOptions } from '../../../../demo/origin/server.ts';
import { accessLogLine } from '../../../../demo/origin/service/access-log.ts';
import { type FinishedRequest, redactQuery } from '../../../../demo/origin/service/finished-request.ts';
import { Metrics } from '../../../../demo/origin/service/metrics.ts';
import { ask } from '../ask.ts';
import { type PushedTrack, Pusher, trackOf, until } from '../live/pusher.ts';
import { readFileNames } from '../read-presentation.ts';

const SAMPLE = join(import.meta.dirname, '../../../../demo/sample');
const PATH = '/live/event.isml';

let video: PushedTrack;
beforeAll(async () => {
  const names = await readFileNames(SAMPLE, 'sample');
  video = await trackOf(join(SAMPLE, names[5] ?? ''), { kind: 'video', trackId: 6, bitrate: 57_019 });
});

const cleaning: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const clean of cleaning.splice(0).reverse()) await clean();
});

async function folderOf(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'origin-service-'));
  cleaning.push(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

async function serve(options: OriginOptions): Promise<{ origin: Origin; url: string }> {
  const origin = createOrigin(options);
  cleaning.push(() => origin.close());
  return { origin, url: await origin.listen() };
}

describe('/metrics', () => {
  it('are what Prometheus reads: every sample under its help and type, each name once', async () => {
    const { url } = await serve({
      presentations: { '/titles': SAMPLE },
      publish: [{ path: PATH, archive: await folderOf() }],
      version: '1.2.3',
    });
    await ask(url, '/titles/sample.ism/Manifest');
    await ask(url, '/titles/sample.ism/QualityLevels(57019)/Fragments(video=0)');
    await ask(url, '/titles/none.ism/Manifest');
    const { headers, body } = await ask(url, '/metrics');
    expect(headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8');
    const lines = body.toString().trimEnd().split('\n');
    const typed = new Map<string, string>();
    for (const line of lines) {
      const [, name, type] = /^# TYPE (\w+) (counter|gauge|histogram)$/.exec(line) ?? [];
      if (name && type) {
        expect(typed.has(name)).toBe(false);
        typed.set(name, type);
      } else if (!line.startsWith('# HELP ')) {
        const [, sample = ''] = /^(\w+)(?:\{(?:\w+="(?:[^"\\]|\\.)*",?)*\})? [\d.e+-]+$/.exec(line) ?? [];
        const family = sample.replace(/_(bucket|sum|count)$/, '');
        expect([line, typed.has(sample) || typed.get(family) === 'histogram']).toEqual([line, true]);
        expect(typed.get(sample) === 'counter').toBe(sample.endsWith('_total'));
      }
    }
    expect(lines).toContain('smooth_origin_http_requests_total{kind="manifest",code="2xx"} 1');
    expect(lines).toContain('smooth_origin_http_requests_total{kind="manifest",code="4xx"} 1');
    expect(lines).toContain('smooth_origin_http_requests_total{kind="fragment",code="2xx"} 1');
    expect(lines).toContain('smooth_origin_http_request_duration_seconds_bucket{le="+Inf"} 3');
    expect(lines).toContain('smooth_origin_build_info{version="1.2.3"} 1');
    const [, bytes] = /\nsmooth_origin_http_response_bytes_total (\d+)\n/.exec(`${body}`) ?? [];
    expect(Number(bytes)).toBeGreaterThan(4000);
  });

  it('tell how a push goes on', async () => {
    const { url } = await serve({ publish: [{ path: PATH, archive: await folderOf(), lookAhead: 0 }] });
    const read = async (name: string) => {
      const { body } = await ask(url, '/metrics');
      return Number(new RegExp(`smooth_origin_${name}\\{title="${PATH}"\\} (\\S+)`).exec(`${body}`)?.[1]);
    };
    const encoder = new Pusher(url, `${PATH}/Streams(main)`);
    const three = video.fragments.slice(0, 3);
    encoder.write(video.header, ...three, ...three.slice(2));
    await until(async () => (await read('ingest_duplicates_total')) === 1);
    expect(await read('ingest_fragments_total')).toBe(3);
    expect(await read('ingest_connections')).toBe(1);
    expect(await read('live_edge_seconds')).toBe(6);
    expect(await read('archive_failed')).toBe(0);
    expect(await read('archive_syncs_total')).toBe(3);
    expect(await read('archive_bytes')).toBeGreaterThan(Buffer.concat(three).length);
    expect(Math.abs((await read('ingest_last_fragment_timestamp_seconds')) - Date.now() / 1000)).toBeLessThan(
      60,
    );
    encoder.break();
    await until(async () => (await read('ingest_connections')) === 0);
  });

  it('count durations into the buckets that they fit', () => {
    const metrics = new Metrics();
    const finished = {
      kind: 'file',
      at: 0,
      method: 'GET',
      url: '/',
      bytes: 1,
      client: '',
      agent: '',
    } as const;
    for (const ms of [0, 5, 5.1, 300, 60_000]) metrics.count({ ...finished, status: 200, ms });
    metrics.count({ ...finished, kind: 'push', status: 0, ms: 3_600_000 });
    const text = metrics.text([]);
    const bucket = (le: string) =>
      Number(new RegExp(`le="${le.replace('+', '\\+')}"} (\\d+)`).exec(text)?.[1]);
    expect(['0.005', '0.01', '0.25', '0.5', '10', '+Inf'].map(bucket)).toEqual([2, 3, 3, 4, 4, 5]);
    expect(text).toContain('http_requests_total{kind="push",code="none"} 1');
  });
});

describe('the access log', () => {
  it('has each request when it is over, without what its query says', async () => {
    const finished: FinishedRequest[] = [];
    const { url } = await serve({
      presentations: { '/titles': SAMPLE },
      onRequest: (request) => finished.push(request),
    });
    await ask(url, '/titles/sample.ism/Manifest?token=s3cret&x', { headers: { 'User-Agent': 'test/1' } });
    await ask(url, '/titles/sample.ism/QualityLevels(57019)/Fragments(video=7)');
    await ask(url, '/healthz');
    await until(async () => finished.length === 3);
    const [manifest, fragment] = finished;
    expect(manifest).toMatchObject({
      kind: 'manifest',
      method: 'GET',
      url: '/titles/sample.ism/Manifest?token=…&…',
      status: 200,
      agent: 'test/1',
      client: '127.0.0.1',
    });
    expect(manifest?.bytes).toBeGreaterThan(3000);
    expect([fragment?.kind, fragment?.status]).toEqual(['fragment', 404]);
    expect(finished[2]?.kind).toBe('health');
  });

  it('has lines that no client can break', () => {
    const request: FinishedRequest = {
      kind: 'file',
      at: Date.UTC(2026, 0, 2, 3, 4, 5),
      method: 'GET',
      url: '/a"b\nc',
      status: 200,
      ms: 1.4,
      bytes: 10,
      client: '::1',
      agent: 'evil"\r\n127.0.0.1 - -',
    };
    expect(accessLogLine(request, 'combined')).toBe(
      '::1 - - [02/Jan/2026:03:04:05 +0000] "GET /a\\x22b\\xac HTTP/1.1" 200 10 "-" "evil\\x22\\xd\\xa127.0.0.1 - -"',
    );
    expect(JSON.parse(accessLogLine(request, 'json'))).toEqual({
      time: '2026-01-02T03:04:05.000Z',
      client: '::1',
      method: 'GET',
      url: '/a"b\nc',
      status: 200,
      bytes: 10,
      ms: 1,
      kind: 'file',
      agent: 'evil"\r\n127.0.0.1 - -',
    });
  });

  it.each([
    ['/a', '/a'],
    ['/a?', '/a?…'],
    ['/a?b=c&d=e=f&g', '/a?b=…&d=…&…'],
    [`/${'x'.repeat(5000)}`, `/${'x'.repeat(999)}`],
  ])('%# leaves the values of a query out', (url, redacted) => {
    expect(redactQuery(url)).toBe(redacted);
  });
});

describe('shutting down', () => {
  /** A response of 64 MiB, of which the first piece has come. */
  const begin = (url: string) =>
    new Promise<{ response: IncomingMessage; whole: Promise<boolean> }>((resolve, reject) => {
      get(`${url}/media/a`, { agent: false }, (response) => {
        response.on('error', () => undefined);
        const whole = new Promise<boolean>((ended) => {
          response.on('close', () => ended(response.complete));
        });
        response.once('data', () => {
          response.pause();
          resolve({ response, whole });
        });
      }).on('error', reject);
    });

  async function serveLarge() {
    const large = join(await folderOf(), 'large');
    await writeFile(large, '');
    await truncate(large, 64 * 1024 * 1024);
    return serve({ files: [{ at: '/media/', from: () => large }] });
  }

  it('lets a response come to its end, and takes no new connection', async () => {
    const { origin, url } = await serveLarge();
    const { response, whole } = await begin(url);
    const down = origin.shutDown(10);
    await expect(ask(url, '/healthz')).rejects.toThrow('ECONNREFUSED');
    response.resume();
    expect(await whole).toBe(true);
    await down;
  });

  it('waits for nobody longer than it was told to', async () => {
    const { origin, url } = await serveLarge();
    const { whole, response } = await begin(url);
    await origin.shutDown(0.2);
    response.resume();
    expect(await whole).toBe(false);
  });

  it('ends pushes without ending the event, and the next origin goes on with it', async () => {
    const archive = await folderOf();
    const options = { publish: [{ path: PATH, archive, lookAhead: 0 }], control: true };
    const state = async (url: string) => JSON.parse(`${(await ask(url, '/control/live')).body}`)[0];
    const first = await serve(options);
    const encoder = new Pusher(first.url, `${PATH}/Streams(main)`);
    encoder.write(video.header, ...video.fragments.slice(0, 3));
    await until(async () => (await state(first.url)).streams[0]?.newest === `${video.times[2]}`);
    const { presentation } = await state(first.url);
    await first.origin.shutDown(5);
    const second = await serve(options);
    expect(await state(second.url)).toMatchObject({ presentation, state: 'stopped' });
    const manifest = `${(await ask(second.url, `${PATH}/Manifest`)).body}`;
    expect([...manifest.matchAll(/<c /g)]).toHaveLength(3);
    expect(manifest).toContain('IsLive="TRUE"');
  });
});

describe('/healthz', () => {
  it('tells what there is to tell', async () => {
    const { url } = await serve({ publish: [{ path: PATH, archive: await folderOf() }] });
    const { status, headers, body } = await ask(url, '/healthz');
    expect([status, headers['content-type'], headers['cache-control']]).toEqual([
      200,
      'application/json',
      'no-store',
    ]);
    expect(JSON.parse(`${body}`)).toEqual({ status: 'ok', publishing: [{ path: PATH, state: 'idle' }] });
  });
});
