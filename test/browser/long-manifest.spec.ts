import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { encryptedTitles, KEYS } from './encrypted-titles.ts';
import { expect, type PlayerPage, SAMPLE, test } from './fixtures.ts';

const FOLDER = encryptedTitles({ sealed: {} });
const LINE = { type: 'bandwidth', steps: [[1, 3e6]] } as const;
test.use({ titles: FOLDER });

/** A manifest with chunks for a day; there are fragments for the first of them. */
function lastingADay(manifest: string): string {
  const chunks = Array.from({ length: 43_200 }, () => '<c d="20000000"/>').join('\n');
  return manifest
    .replace(/(?<=\sDuration=")\d+/, String(43_200 * 2e7))
    .replace(/(?<=<\/QualityLevel>|\/>)\s*(?=<\/StreamIndex>)/g, `\n${chunks}\n`);
}

/** When the page asked for what, and got it; in milliseconds. */
const requestsOf = (player: PlayerPage) =>
  player.evaluate(() =>
    performance
      .getEntriesByType('resource')
      .filter(({ name }) => /\/(Manifest|Fragments\()/.test(name))
      .map((entry) => {
        const { name, startTime, responseEnd } = entry as PerformanceResourceTiming;
        return { name: decodeURI(name.slice(name.lastIndexOf('/') + 1)), startTime, responseEnd };
      }),
  );

const sample = () => readFileSync(join(import.meta.dirname, '../../demo/sample/sample.ismc'), 'utf8');

test('a long manifest: the first fragments are requested while it arrives, once, and shown', async ({
  origin,
  player,
}) => {
  origin.rules.add({ match: { url: 'sample.ism/' }, effect: LINE });
  const body = lastingADay(sample());
  origin.rules.add({ match: { url: 'sample.ism/Manifest' }, effect: { type: 'replace', body } });
  expect(await player.load()).toBeUndefined();
  await player.play();
  await player.reach(3);
  const requests = await requestsOf(player);
  const manifest = requests.find(({ name }) => name === 'Manifest');
  const first = requests.filter(({ name }) => /Fragments\((?:video|audio\w*)=0\)/.test(name));
  expect(first.map(({ name }) => name).toSorted()).toEqual(['Fragments(audio_en=0)', 'Fragments(video=0)']);
  for (const { startTime } of first) expect(startTime).toBeLessThan(manifest?.responseEnd ?? 0);
  const [shown] = await player.evaluate(() => pictures);
  expect(shown?.frame).toBeLessThan(3);
});

test('protection that follows the streams applies to what was requested before', async ({
  origin,
  player,
}) => {
  const manifest = readFileSync(join(FOLDER, 'sealed/sealed.ismc'), 'utf8');
  const [protection = ''] = /<Protection>[\s\S]*<\/Protection>/.exec(manifest) ?? [];
  expect(protection).not.toBe('');
  const body = lastingADay(manifest.replace(protection, '')).replace(
    '</SmoothStreamingMedia>',
    `${protection}</SmoothStreamingMedia>`,
  );
  origin.rules.add({ match: { url: 'sealed.ism/' }, effect: LINE });
  origin.rules.add({ match: { url: 'sealed.ism/Manifest' }, effect: { type: 'replace', body } });
  await player.evaluate(([url, clearKeys]) => smooth.load({ url, drm: { clearKeys } }).then(() => {}), [
    `${origin.url}/titles/sealed/sealed.ism/Manifest`,
    KEYS,
  ] as const);
  await player.play();
  await player.reach(3);
  const requests = await requestsOf(player);
  const manifestEnd = requests.find(({ name }) => name === 'Manifest')?.responseEnd ?? 0;
  const first = requests.filter(({ name }) => /Fragments\((?:video|audio\w*)=0\)/.test(name));
  expect(first.map(({ name }) => name).toSorted()).toEqual(['Fragments(audio_en=0)', 'Fragments(video=0)']);
  for (const { startTime } of first) expect(startTime).toBeLessThan(manifestEnd);
});

test('an ordinary title: nothing is requested before its manifest is complete, and nothing twice', async ({
  origin,
  player,
}) => {
  origin.rules.add({ match: { url: 'sample.ism/' }, effect: LINE });
  expect(await player.load(SAMPLE)).toBeUndefined();
  await player.play();
  await player.reach(3);
  const requests = await requestsOf(player);
  const manifestEnd =
    requests.find(({ name }) => name === 'Manifest')?.responseEnd ?? Number.POSITIVE_INFINITY;
  const fragments = requests.filter(({ name }) => name.startsWith('Fragments('));
  expect(fragments.filter(({ startTime }) => startTime < manifestEnd)).toEqual([]);
  expect(new Set(fragments.map(({ name }) => name)).size).toBe(fragments.length);
  const loaded = await player.evaluate(() =>
    performance.getEntriesByType('resource').map(({ name }) => name),
  );
  expect(loaded.filter((name) => /early-fragments/.test(name))).toEqual([]);
});
