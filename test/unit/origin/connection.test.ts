import { Agent, get } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RuleEffect } from '../../../demo/origin/rules.ts';
import { createOrigin, type Origin } from '../../../demo/origin/server.ts';
import { ask } from './ask.ts';

const BODY = Buffer.alloc(50_000, 'media');

let origin: Origin;
let url: string;
let agent: Agent;
beforeEach(async () => {
  origin = createOrigin({ control: true, files: [{ at: '/media/', from: () => BODY }] });
  url = await origin.listen();
  agent = new Agent({ keepAlive: true, maxSockets: 1 });
});
afterEach(async () => {
  agent.destroy();
  await origin.close();
});

/** Asks on the one connection that the agent keeps, or on the next when it has broken. */
const read = (path: string) =>
  new Promise<{ body: Buffer; isComplete: boolean; isReused: boolean }>((resolve, reject) => {
    const asked = get(`${url}${path}`, { agent }, (response) => {
      const pieces: Buffer[] = [];
      response.on('data', (piece: Buffer) => pieces.push(piece)).on('error', () => undefined);
      response.on('close', () => {
        const body = Buffer.concat(pieces);
        resolve({ body, isComplete: response.complete, isReused: asked.reusedSocket });
      });
    }).on('error', reject);
  });

it('lasts over requests', async () => {
  expect((await read('/media/1')).isReused).toBe(false);
  expect(await read('/media/2')).toEqual({ body: BODY, isComplete: true, isReused: true });
});

it.each<{ effect: RuleEffect; sent: number; isComplete: boolean }>([
  { effect: { type: 'cut', afterBytes: 0 }, sent: 0, isComplete: false },
  { effect: { type: 'cut', afterBytes: 7 }, sent: 7, isComplete: false },
  { effect: { type: 'cut', afterBytes: 7, withLength: false }, sent: 7, isComplete: true },
  { effect: { type: 'cut', afterShare: 1 }, sent: BODY.length, isComplete: true },
  { effect: { type: 'reset', afterBytes: 0 }, sent: 0, isComplete: false },
])('leaves the next answer whole after $effect', async ({ effect, sent, isComplete }) => {
  origin.rules.add({ effect, match: { url: '/1' } });
  const broken = await read('/media/1');
  expect([broken.body.length, broken.isComplete]).toEqual([sent, isComplete]);
  const next = await read('/media/2');
  expect([next.body.equals(BODY), next.isComplete]).toEqual([true, true]);
});

it('is not left open by a status without a body', async () => {
  origin.rules.add({ effect: { type: 'status', status: 204 }, match: { url: '/1' } });
  const { status, headers, body } = await ask(url, '/media/1');
  expect([status, headers['content-length'], body.length]).toEqual([204, undefined, 0]);
});

it('with a rule that makes no header gets a refusal, and the server goes on', async () => {
  const headers = { 'Bad name': '1' };
  origin.rules.add({ effect: { type: 'status', status: 503, headers }, match: { url: '/1' } });
  expect((await ask(url, '/media/1')).status).toBe(500);
  expect((await ask(url, '/media/2')).status).toBe(200);
});

describe('the control interface', () => {
  const rule = JSON.stringify({ effect: { type: 'silence' } });
  const post = (headers: Record<string, string>) =>
    ask(url, '/control/rules', { method: 'POST', body: rule, headers });

  it.each<Record<string, string>>([
    { 'Sec-Fetch-Site': 'cross-site', Origin: 'http://evil.example' },
    { 'Sec-Fetch-Site': 'same-site' },
    { Origin: 'http://evil.example' },
    { Origin: 'null' },
  ])('refuses pages of other sites: %j', async (headers) => {
    expect((await post(headers)).status).toBe(403);
    expect((await ask(url, '/control/requests', { headers })).status).toBe(403);
    expect(origin.rules.active).toEqual([]);
  });

  it('lets its own pages and programs in', async () => {
    expect((await post({ 'Sec-Fetch-Site': 'same-origin', Origin: url })).status).toBe(201);
    expect((await post({ Origin: url })).status).toBe(201);
    expect((await post({})).status).toBe(201);
  });

  it('gives no leave to other sites that ask first', async () => {
    const { headers } = await ask(url, '/control/rules', { method: 'OPTIONS' });
    expect(headers['access-control-allow-origin']).toBeUndefined();
  });

  it('says so when there is no such rule or path', async () => {
    for (const id of ['7', 'x']) {
      expect((await ask(url, `/control/rules?id=${id}`, { method: 'DELETE' })).status).toBe(404);
    }
    expect((await ask(url, '/control/none')).status).toBe(404);
  });

  it('is there for a whole URL too', async () => {
    expect((await ask(url, `${url}/control/rules`)).status).toBe(200);
  });
});
