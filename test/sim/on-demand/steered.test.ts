import { type CmcdData, decodeCmcd, validateCmcdEvents, validateCmcdRequest } from '@svta/cml-cmcd';
import { expect, test } from 'vitest';
import type { SmoothOptions, SmoothSource } from '../../../src/player/options.ts';
import type { FakeNetwork, RequestSeen } from './network.ts';
import { Viewing } from './viewing.ts';

// What is loaded when it is needed takes real time: here it is there from the start.
await Promise.all([
  import('../../../src/player/extend-session.ts'),
  import('../../../src/player/cmcd/cmcd.ts'),
  import('../../../src/player/steering/steering.ts'),
]);

const [A, B] = ['http://a.example/t.ism/Manifest', 'http://b.example/t.ism/Manifest'] as const;
const SOURCE: SmoothSource = {
  url: A,
  alternatives: [B],
  steering: { url: 'http://steering.example/', pathways: { a: A, b: B } },
};

interface Scene {
  readonly viewing: Viewing;
  readonly begin: (source: SmoothSource) => void;
  /** What the steering server says from now on. */
  readonly say: (...order: string[]) => void;
  /** What the collector was sent. */
  readonly reports: string[];
}

/** A session in virtual time with two hosts, a server that steers between them, and a collector. */
async function watch(options: SmoothOptions, play: (scene: Scene) => Promise<void>): Promise<void> {
  let answer = () => new Response('', { status: 404 });
  const reports: string[] = [];
  let network: FakeNetwork | undefined;
  const fetch = async (input: RequestInfo | URL, init?: RequestInit): Promise<Response> => {
    const { host } = new URL(input instanceof Request ? input.url : String(input));
    if (host === 'steering.example') return answer();
    if (host !== 'collector.example') return network?.fetch(input, init) ?? Response.error();
    reports.push(String(init?.body));
    return new Response(null, { status: 204 });
  };
  const viewing = new Viewing(1, 60, { buffer: { ahead: 8 }, ...options, network: { fetch } });
  network = viewing.network;
  try {
    await play({
      viewing,
      begin: (source) => {
        viewing.player.load(source).catch(() => {});
        void viewing.video.play();
      },
      say: (...order) => {
        answer = () => Response.json({ VERSION: 1, TTL: 2, 'PATHWAY-PRIORITY': order });
      },
      reports,
    });
    expect(viewing.uncaught).toEqual([]);
    expect(viewing.codes('error')).toEqual([]);
  } finally {
    await viewing.close();
  }
}

const hostOf = ({ url }: { readonly url: string }) => new URL(url).host[0];
const fragments = ({ network }: Viewing) => network.seen.filter(({ asked }) => asked);
const hostsOf = (seen: readonly RequestSeen[]) => [...new Set(seen.map(hostOf))].join('');

test('a server that changes the order is obeyed from the next request on, and nothing is fetched twice', () =>
  watch({}, async ({ viewing, begin, say }) => {
    say('a', 'b');
    begin(SOURCE);
    await viewing.time.pass(10);
    expect(hostsOf(fragments(viewing))).toBe('a');
    say('b', 'a');
    await viewing.time.pass(4);
    const before = fragments(viewing).length;
    await viewing.time.pass(20);
    expect(hostsOf(fragments(viewing).slice(before))).toBe('b');
    say('a');
    await viewing.time.pass(40);
    expect(hostOf(fragments(viewing).at(-1) as RequestSeen)).toBe('a');
    expect(viewing.video.ended).toBe(true);
    const chunks = fragments(viewing).map(
      ({ asked }) => `${asked?.stream} ${asked?.second} ${asked?.bitrate}`,
    );
    expect(chunks).toEqual([...new Set(chunks)]);
    expect(viewing.stalled).toBe(0);
  }));

test('the wanted host goes down: the other serves without a stall', () =>
  watch({}, async ({ viewing, begin, say }) => {
    say('b', 'a');
    begin({
      ...SOURCE,
      steering: { ...SOURCE.steering, url: 'http://steering.example/', defaultPathway: 'b' },
    });
    await viewing.time.pass(6);
    expect(hostsOf(viewing.network.seen)).toBe('b');
    viewing.network.fault = (_, url) => (hostOf({ url }) === 'b' ? { kind: 'reset' } : undefined);
    await viewing.time.pass(20);
    const failed = viewing.network.seen.filter(({ fault }) => fault);
    // One of each stream may have been under way.
    expect([failed.length > 0, failed.length <= 2]).toEqual([true, true]);
    expect(hostOf(fragments(viewing).at(-1) as RequestSeen)).toBe('a');
    await viewing.time.pass(50);
    expect(viewing.video.ended).toBe(true);
    expect([viewing.stalled, viewing.player.getStats().skipped]).toEqual([0, []]);
  }));

test.each([404, 403])(
  'a host that answers %i to every fragment is avoided after two of each stream',
  (status) =>
    watch({}, async ({ viewing, begin }) => {
      viewing.network.fault = (asked, url) =>
        asked && hostOf({ url }) === 'a' ? { kind: 'status', status } : undefined;
      begin({ url: A, alternatives: [B] });
      await viewing.time.pass(40);
      const failed = fragments(viewing).filter(({ fault }) => fault);
      expect(failed.length).toBeGreaterThan(0);
      expect(failed.length).toBeLessThanOrEqual(4);
      await viewing.time.pass(40);
      expect(viewing.video.ended).toBe(true);
      // Once more for each stream, a minute later.
      expect(fragments(viewing).filter(({ fault }) => fault).length).toBeLessThanOrEqual(6);
      expect([viewing.stalled, viewing.player.getStats().skipped]).toEqual([0, []]);
    }),
);

const toldBy = ({ url }: RequestSeen): CmcdData => {
  const { issues } = validateCmcdRequest(new Request(url), { version: 1 });
  expect(issues, url).toEqual([]);
  const told = new URL(url).searchParams.get('CMCD');
  expect(told, url).not.toBeNull();
  return decodeCmcd(told ?? '', { convertToLatest: false });
};

test('requests tell of a start, a stall and a seek', () =>
  watch({ cmcd: { sessionId: 's' } }, async ({ viewing, begin }) => {
    const { network, time, video } = viewing;
    begin({ url: A });
    await time.pass(4);
    const [manifest, ...media] = network.seen.map(toldBy);
    expect(manifest).toEqual({ ot: 'm', sf: 's', sid: 's', su: true });
    const first = media.find(({ ot }) => String(ot) === 'v');
    expect(first).toMatchObject({ bl: 0, d: 2000, dl: 0, st: 'v', su: true, tb: 2000 });
    expect(media.at(-1)).not.toHaveProperty('su');
    network.fault = (asked) => (asked ? { kind: 'status', status: 503 } : undefined);
    await time.pass(20);
    expect(viewing.stalled).toBeGreaterThan(1);
    const starved = fragments(viewing)
      .map(toldBy)
      .filter(({ bs }) => bs);
    expect(starved.map(({ ot }) => String(ot)).toSorted()).toEqual(['a', 'v']);
    expect(starved.every(({ su, bl }) => su && Number(bl) < 1000)).toBe(true);
    network.fault = () => undefined;
    await time.pass(20);
    const before = network.seen.length;
    video.currentTime = 50;
    await time.pass(2);
    const sought = network.seen.slice(before).map(toldBy);
    expect(sought[0]).toMatchObject({ bl: 0, su: true });
    expect(sought.some(({ bs }) => bs)).toBe(false);
  }));

test('an origin that the app did not name is told nothing; one that it did is', async () => {
  const clone = { ID: 'c', 'BASE-ID': 'a', 'URI-REPLACEMENT': { HOST: 'c.example', PARAMS: { k: 'v' } } };
  for (const allowedOrigins of [[], ['http://c.example']])
    await watch({ cmcd: {} }, async ({ viewing, begin }) => {
      const { fetch } = viewing.network;
      const body = { VERSION: 1, 'PATHWAY-PRIORITY': ['c'], 'PATHWAY-CLONES': [clone] };
      viewing.player.configure({
        network: {
          allowedOrigins,
          fetch: async (input, init) =>
            (input as Request).url.startsWith('http://steering.') ? Response.json(body) : fetch(input, init),
        },
      });
      begin(SOURCE);
      await viewing.time.pass(10);
      const ofClone = fragments(viewing).filter((seen) => hostOf(seen) === 'c');
      expect(ofClone.length).toBeGreaterThan(3);
      expect(ofClone.every(({ url }) => url.includes(')?k=v'))).toBe(true);
      const told = ofClone.filter(({ url }) => url.includes('CMCD='));
      expect(told).toHaveLength(allowedOrigins.length > 0 ? ofClone.length : 0);
    });
});

test('reports tell what happened, and requests nothing', () =>
  watch(
    { cmcd: { mode: 'event', url: 'http://collector.example/', interval: 10 } },
    async ({ viewing, begin, reports }) => {
      const { time, video, player } = viewing;
      begin({ url: A });
      await time.pass(12);
      video.pause();
      await time.pass(2);
      void player.unload();
      await time.pass(1);
      for (const body of reports) expect(validateCmcdEvents(body).issues, body).toEqual([]);
      const lines = reports.flatMap((body) => body.split('\n'));
      const told = lines.map((line) => `${/\be=(\w+)/.exec(line)?.[1]}${/\bsta=(\w)/.exec(line)?.[1]}`);
      expect(told.filter((one) => one.startsWith('t'))).toEqual(['tp']);
      expect(told.filter((one) => one.startsWith('ps')).join(' ')).toMatch(/^ps[ds].*psp psa psq$/);
      expect(viewing.network.seen.filter(({ url }) => url.includes('CMCD'))).toEqual([]);
    },
  ));
