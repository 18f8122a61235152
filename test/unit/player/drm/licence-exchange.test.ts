import { describe, expect, test } from 'vitest';
import { addErrorTexts, isSmoothError } from '../../../../src/base/errors.ts';
import { DRM_ERROR_TEXTS } from '../../../../src/base/lock-error-texts.ts';
import { exchangeLicence } from '../../../../src/player/drm/licence-exchange.ts';
import { settingsOf } from '../../../../src/player/options.ts';

addErrorTexts(DRM_ERROR_TEXTS);

const URL = 'https://la.example/licence';
const LIMITS = { firstByte: 60, whole: 250, tries: 3 };
const ok = (text: string) => new Response(text);

/** A server whose answers come one after another; what it was sent is kept. */
function serverOf(...answers: ((signal: AbortSignal | null) => Promise<Response>)[]) {
  const sent: Request[] = [];
  const fetching = async (input: RequestInfo | URL, init?: RequestInit): Promise<Response> => {
    sent.push(input as Request);
    const answer = answers[sent.length - 1] ?? (() => Promise.reject(new TypeError('gone')));
    return answer(init?.signal ?? null);
  };
  return { sent, fetch: fetching as typeof fetch };
}

const never = (signal: AbortSignal | null) =>
  new Promise<Response>((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason)));
const after = (ms: number, response: Response) => () =>
  new Promise<Response>((resolve) => setTimeout(resolve, ms, response));
const status = (code: number) => () => Promise.resolve(new Response('', { status: code }));

async function run(
  server: ReturnType<typeof serverOf>,
  isTrusted = true,
  limits = LIMITS,
  network: { readonly credentials?: RequestCredentials } = { credentials: 'include' },
) {
  const message = {
    keySystem: 'x',
    type: 'license-request' as const,
    url: URL,
    headers: { 'X-A': 'b' },
    body: Uint8Array.of(1, 2),
  };
  const settings = settingsOf({ network: { ...network, fetch: server.fetch } });
  const retries: string[] = [];
  const signal = new AbortController().signal;
  try {
    const bytes = await exchangeLicence(
      { url: URL, isTrusted },
      message,
      settings,
      ({ code }) => retries.push(code),
      signal,
      limits,
    );
    return { text: new TextDecoder().decode(bytes), retries };
  } catch (error) {
    return { code: isSmoothError(error) ? error.code : String(error), retries };
  }
}

describe('a licence exchange', () => {
  test('posts the message and gives the answer', async () => {
    const server = serverOf(() => Promise.resolve(ok('licence')));
    expect(await run(server)).toEqual({ text: 'licence', retries: [] });
    const [request] = server.sent;
    expect(request?.method).toBe('POST');
    expect(request?.headers.get('x-a')).toBe('b');
    expect(request?.credentials).toBe('include');
    expect(request?.redirect).toBe('error');
    expect(new Uint8Array((await request?.arrayBuffer()) ?? new ArrayBuffer())).toEqual(Uint8Array.of(1, 2));
  });

  test('sends no cookies to a server that only the manifest named', async () => {
    const server = serverOf(() => Promise.resolve(ok('licence')));
    await run(server, false);
    expect(server.sent[0]?.credentials).toBe('omit');
  });

  test.each([
    { network: {}, sent: 'omit' },
    { network: { credentials: 'same-origin' }, sent: 'omit' },
    { network: { credentials: 'include' }, sent: 'include' },
  ] as const)('sends cookies where the app has them go everywhere: $network', async ({ network, sent }) => {
    const server = serverOf(() => Promise.resolve(ok('licence')));
    await run(server, true, LIMITS, network);
    expect(server.sent[0]?.credentials).toBe(sent);
  });

  test('goes on after passing trouble', async () => {
    const server = serverOf(status(500), status(503), () => Promise.resolve(ok('licence')));
    expect(await run(server, true, { ...LIMITS, whole: 3000 })).toMatchObject({
      text: 'licence',
      retries: ['network-status', 'network-status'],
    });
  }, 10_000);

  test('waits for as long as the server asks', async () => {
    const busy = () => Promise.resolve(new Response(null, { status: 429, headers: { 'Retry-After': '1' } }));
    const at: number[] = [];
    const server = serverOf(busy, () => Promise.resolve(ok('licence')));
    const fetch: typeof server.fetch = (...args) => {
      at.push(performance.now());
      return server.fetch(...args);
    };
    const patient = { ...LIMITS, firstByte: 3000, whole: 3000 };
    expect(await run({ ...server, fetch }, true, patient)).toMatchObject({ text: 'licence' });
    expect((at[1] ?? 0) - (at[0] ?? 0)).toBeGreaterThanOrEqual(990);
  });

  test('doesn’t wait for longer than it has', async () => {
    const busy = () => Promise.resolve(new Response(null, { status: 503, headers: { 'Retry-After': '20' } }));
    const server = serverOf(busy);
    expect(await run(server, true, { ...LIMITS, whole: 3000 })).toMatchObject({
      code: 'drm-licence-failed',
      retries: [],
    });
  });

  test('hears the first request out while it sends a second', async () => {
    const server = serverOf(after(100, ok('late')), never);
    expect(await run(server)).toEqual({ text: 'late', retries: ['drm-licence-timeout'] });
    expect(server.sent).toHaveLength(2);
  });

  test.each([
    { name: '403', answers: [status(403)], code: 'drm-licence-refused', requests: 1 },
    { name: '401', answers: [status(401)], code: 'drm-licence-refused', requests: 1 },
    { name: '404', answers: [status(404)], code: 'drm-licence-failed', requests: 1 },
    { name: 'nothing', answers: [never, never, never], code: 'drm-licence-timeout', requests: 3 },
  ])('$name: $code', async ({ answers, code, requests }) => {
    const server = serverOf(...answers);
    expect(await run(server)).toMatchObject({ code });
    expect(server.sent).toHaveLength(requests);
  });
});
