import {
  type CmcdData,
  decodeCmcd,
  validateCmcdEvents,
  validateCmcdHeaders,
  validateCmcdRequest,
} from '@svta/cml-cmcd';
import type { CmcdOptions } from '../../src/index.ts';
import { expect, openOrigin, type PlayerPage, SAMPLE, test } from './fixtures.ts';
import { openSmallServer } from './json-server.ts';

/** The buffer is short, so that something is left to request. */
const turnOn = (player: PlayerPage, cmcd: CmcdOptions) =>
  player.evaluate((given) => smooth.configure({ cmcd: given, buffer: { ahead: 5 } }), cmcd);

interface Told {
  readonly url: string;
  readonly data: CmcdData;
}

/** The data in the requests that a server received; each must have some, and only what the specification allows. */
function toldIn(entries: readonly { readonly url: string }[]): readonly Told[] {
  return entries.map(({ url }) => {
    const told = new URL(url, 'http://h').searchParams.get('CMCD');
    expect(told, url).not.toBeNull();
    expect(validateCmcdRequest(new Request(new URL(url, 'http://h')), { version: 1 }).issues, url).toEqual(
      [],
    );
    return { url, data: decodeCmcd(told ?? '', { convertToLatest: false }) };
  });
}

const isOfTitle = ({ url }: { readonly url: string }) => url.includes('.ism/');
const ofType = (told: readonly Told[], type: string) => told.filter(({ data }) => String(data.ot) === type);

test('requests tell of the playback, over a start, a stall and a seek', async ({ player, origin }) => {
  await turnOn(player, { contentId: 'the sample' });
  const asked = () => origin.log.entries.filter(isOfTitle);
  await player.load();
  await player.fill(4);
  const start = toldIn(asked());
  const [manifest] = ofType(start, 'm');
  expect(manifest?.data).toMatchObject({ sf: 's', cid: 'the sample', su: true });
  expect(manifest?.data).not.toHaveProperty('st');
  const [first, ...others] = ofType(start, 'v');
  // Nothing plays yet, so nothing is due.
  expect(first?.data).toMatchObject({ st: 'v', pr: 0, bl: 0, su: true, d: 2000 });
  expect(first?.data).not.toHaveProperty('dl');
  expect(others.every(({ data }) => Number(data.br) <= Number(data.tb))).toBe(true);
  expect(ofType(start, 'a')[0]?.data).toMatchObject({ st: 'v', bl: 0, su: true });
  const sids = new Set(start.map(({ data }) => data.sid));
  expect(sids.size).toBe(1);
  // Each announces the next, unless another level was chosen then.
  const nor = String(first?.data.nor);
  expect(new URL(decodeURIComponent(nor), new URL(first?.url ?? '', 'http://h')).pathname).toMatch(
    /Fragments\(video=20000000\)$/,
  );

  await player.play();
  await player.reach(1);
  origin.log.clear();
  const rule = origin.rules.add({ match: { url: 'Fragments(' }, effect: { type: 'status', status: 503 } });
  await player.until(
    () => events.some(({ type, stall }) => type === 'stall' && stall?.cause === 'buffer'),
    60_000,
  );
  const before = toldIn(asked());
  expect(before.filter(({ data }) => data.bs)).toEqual([]);
  expect(
    ofType(before, 'v').some(
      ({ data }) => data.pr === undefined && Number(data.bl) > 0 && Number(data.dl) > 0,
    ),
  ).toBe(true);
  origin.log.clear();
  origin.rules.remove(rule.id);
  await player.until(() => events.some(({ type }) => type === 'recover'), 60_000);
  const starved = toldIn(asked()).filter(({ data }) => data.bs);
  expect(starved.length).toBeGreaterThan(0);
  expect(starved.every(({ data }) => data.su && Number(data.bl) < 1000)).toBe(true);
  // Once for each stream.
  expect(starved.length).toBeLessThanOrEqual(2);

  origin.log.clear();
  await player.evaluate(() => seekTo(24));
  const sought = ofType(toldIn(asked()), 'v');
  expect(sought[0]?.data).toMatchObject({ su: true, bl: 0, dl: 0 });
  expect(sought[0]?.data).not.toHaveProperty('bs');
  expect(new Set(toldIn(asked()).map(({ data }) => data.sid))).toEqual(sids);
  // The page sees it unchanged.
  expect(JSON.stringify(await player.evaluate(() => smooth.getDiagnostics()))).not.toContain('CMCD');
});

test('pictures and text tell what they are; a new load has a new name', async ({ player, origin }) => {
  await turnOn(player, {});
  await player.load();
  await player.evaluate(async () => {
    smooth.textTrack = smooth.textTracks[0];
    (await smooth.snapshot(20)).close();
  });
  const asked = () => toldIn(origin.log.entries.filter(isOfTitle));
  await expect.poll(() => ofType(asked(), 'tt').length).toBeGreaterThan(0);
  const picture = asked().find(({ url }) => /video=200000000\)/.test(url));
  expect(String(picture?.data.ot)).toBe('v');
  for (const key of ['bl', 'dl', 'd', 'nor', 'su']) expect(picture?.data).not.toHaveProperty(key);
  const before = asked().at(-1)?.data.sid;
  expect(before).toBeDefined();
  await player.load();
  // Requests of the load before may still arrive.
  await expect.poll(() => asked().at(-1)?.data.sid).not.toBe(before);
});

test('by default nothing is told, and nothing is loaded that could', async ({ player, origin }) => {
  await player.load();
  await player.play();
  await player.reach(1);
  const urls = origin.log.entries.map(({ url }) => url);
  expect(urls.filter(isOfTitleUrl).length).toBeGreaterThan(3);
  expect(urls.filter((url) => url.includes('CMCD'))).toEqual([]);
  const scripts = await player.evaluate(() =>
    performance.getEntriesByType('resource').map(({ name }) => name),
  );
  expect(scripts.filter((name) => /\/dist\//.test(name)).length).toBeGreaterThan(0);
  expect(scripts.filter((name) => /cmcd|steering|extend/.test(name))).toEqual([]);
});
const isOfTitleUrl = (url: string) => isOfTitle({ url });

test('an origin that only a redirect names is told nothing', async ({ player, origin }) => {
  const other = await openOrigin();
  try {
    origin.rules.add({ match: { url: '/Manifest' }, effect: { type: 'redirect', to: other.url + SAMPLE } });
    await turnOn(player, {});
    await player.load();
    await player.play();
    await player.reach(1);
    expect(toldIn(origin.log.entries.filter(isOfTitle))).toHaveLength(1);
    expect(other.log.entries.filter(isOfTitle).length).toBeGreaterThan(3);
    expect(other.log.entries.filter(({ url }) => url.includes('CMCD'))).toEqual([]);
    // Trusted if the app names it.
    await player.evaluate(
      (allowed) => smooth.configure({ network: { allowedOrigins: [allowed] } }),
      other.url,
    );
    other.log.clear();
    await player.evaluate(() => seekTo(24));
    expect(toldIn(other.log.entries.filter(isOfTitle)).length).toBeGreaterThan(0);
  } finally {
    await other.close();
  }
});

test('in headers, at another origin too, and the URLs stay as they are', async ({ player }) => {
  const other = await openOrigin();
  try {
    const sent: Record<string, string>[] = [];
    player.page.on('request', (request) => {
      if (isOfTitleUrl(request.url()) && request.method() === 'GET') sent.push(request.headers());
    });
    await turnOn(player, { mode: 'header', sessionId: 'one' });
    await player.evaluate((url) => smooth.load(url).then(() => {}), other.url + SAMPLE);
    await player.play();
    await player.reach(1);
    expect(sent.length).toBeGreaterThan(3);
    for (const headers of sent) {
      expect(headers['cmcd-session']).toMatch(/sf=s,sid="one"/);
      const told = Object.fromEntries(Object.entries(headers).filter(([name]) => name.startsWith('cmcd-')));
      expect(validateCmcdHeaders(told, { version: 1 }).issues).toEqual([]);
    }
    expect(sent.some((headers) => /^br=\d+,d=2000,ot=v,tb=\d+$/.test(headers['cmcd-object'] ?? ''))).toBe(
      true,
    );
    expect(other.log.entries.filter(({ url }) => url.includes('CMCD'))).toEqual([]);
    expect(await player.events('error')).toEqual([]);
  } finally {
    await other.close();
  }
});

test('reports are posted as playback changes, and requests tell nothing', async ({ player, origin }) => {
  const collector = await openSmallServer(() => ({ status: 204 }));
  try {
    await turnOn(player, { mode: 'event', url: `${collector.url}/reports`, interval: 1, contentId: 'x' });
    const lines = () => collector.received.flatMap(({ body }) => body.split('\n'));
    const states = () => lines().flatMap((line) => /\be=ps\b.*\bsta=(\w)/.exec(line)?.[1] ?? []);
    await player.load();
    await player.play();
    await player.reach(1);
    await expect.poll(() => lines().filter((line) => /\be=t\b/.test(line)).length).toBeGreaterThan(0);
    await player.evaluate(() => seekTo(20));
    await player.until(() => !video.seeking && video.readyState > 2);
    await player.evaluate(() => video.pause());
    await expect.poll(() => states().at(-1)).toBe('a');
    await player.load('/presentations/none.ism/Manifest');
    await expect.poll(() => lines().some((line) => /\be=e\b.*network-status/.test(line))).toBe(true);
    await expect.poll(() => states().at(-1)).toBe('f');
    expect(states().join('')).toMatch(/^ds?p?.*k.*p.*aq.*f$/);
    for (const { method, headers, body } of collector.received) {
      expect([method, headers['content-type'], headers.cookie]).toEqual([
        'POST',
        'application/cmcd',
        undefined,
      ]);
      expect(validateCmcdEvents(body).issues, body).toEqual([]);
    }
    expect(origin.log.entries.filter(({ url }) => url.includes('CMCD'))).toEqual([]);
  } finally {
    await collector.close();
  }
});

test('a collector that is not there is no reason not to play', async ({ player }) => {
  const collector = await openSmallServer(() => ({}));
  await collector.close();
  await turnOn(player, { mode: 'event', url: collector.url, interval: 0.2 });
  expect(await player.load()).toBeUndefined();
  await player.play();
  await player.reach(2);
  expect(await player.events('error')).toEqual([]);
  expect(await player.events('warning')).toEqual([]);
});
