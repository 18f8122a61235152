// From `load` to the first frame, on a fast line and on a slow one, with the quality that was begun with, that of the first two seconds on
// screen, and how soon the best is on screen that the line carries; and the first frame on a processor six times slower.
import { sustainedBy, watchQuality } from '../screen.mjs';
import { FAST, fragmentsOf, interleaved, SLOW, setLine, slowDown, withPlayer } from '../session.mjs';

const LINES = {
  fast: { ...FAST, words: '20 ms round trip', target: 0.6 },
  slow: { ...SLOW, words: '3 Mbit/s and 50 ms', target: 0.7 },
};
/** Seconds that are waited for the best level. */
const LIMIT = 30;
const SLOWER = 6;

export async function measure(bench) {
  const rows = [];
  for (const [id, line] of Object.entries(LINES)) rows.push(...(await measureOn(id, line, bench)));
  for (const [id, line] of Object.entries(LINES)) rows.push(await measureSlowed(id, line, bench));
  return rows;
}

async function measureOn(id, line, bench) {
  const { origin, players, runs } = bench;
  const kilobits = sustainedBy(line);
  const found = await interleaved(players, runs, (player, run) =>
    onLine(bench, player, line, async (page) => {
      const ms = await page.evaluate((url) => globalThis.bench.start(url), bench.title);
      if (ms === undefined) return {};
      await page.waitForTimeout(300);
      const bitrate = fragmentsOf(origin, '/titles').get(0);
      const first = bitrate && bitrate / 1000;
      // It takes long; and the floor's levels are no choice of its own.
      if (run >= Math.ceil(runs / 2) || player === 'floor') return { ms, first };
      const seen = await watchQuality(page, origin, { path: '/titles', kilobits, limit: LIMIT });
      return { ms, first, ...seen };
    }),
  );
  const row = (name, title, unit, better, target) => ({
    title,
    unit,
    better,
    target,
    values: Object.fromEntries(
      players.map((player) => [
        player,
        found[player].map((one) => one[name]).filter((one) => one !== undefined),
      ]),
    ),
  });
  const { words, target } = line;
  return [
    { id: `start-${id}`, ...row('ms', `start, ${words}`, 'ms', 'less', target) },
    { id: `first-${id}`, ...row('first', `first quality, ${words}`, 'kbit/s', 'more') },
    {
      id: `early-${id}`,
      ...row('early', `quality of the first 2 s on screen, ${words}`, 'kbit/s', 'more'),
    },
    {
      id: `reach-${id}`,
      ...row(
        'reach',
        `from load until ${kilobits} kbit/s are on screen, ${words} (${LIMIT}: later, or never)`,
        's',
        'less',
      ),
    },
  ];
}

async function measureSlowed(id, line, bench) {
  const values = await interleaved(bench.players, Math.ceil(bench.runs / 2), (player) =>
    onLine(bench, player, line, async (page) => {
      await slowDown(page, SLOWER);
      return page.evaluate((url) => globalThis.bench.start(url), bench.title);
    }),
  );
  const title = `start, ${line.words}, processor ${SLOWER} times slower`;
  return { id: `start-${id}-${SLOWER}x`, title, unit: 'ms', better: 'less', values };
}

/** A player in a page of its own, on a line. */
function onLine(bench, player, line, use) {
  return withPlayer(bench, player, (page) => {
    bench.origin.rules.clear();
    bench.origin.log.clear();
    setLine(bench.origin, '/titles', line);
    return use(page);
  });
}
