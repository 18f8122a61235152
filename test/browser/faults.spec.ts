import type { Rule } from '../../demo/origin/rules.ts';
import { untoldFrames } from './busy.ts';
import { expect, openOrigin, type PlayerPage, SAMPLE, test } from './fixtures.ts';
import { sideBySide } from './side-by-side.ts';

/** A fragment in the middle of the sample: 10 to 12 s. */
const TIME = '100000000';
const VIDEO = { stream: 'video', time: TIME };

const FAULTS: readonly { readonly name: string; readonly rule: Rule }[] = [
  { name: '503 twice', rule: { match: { ...VIDEO, count: 2 }, effect: { type: 'status', status: 503 } } },
  { name: 'a reset', rule: { match: { ...VIDEO, count: 1 }, effect: { type: 'reset' } } },
  {
    name: 'a reset within the body',
    rule: { match: { ...VIDEO, count: 2 }, effect: { type: 'reset', afterShare: 0.5 } },
  },
  {
    name: 'a cut body with its length',
    rule: { match: { ...VIDEO, count: 1 }, effect: { type: 'cut', afterShare: 0.5 } },
  },
  {
    name: 'a cut body without its length',
    rule: { match: { ...VIDEO, count: 1 }, effect: { type: 'cut', afterShare: 0.5, withLength: false } },
  },
  { name: 'an empty body', rule: { match: { ...VIDEO, count: 1 }, effect: { type: 'replace', body: '' } } },
  {
    name: 'a web page instead',
    rule: { match: { ...VIDEO, count: 1 }, effect: { type: 'replace', body: '<html>Log in</html>' } },
  },
  {
    name: 'a damaged moof',
    rule: { match: { ...VIDEO, count: 1 }, effect: { type: 'alter', box: 'moof', count: 200 } },
  },
  {
    name: 'a body that stands still',
    rule: { match: { ...VIDEO, count: 1 }, effect: { type: 'stall', afterShare: 0.5 } },
  },
  { name: 'no answer', rule: { match: { ...VIDEO, count: 1 }, effect: { type: 'silence' } } },
];

/** The sample, with another host that has it too. */
const loadWith = (player: PlayerPage, other: string) =>
  player.evaluate(([url, alternative]) => smooth.load({ url, alternatives: [alternative] }).then(() => {}), [
    player.url + SAMPLE,
    other + SAMPLE,
  ] as const);

sideBySide(undefined, (scene) => {
  scene('an origin that goes away is waited for, and nothing is skipped', async ({ player, origin }) => {
    await player.load();
    await player.fill(4);
    const rule = origin.rules.add({ effect: { type: 'reset' } });
    await player.play();
    // As many rejectedChunks as would have used up every retry, level and skip.
    await expect.poll(() => origin.rules.active[0]?.matched ?? 0, { timeout: 60_000 }).toBeGreaterThan(14);
    origin.rules.remove(rule.id);
    await player.until(() => video.currentTime > 20, 60_000);
    expect(await player.evaluate(() => smooth.getStats().skipped)).toEqual([]);
    expect(await player.events('error')).toEqual([]);
  });

  scene('one of two hosts fails: no stall, and it is left alone', async ({ player, origin }) => {
    const other = await openOrigin();
    await loadWith(player, other.url);
    await player.fill(6);
    origin.rules.add({ effect: { type: 'status', status: 503 } });
    await player.play();
    await player.until(() => video.currentTime > 16);
    const stats = await player.evaluate(() => smooth.getStats());
    await other.close();
    expect(await player.stalls()).toEqual([]);
    expect(stats.skipped).toEqual([]);
    // One request of each stream may have been in progress.
    expect(origin.rules.active[0]?.matched).toBeGreaterThan(0);
    expect(origin.rules.active[0]?.matched).toBeLessThanOrEqual(2);
    expect(other.log.entries.length).toBeGreaterThan(5);
  });

  scene('a manifest that one host doesn’t have comes from the next', async ({ player, origin }) => {
    const other = await openOrigin();
    origin.rules.add({ match: { url: '/Manifest' }, effect: { type: 'status', status: 404 } });
    await loadWith(player, other.url);
    await player.play();
    await player.until(() => video.currentTime > 1);
    expect(await player.events('error')).toEqual([]);
    expect(origin.log.entries.filter(({ url }) => url.includes('Fragments('))).toEqual([]);
    await other.close();
  });

  scene('a busy server is left alone for as long as it says', async ({ player, origin }) => {
    const busy = { type: 'status', status: 429, headers: { 'Retry-After': '3' } } as const;
    origin.rules.add({ match: { ...VIDEO, count: 1 }, effect: busy });
    await player.load();
    await player.play();
    await player.until(() => video.currentTime > 11);
    const asked = origin.log.entries.filter(({ url }) => url.includes(`video=${TIME}`)).map(({ at }) => at);
    expect(asked).toHaveLength(2);
    expect((asked[1] ?? 0) - (asked[0] ?? 0)).toBeGreaterThanOrEqual(3000);
    expect(await player.stalls()).toEqual([]);
  });

  scene(
    'fragments gone for good end in one error, and not before the buffer is dry',
    async ({ player, origin }) => {
      await player.load();
      await player.fill(6);
      origin.rules.add({ match: { url: 'Fragments(' }, effect: { type: 'status', status: 404 } });
      const buffered = await player.evaluate(() => smooth.getStats().bufferAhead.video ?? 0);
      await player.play();
      await player.until(() => smooth.state === 'failed', 80_000);
      const [error, ...more] = await player.events('error');
      expect(error?.error?.code).toBe('fragments-unavailable');
      expect(more).toEqual([]);
      expect(error?.position).toBeGreaterThan(buffered - 1);
    },
  );

  scene(
    'pictures gone for good: the last one stands, and the sound plays to its end',
    async ({ player, origin }) => {
      await player.load(undefined, 18);
      await player.fill(4);
      origin.rules.add({ match: { url: 'Fragments(video' }, effect: { type: 'status', status: 404 } });
      await player.play();
      await player.until(() => video.ended, 60_000);
      const { repairs, skipped } = await player.evaluate(() => smooth.getStats());
      expect(repairs['picture-held']).toBeGreaterThan(0);
      expect(skipped.length).toBeGreaterThan(0);
      expect(await player.events('error')).toEqual([]);
    },
  );

  scene(
    'a fragment missing in all levels is passed with at most a second of stall',
    async ({ player, origin }) => {
      origin.rules.add({ match: VIDEO, effect: { type: 'status', status: 404 } });
      await player.load(undefined, 6);
      await player.play();
      await player.until(() => video.currentTime > 13);
      const stats = await player.evaluate(() => smooth.getStats());
      expect(stats.skipped).toEqual([{ start: 10, end: 12 }]);
      expect(await player.stalls()).toEqual([]);
      const codes = (await player.events('warning')).map(({ error }) => error?.code);
      expect(codes.filter((code) => code === 'fragment-skipped')).toHaveLength(1);
      expect(await player.events('error')).toEqual([]);
      expect(stats.repairs['picture-held']).toBe(1);
      // Only the hole is missing: the last frame before it and the first after it were shown.
      const shown = await player.evaluate(() => pictures.map(({ frame }) => frame ?? -1));
      expect(shown.filter((frame) => frame >= 250 && frame < 300)).toEqual([]);
      expect(Math.max(...shown.filter((frame) => frame < 250))).toBeGreaterThanOrEqual(247);
      expect(Math.min(...shown.filter((frame) => frame >= 300))).toBeLessThanOrEqual(302);
    },
  );

  scene('after a failure, retry plays the same title', async ({ player, origin }) => {
    const rule = origin.rules.add({ match: { url: '/Manifest' }, effect: { type: 'status', status: 503 } });
    expect(await player.load(undefined, 7)).toBe('network-status');
    origin.rules.remove(rule.id);
    await player.evaluate(() => smooth.retry());
    await player.play();
    await player.until(() => video.currentTime > 7.5);
    expect(await player.evaluate(() => smooth.state)).toBe('ready');
  });

  for (const { name, rule } of FAULTS)
    scene(`${name}: no stall with ten seconds of buffer, nothing missing`, async ({ player, origin }) => {
      origin.rules.add(rule);
      await player.load();
      await player.play();
      // The broken fragment is requested while ten seconds are left before it.
      await player.until(() => video.currentTime > 12.5);
      const stats = await player.evaluate(() => smooth.getStats());
      expect(await player.stalls()).toEqual([]);
      expect(stats.skipped).toEqual([]);
      expect(await player.events('error')).toEqual([]);
      expect(origin.rules.active[0]?.matched).toBeGreaterThan(1);
      const shown = await player.evaluate(() =>
        pictures.filter(({ frame = -1 }) => frame >= 250 && frame < 300),
      );
      expect(shown.length + untoldFrames(shown)).toBeGreaterThan(40);
    });
});

const MANIFESTS: readonly { readonly name: string; readonly body: string; readonly code: string }[] = [
  {
    name: 'a web page',
    body: '<!doctype html><html><body>Please log in</body></html>',
    code: 'manifest-foreign',
  },
  { name: 'nothing', body: '', code: 'manifest-empty' },
  {
    name: 'half a manifest',
    body: '<?xml version="1.0"?><SmoothStreamingMedia MajorVersion="2" MinorVersion="0" Duration="1"><StreamIndex',
    code: 'manifest-truncated',
  },
];

for (const { name, body, code } of MANIFESTS) {
  test(`${name} instead of a manifest: one typed error with a sentence that helps`, async ({
    player,
    origin,
  }) => {
    origin.rules.add({ match: { url: '/Manifest' }, effect: { type: 'replace', body } });
    expect(await player.load()).toBe(code);
    const errors = await player.events('error');
    expect(errors.map(({ error }) => error?.code)).toEqual([code]);
    const { state, userMessage, hint } = await player.evaluate(() => ({
      state: smooth.state,
      userMessage: smooth.error?.userMessage ?? '',
      hint: smooth.error?.hint ?? '',
    }));
    expect(state).toBe('failed');
    expect(userMessage).toMatch(/^[A-Z].{20,}\.$/);
    expect(hint).toMatch(/.{20,}\.$/);
  });
}
