import type { Origin } from '../../demo/origin/server.ts';
import type { SteeringOptions } from '../../src/index.ts';
import { expect, openOrigin, type PlayerPage, SAMPLE, test } from './fixtures.ts';
import { type Answer, openSmallServer, type SmallServer } from './json-server.ts';

type Host = Origin & { readonly url: string };

interface Stage {
  readonly b: Host;
  readonly c: Host;
  readonly steering: SmallServer;
  /** The response of the steering server. */
  say(answer: Answer | object): void;
}

/** Two more hosts, and a server that steers between them and the page's own origin, `a`. */
async function withHosts(run: (stage: Stage) => Promise<void>): Promise<void> {
  const [b, c] = [await openOrigin(), await openOrigin()];
  let answer: Answer = { status: 404 };
  const steering = await openSmallServer(() => answer);
  const say = (what: Answer | object) => {
    answer = 'VERSION' in what ? { body: JSON.stringify(what) } : what;
  };
  try {
    await run({ b, c, steering, say });
  } finally {
    await Promise.all([b.close(), c.close(), steering.close()]);
  }
}

const load = (player: PlayerPage, { b, steering }: Stage, more: Partial<SteeringOptions> = {}) => {
  const [urlA, urlB] = [player.url + SAMPLE, b.url + SAMPLE];
  const pathways = { a: urlA, b: urlB };
  const steered = { url: `${steering.url}/steer.json?title=1`, pathways, ...more };
  return player.evaluate(
    ([url, alternative, options]) => {
      // Short, so that something is left to request.
      smooth.configure({ buffer: { ahead: 8 } });
      return smooth.load({ url, alternatives: [alternative], steering: options }).then(() => {});
    },
    [urlA, urlB, steered] as const,
  );
};

const order = (...names: string[]) => ({ VERSION: 1, TTL: 1, 'PATHWAY-PRIORITY': names });
const fragmentsOf = ({ log }: Pick<Origin, 'log'>) =>
  log.entries.filter(({ url }) => url.includes('Fragments(')).map(({ url }) => url.replace(/^.*\.ism/, ''));

test('the next fragment comes from where the server says, and none comes twice', async ({
  player,
  origin,
}) => {
  await withHosts(async (stage) => {
    const { b, steering, say } = stage;
    say(order('a', 'b'));
    await load(player, stage);
    await player.play();
    await player.reach(1);
    expect(fragmentsOf(b)).toEqual([]);
    expect(steering.received[0]?.url).toBe('/steer.json?title=1');
    say(order('b', 'a'));
    await expect.poll(() => fragmentsOf(b).length, { timeout: 30_000 }).toBeGreaterThan(1);
    origin.log.clear();
    await player.evaluate(() => seekTo(24));
    await player.until(() => video.currentTime > 25);
    // Requests in progress to the old host may have ended there.
    expect(fragmentsOf(origin)).toEqual([]);
    const all = fragmentsOf(b);
    expect(all).toEqual([...new Set(all)]);
    expect(await player.stalls()).toEqual([]);
    expect(await player.events('warning')).toEqual([]);
    // It was told the names of the hosts in use, and their throughput.
    const told = steering.received.map(({ url }) => new URL(url, 'http://h').searchParams);
    const used = told.filter((one) => one.get('_DASH_pathway') === '"b"').at(-1);
    expect(Number(used?.get('_DASH_throughput'))).toBeGreaterThan(100_000);
    expect(told.every((one) => one.get('title') === '1')).toBe(true);
  });
});

test('a title begins on the default pathway, without waiting for the steering server', async ({
  player,
  origin,
}) => {
  await withHosts(async (stage) => {
    const silent = await openSmallServer(() => ({ status: 503 }));
    try {
      await load(player, stage, { defaultPathway: 'b', url: silent.url });
      await player.play();
      await player.reach(1);
      expect(stage.b.log.entries.some(({ url }) => url.endsWith('/Manifest'))).toBe(true);
      expect(fragmentsOf(stage.b).length).toBeGreaterThan(1);
      expect(fragmentsOf(origin)).toEqual([]);
      // A failure is reported, and not retried before the time.
      expect(silent.received).toHaveLength(1);
      expect((await player.events('warning')).map(({ error }) => error?.code)).toEqual(['network-status']);
    } finally {
      await silent.close();
    }
  });
});

test('the wanted host goes down: the next in order serves, and nothing stalls', async ({
  player,
  origin,
}) => {
  await withHosts(async (stage) => {
    const { b, c, say } = stage;
    say(order('c', 'b', 'a'));
    const pathways = { a: player.url + SAMPLE, b: b.url + SAMPLE, c: c.url + SAMPLE };
    await load(player, stage, { pathways, defaultPathway: 'c' });
    await player.fill(6);
    expect(fragmentsOf(c).length).toBeGreaterThan(2);
    c.rules.add({ effect: { type: 'reset' } });
    await player.play();
    await player.until(() => video.currentTime > 12, 60_000);
    expect(fragmentsOf(b).length).toBeGreaterThan(2);
    expect(fragmentsOf(origin)).toEqual([]);
    const stats = await player.evaluate(() => smooth.getStats());
    expect([stats.stalls, stats.skipped]).toEqual([[], []]);
    expect(await player.events('error')).toEqual([]);
  });
});

test('a copy of a pathway serves fragments, with its parameters and without what belongs to the app’s hosts', async ({
  player,
  origin,
}) => {
  await withHosts(async (stage) => {
    const { c, say } = stage;
    const clone = {
      ID: 'c',
      'BASE-ID': 'a',
      'URI-REPLACEMENT': { HOST: new URL(c.url).host, PARAMS: { key: 'a&b' } },
    };
    say({ ...order('c', 'a', 'b'), 'PATHWAY-CLONES': [clone] });
    await player.evaluate(() => smooth.configure({ cmcd: {} }));
    await load(player, stage);
    await player.play();
    await expect.poll(() => fragmentsOf(c).length, { timeout: 30_000 }).toBeGreaterThan(1);
    await player.reach(3);
    for (const url of fragmentsOf(c)) expect(url).toMatch(/\)\?key=a%26b$/);
    expect(origin.log.entries.some(({ url }) => url.includes('CMCD='))).toBe(true);
    expect(await player.events('error')).toEqual([]);
  });
});

test('the server decides when and where it is asked again, and that it is asked no more', async ({
  player,
}) => {
  await withHosts(async (stage) => {
    const { steering, say } = stage;
    const asked = () => steering.received.map(({ url }) => url.replace(/[?&]_DASH.*/, ''));
    say({ ...order('a', 'b'), 'RELOAD-URI': '/again?s=1' });
    await load(player, stage);
    await expect.poll(() => asked().length, { timeout: 10_000 }).toBeGreaterThan(1);
    expect(asked().slice(0, 2)).toEqual(['/steer.json?title=1', '/again?s=1']);
    say({ status: 429, headers: { 'Retry-After': '2' } });
    const before = asked().length;
    await expect.poll(() => asked().length, { timeout: 10_000 }).toBeGreaterThan(before);
    say({ status: 410 });
    const count = asked().length;
    await expect.poll(() => asked().length, { timeout: 10_000 }).toBeGreaterThan(count);
    const atEnd = asked().length;
    await player.play();
    // Several times as long as it was asked every second.
    await player.reach(4);
    expect(asked()).toHaveLength(atEnd);
    expect((await player.events('warning')).map(({ error }) => error?.code)).toEqual(['network-status']);
  });
});

test('what is no steering manifest changes nothing', async ({ player, origin }) => {
  await withHosts(async (stage) => {
    stage.say({ body: '<html>Log in</html>' });
    await load(player, stage);
    await player.play();
    await player.reach(1);
    expect(fragmentsOf(origin).length).toBeGreaterThan(1);
    expect(fragmentsOf(stage.b)).toEqual([]);
    expect((await player.events('warning')).map(({ error }) => error?.code)).toEqual(['source-invalid']);
  });
});
