import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RuleEffect, RuleMatch } from '../../../demo/origin/rules.ts';
import { createOrigin, type Origin } from '../../../demo/origin/server.ts';
import { type Answer, ask } from './ask.ts';

/** Looks like a fragment enough to have its boxes altered: a `moof` of 16 bytes and an `mdat`. */
const BODY = Buffer.concat([
  Buffer.from([0, 0, 0, 16, ...Buffer.from('moof'), 1, 2, 3, 4, 5, 6, 7, 8]),
  Buffer.alloc(100_000, 'media'),
]);

let origin: Origin;
let url: string;
beforeEach(async () => {
  origin = createOrigin({ control: true, files: [{ at: '/media/', from: () => BODY }] });
  url = await origin.listen();
});
afterEach(() => origin.close());

const faulty = (effect: RuleEffect, match: RuleMatch = {}): Promise<Answer> => {
  origin.rules.add({ effect, match });
  return ask(url, '/media/1');
};

describe('rules on a response', () => {
  it('give another status, with headers', async () => {
    const { status, headers } = await faulty({
      type: 'status',
      status: 503,
      headers: { 'Retry-After': '2' },
    });
    expect([status, headers['retry-after'], headers['access-control-allow-origin']]).toEqual([503, '2', '*']);
  });

  it('redirect', async () => {
    const { status, headers } = await faulty({ type: 'redirect', to: '/media/2' }, { url: '/1' });
    expect([status, headers.location]).toEqual([302, '/media/2']);
    expect((await ask(url, '/media/2')).body.equals(BODY)).toBe(true);
  });

  it('reset the connection before the headers', async () => {
    await expect(faulty({ type: 'reset' })).rejects.toMatchObject({ code: 'ECONNRESET' });
  });

  it('reset it within the body', async () => {
    const { status, body, end } = await faulty({ type: 'reset', afterShare: 0.5 });
    expect([status, end]).toEqual([200, 'cut']);
    expect(body.length).toBeLessThanOrEqual(BODY.length / 2);
  });

  it('cut the body while more is announced', async () => {
    const { headers, body, end } = await faulty({ type: 'cut', afterBytes: 70_000 });
    expect([headers['content-length'], body.length, end]).toEqual([String(BODY.length), 70_000, 'cut']);
  });

  it('cut the body as if that were all', async () => {
    const { headers, body, end } = await faulty({ type: 'cut', afterShare: 0.25, withLength: false });
    expect(headers['content-length']).toBeUndefined();
    expect([body.length, end]).toEqual([Math.floor(BODY.length / 4), 'ended']);
  });

  it('let the body stand still until the client leaves', async () => {
    origin.rules.add({ effect: { type: 'stall', afterBytes: 10 } });
    const leaving = new AbortController();
    const response = await fetch(`${url}/media/1`, { signal: leaving.signal });
    const reader = response.body?.getReader();
    expect((await reader?.read())?.value?.length).toBe(10);
    const next = reader?.read();
    leaving.abort();
    await expect(next).rejects.toThrow('aborted');
  });

  it('never answer', async () => {
    origin.rules.add({ effect: { type: 'silence' }, match: { url: '/media/1' } });
    const leaving = new AbortController();
    const silent = fetch(`${url}/media/1`, { signal: leaving.signal });
    // Another request gets through meanwhile; this one is seen but has no answer.
    expect((await ask(url, '/media/2')).status).toBe(200);
    expect(origin.log.entries.find((entry) => entry.url === '/media/1')?.status ?? 0).toBe(0);
    leaving.abort();
    await expect(silent).rejects.toThrow('aborted');
  });

  it('put another body in the place of the true one', async () => {
    const { status, headers, body } = await faulty({ type: 'replace', body: '<h1>Sorry</h1>' });
    expect([status, headers['content-type'], body.toString()]).toEqual([200, 'text/html', '<h1>Sorry</h1>']);
  });

  it('alter the same bytes for the same seed', async () => {
    origin.rules.add({ effect: { type: 'alter', box: 'moof', count: 8, seed: 3 } });
    const [one, other] = [await ask(url, '/media/1'), await ask(url, '/media/1')];
    expect(one.body.length).toBe(BODY.length);
    expect(one.body.equals(BODY)).toBe(false);
    expect(one.body.equals(other.body)).toBe(true);
    expect(one.headers['cache-control']).toBe('no-store');
  });

  it('are about the n-th match alone', async () => {
    origin.rules.add({ match: { from: 2, count: 1 }, effect: { type: 'status', status: 404 } });
    const statuses = [];
    for (let k = 0; k < 3; k += 1) statuses.push((await ask(url, '/media/1')).status);
    expect(statuses).toEqual([200, 404, 200]);
  });

  it('slow it down and lose nothing', async () => {
    origin.rules.add({ effect: { type: 'bandwidth', steps: [[1, 40e6]] } });
    origin.rules.add({ effect: { type: 'latency', ms: 5 } });
    const answers = await Promise.all(['1', '2', '3'].map((name) => ask(url, `/media/${name}`)));
    expect(answers.every(({ body }) => body.equals(BODY))).toBe(true);
  });
});

describe('the control interface', () => {
  const post = (rule: unknown) => ask(url, '/control/rules', { method: 'POST', body: JSON.stringify(rule) });
  const read = async (path: string) => JSON.parse((await ask(url, path)).body.toString());

  it('adds, lists and removes rules', async () => {
    const first = await post({ match: { url: '/1' }, effect: { type: 'status', status: 410 } });
    expect([first.status, JSON.parse(first.body.toString()).id]).toEqual([201, 1]);
    await post({ effect: { type: 'latency', ms: 0 } });
    expect((await ask(url, '/media/1')).status).toBe(410);
    expect(
      (await read('/control/rules')).map(({ id, matched }: { id: number; matched: number }) => [id, matched]),
    ).toEqual([
      [1, 1],
      [2, 1],
    ]);
    await ask(url, '/control/rules?id=1', { method: 'DELETE' });
    expect((await ask(url, '/media/1')).status).toBe(200);
    await ask(url, '/control/rules', { method: 'DELETE' });
    expect(await read('/control/rules')).toEqual([]);
  });

  it('says what is wrong with a rule', async () => {
    const { status, body } = await post({ effect: { type: 'bandwidth' } });
    expect([status, JSON.parse(body.toString())]).toEqual([400, { problem: 'steps is missing or invalid' }]);
    expect((await ask(url, '/control/rules', { method: 'POST', body: '{' })).status).toBe(400);
    expect((await ask(url, '/control/rules', { method: 'POST', body: ' '.repeat(70_000) })).status).toBe(400);
  });

  it('tells of requests how they went', async () => {
    await ask(url, '/media/1?a=b');
    const [entry] = await read('/control/requests');
    expect(entry).toMatchObject({ method: 'GET', url: '/media/1?a=b', status: 200 });
    expect(entry.bytes).toBeGreaterThan(BODY.length);
    await ask(url, '/control/requests', { method: 'DELETE' });
    expect(await read('/control/requests')).toEqual([]);
  });

  it('may be off', async () => {
    const closed = createOrigin();
    try {
      expect((await ask(await closed.listen(), '/control/rules')).status).toBe(404);
    } finally {
      await closed.close();
    }
  });
});
