import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { isSmoothError, type SmoothError } from '../../../src/base/errors.ts';
import { type BytesRequest, fetchBytes } from '../../../src/net/fetch-bytes.ts';
import { fetchWhole } from '../../../src/net/fetch-whole.ts';
import { ThroughputMeter } from '../../../src/net/throughput-meter.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

const URL = 'http://host/x';
const { signal: never } = new AbortController();

/** A server whose answer is told by a function; it hears when the connection is closed. */
function server(answer: (request: Request) => Response | Promise<Response>) {
  const seen: Request[] = [];
  const closed: unknown[] = [];
  const fetch = ((request: Request, { signal }: { signal: AbortSignal }) => {
    seen.push(request);
    return new Promise<Response>((resolve, reject) => {
      signal.addEventListener('abort', () => {
        closed.push(signal.reason);
        reject(signal.reason);
      });
      Promise.resolve(answer(request)).then((response) => resolve(abortable(response, signal)), reject);
    });
  }) as typeof globalThis.fetch;
  return { seen, closed, fetch };
}

/** As the platform has it: aborting a request breaks its body. */
function abortable(response: Response, signal: AbortSignal): Response {
  const through = response.body?.pipeThrough(new TransformStream<Uint8Array, Uint8Array>(), { signal });
  return new Response(through ?? null, response);
}

const request = (fetch: typeof globalThis.fetch, more: Partial<BytesRequest> = {}): BytesRequest => ({
  url: URL,
  limits: { firstByte: 600, progress: 400, whole: 2000 },
  maxBytes: 1000,
  credentials: 'same-origin',
  isTrusted: true,
  hooks: { fetch },
  ...more,
});

/** A body that gives pieces when told, and stands still otherwise. */
function body(...pieces: string[]) {
  const encoder = new TextEncoder();
  return new ReadableStream<Uint8Array>({
    start: (controller) => pieces.forEach((piece) => void controller.enqueue(encoder.encode(piece))),
  });
}

async function read(generator: AsyncGenerator<Uint8Array, unknown, void>): Promise<string> {
  let text = '';
  for await (const piece of generator) text += new TextDecoder().decode(piece);
  return text;
}

const codeOf = (promise: Promise<unknown>) =>
  promise.then(
    () => 'none',
    (error: unknown) =>
      isSmoothError(error) ? `${error.code} ${JSON.stringify(error.details)}` : String(error),
  );

test('a body is given piece by piece, with its announced length', async () => {
  const { fetch } = server(() => new Response('hello', { headers: { 'Content-Length': '5' } }));
  const response = await fetchBytes(request(fetch), never);
  expect(response.length).toBe(5);
  expect(await read(response.body)).toBe('hello');
});

test('the length of an encoded body is not that of its bytes', async () => {
  const headers = { 'Content-Length': '3', 'Content-Encoding': 'gzip' };
  const { fetch } = server(() => new Response('hello', { headers }));
  expect(await read((await fetchBytes(request(fetch), never)).body)).toBe('hello');
});

test.each([202, 208, 404, 500])('status %s is told, and the connection closed', async (status) => {
  const { fetch, closed } = server(() => new Response('sorry', { status }));
  expect(await codeOf(fetchBytes(request(fetch), never))).toBe(
    `network-status {"url":"${URL}","status":${status}}`,
  );
  expect(closed).toHaveLength(1);
});

test.each([401, 403])('%s is a refusal, which no answer of the app’s changes', async (status) => {
  const { fetch, seen } = server(() => new Response('no', { status }));
  expect(await codeOf(fetchBytes(request(fetch), never))).toBe(
    `network-unauthorized {"url":"${URL}","status":${status}}`,
  );
  const refused = vi.fn(() => false);
  await codeOf(fetchBytes(request(fetch, { hooks: { fetch, refused } }), never));
  expect(refused.mock.calls).toEqual([[{ url: URL, status, trusted: true }]]);
  expect(seen).toHaveLength(2);
});

test('a refusal that the app has an answer to is tried once more, with what the app adds by then', async () => {
  let token = 'old';
  const { fetch, seen } = server(
    ({ url }) => new Response('ok', { status: url.endsWith('new') ? 200 : 403 }),
  );
  const hooks = {
    fetch,
    request: (plain: Request) => new Request(`${plain.url}?token=${token}`, plain),
    refused: async () => {
      token = 'new';
      return true;
    },
  };
  expect(await read((await fetchBytes(request(fetch, { hooks }), never)).body)).toBe('ok');
  expect(seen.map(({ url }) => url)).toEqual([`${URL}?token=old`, `${URL}?token=new`]);
  expect(seen[1]?.cache).toBe('reload');
});

test('a hook may replace the answer', async () => {
  const { fetch } = server(() => new Response('sealed'));
  const response = async (answer: Response, { url }: Request) =>
    new Response(`${url}: ${(await answer.text()).replace('s', 'un-s')}`);
  const asked = request(fetch, { hooks: { fetch, response } });
  expect(await read((await fetchBytes(asked, never)).body)).toBe(`${URL}: un-sealed`);
});

test.each(['request', 'fetch', 'response'] as const)(
  'a %s hook that never settles times out',
  async (name) => {
    const { fetch } = server(() => new Response('ok'));
    const hooks = { fetch, [name]: () => new Promise<never>(() => {}) };
    const failed = codeOf(fetchBytes(request(fetch, { hooks }), never));
    await vi.advanceTimersByTimeAsync(600);
    expect(await failed).toMatch(/^network-timeout /);
  },
);

test('hooks that return nothing leave the request and the response as they are', async () => {
  const { fetch, seen } = server(() => new Response('ok'));
  const hooks = { fetch, request: () => undefined, response: async () => undefined };
  expect(await read((await fetchBytes(request(fetch, { hooks }), never)).body)).toBe('ok');
  expect(seen.map(({ url }) => url)).toEqual([URL]);
});

test.each([
  { name: 'request', returned: 'https://example.com/' },
  { name: 'fetch', returned: undefined },
  { name: 'response', returned: 'ok' },
])('a $name hook that returns something else is named', async ({ name, returned }) => {
  const { fetch } = server(() => new Response('ok'));
  const hooks = { fetch, [name]: async () => returned as unknown as Response };
  const failed = fetchBytes(request(fetch, { hooks }), never);
  await expect(failed).rejects.toMatchObject({
    code: 'option-invalid',
    details: { option: `network.${name}` },
  });
});

test.each([
  { header: '5', waitMs: 5000 },
  { header: new Date(7000).toUTCString(), waitMs: 7000 },
  { header: 'soon', waitMs: undefined },
  { header: '-3', waitMs: undefined },
])('the wish to be left alone is told: "$header"', async ({ header, waitMs }) => {
  vi.setSystemTime(0);
  const { fetch } = server(() => new Response('busy', { status: 429, headers: { 'Retry-After': header } }));
  const error = await fetchBytes(request(fetch), never).catch((cause: SmoothError) => cause);
  expect(error).toMatchObject({ code: 'network-status', details: { status: 429 } });
  expect((error as SmoothError<'network-status'>).details.retryAfterMs).toBe(waitMs);
});

test('no answer in time, and the request is given up', async () => {
  const { fetch, closed } = server(() => new Promise(() => {}));
  const outcome = codeOf(fetchBytes(request(fetch), never));
  await vi.advanceTimersByTimeAsync(600);
  expect(await outcome).toBe(`network-timeout {"url":"${URL}","phase":"firstByte","afterMs":600}`);
  expect(closed).toHaveLength(1);
});

test('a body that shows no progress in time is given up, but not while its reader is busy', async () => {
  const { fetch } = server(() => new Response(body('a', 'b')));
  const response = await fetchBytes(
    request(fetch, { limits: { firstByte: 600, progress: 400, whole: 9000 } }),
    never,
  );
  expect((await response.body.next()).done).toBe(false);
  await vi.advanceTimersByTimeAsync(5000);
  expect((await response.body.next()).done).toBe(false);
  const outcome = codeOf(response.body.next());
  await vi.advanceTimersByTimeAsync(400);
  expect(await outcome).toMatch(/"phase":"progress"/);
});

test.each([Number.POSITIVE_INFINITY, 2 ** 32])('a limit of %f ms is none', async (limit) => {
  const drip = new TransformStream<Uint8Array, Uint8Array>();
  const { fetch } = server(() => new Response(drip.readable));
  const limits = { firstByte: limit, progress: limit, whole: limit };
  const response = await fetchBytes(request(fetch, { limits }), never);
  const outcome = codeOf(read(response.body));
  await vi.advanceTimersByTimeAsync(3_600_000);
  await drip.writable.close();
  expect(await outcome).toBe('none');
});

test('a body that drips is given up after the whole time', async () => {
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
  const drip = writable.getWriter();
  const { fetch } = server(() => new Response(readable));
  const response = await fetchBytes(request(fetch), never);
  const outcome = codeOf(read(response.body));
  for (let i = 0; i < 20; i += 1) {
    drip.write(Uint8Array.of(1)).catch(() => {});
    await vi.advanceTimersByTimeAsync(100);
  }
  expect(await outcome).toMatch(/"phase":"whole"/);
});

test('a body shorter than announced is told, with both figures', async () => {
  const { fetch } = server(() => new Response('hel', { headers: { 'Content-Length': '5' } }));
  const response = await fetchBytes(request(fetch), never);
  expect(await codeOf(read(response.body))).toBe(
    `network-truncated {"url":"${URL}","received":3,"expected":5}`,
  );
});

test('a connection that breaks within a body of known length is a truncation too', async () => {
  const broken = new ReadableStream<Uint8Array>({
    pull: (controller) => controller.error(new TypeError('network error')),
  });
  const { fetch } = server(() => new Response(broken, { headers: { 'Content-Length': '5' } }));
  const response = await fetchBytes(request(fetch), never);
  expect(await codeOf(read(response.body))).toMatch(/^network-truncated/);
});

test('no connection at all', async () => {
  const { fetch } = server(() => Promise.reject(new TypeError('Failed to fetch')));
  expect(await codeOf(fetchBytes(request(fetch), never))).toBe(`network-failed {"url":"${URL}"}`);
});

test('a body without end is given up at the cap', async () => {
  const { fetch, closed } = server(() => new Response(body('x'.repeat(600), 'x'.repeat(600))));
  const response = await fetchBytes(request(fetch), never);
  expect(await codeOf(read(response.body))).toBe(`network-too-large {"url":"${URL}","limit":1000}`);
  expect(closed).toHaveLength(1);
});

test('aborted before and during, it rejects with the reason', async () => {
  const controller = new AbortController();
  const { fetch, closed } = server(() => new Response(body('a')));
  const response = await fetchBytes(request(fetch), controller.signal);
  await response.body.next();
  const next = response.body.next();
  controller.abort(new Error('enough'));
  await expect(next).rejects.toThrow('enough');
  expect(closed).toHaveLength(1);
  await expect(fetchBytes(request(fetch), controller.signal)).rejects.toThrow('enough');
});

test('a reader that leaves early closes the connection', async () => {
  const { fetch, closed } = server(() => new Response(body('a', 'b')));
  const response = await fetchBytes(request(fetch), never);
  for await (const _ of response.body) break;
  expect(closed).toHaveLength(1);
});

test('headers, credentials and cache mode go out, and a hook may replace the request', async () => {
  const { fetch, seen } = server(() => new Response('ok'));
  const rewrite = (plain: Request) => new Request(`${plain.url}?token=1`, plain);
  const asked = request(fetch, {
    cache: 'reload',
    headers: { 'X-App': '1' },
    credentials: 'include',
    hooks: { fetch, request: rewrite },
  });
  await read((await fetchBytes(asked, never)).body);
  const [sent] = seen;
  expect([sent?.url, sent?.cache, sent?.credentials, sent?.headers.get('X-App')]).toEqual([
    `${URL}?token=1`,
    'reload',
    'include',
    '1',
  ]);
});

test('a manifest is put together of its pieces', async () => {
  const { fetch } = server(() => new Response('<a/>'));
  const { bytes, url } = await fetchWhole(request(fetch), never);
  expect([new TextDecoder().decode(bytes), url]).toEqual(['<a/>', URL]);
});

test('what comes together with the end of a body is part of it', async () => {
  const reader = {
    read: async () => ({ done: true, value: new TextEncoder().encode('abc') }),
  };
  const answer = {
    ok: true,
    status: 200,
    headers: new Headers({ 'content-length': '3' }),
    body: { getReader: () => reader },
  };
  const fetch = async () => answer as unknown as Response;
  expect(await read((await fetchBytes(request(fetch), never)).body)).toBe('abc');
});

test('the meter counts what all transfers receive, and passes each piece on', async () => {
  const meter = new ThroughputMeter();
  const pieces: number[] = [];
  const take = (piece: Uint8Array) => pieces.push(piece.byteLength) > 0;
  const measure = async (text: string) =>
    meter.measure(await fetchBytes(request(server(() => new Response(text)).fetch), never), take);
  const transfers = await Promise.all([measure('abcd'), measure('xy')]);
  expect(transfers.map(({ bytes }) => bytes)).toEqual([4, 2]);
  expect(meter.total).toBe(6);
  expect(pieces.toSorted()).toEqual([2, 4]);
});

test('a throw while a body is measured closes its connection', async () => {
  let signal: AbortSignal | undefined;
  const fetch = async (_: unknown, init?: RequestInit) => {
    signal = init?.signal ?? undefined;
    return new Response(body('abcd'));
  };
  const meter = new ThroughputMeter();
  const heard: number[] = [];
  const response = await fetchBytes(request(fetch), never);
  const enough = () => {
    heard.push(meter.total);
    throw new Error('enough');
  };
  await expect(meter.measure(response, enough)).rejects.toThrow('enough');
  expect(heard).toHaveLength(1);
  expect(signal?.aborted).toBe(true);
});
