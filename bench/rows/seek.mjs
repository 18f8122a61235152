// A seek outside of the buffer: until its first picture, until the picture moves again, at which quality, and how soon the best is on
// screen that the line carries; on a fast line, on a slow one, and on a processor six times slower.
import { sustainedBy, watchQuality } from '../screen.mjs';
import { FAST, interleaved, SLOW, setLine, slowDown, withPlayer } from '../session.mjs';

const PLACES = [73, 139];
/** Milliseconds of playback before each seek. */
const BEFORE = 2500;
/** Seconds that are waited for the best level: the title ends 11 s after the last place. */
const LIMIT = 10;
const SLOWER = 6;

export async function measure(bench) {
  const sessions = Math.ceil(bench.runs / PLACES.length);
  const fewer = Math.ceil(sessions / 2);
  // The floor plays nothing but the highest level, which the slow line doesn't carry.
  const others = { ...bench, players: bench.players.filter((player) => player !== 'floor') };
  const fast = await measureOn(FAST, 1, bench, sessions);
  const slow = await measureOn(SLOW, 1, others, fewer);
  const slowed = await measureOn(FAST, SLOWER, bench, fewer);
  return [
    ...rowsOf(fast, '', '', sustainedBy(FAST), 0.6),
    ...rowsOf(slow, '-slow', ', 3 Mbit/s and 50 ms', sustainedBy(SLOW)),
    ...rowsOf(slowed, `-${SLOWER}x`, `, processor ${SLOWER} times slower`).slice(0, 2),
  ];
}

/** What was found, by player. */
async function measureOn(line, slower, bench, sessions) {
  const { origin, players } = bench;
  const found = await interleaved(players, sessions, (player) =>
    withPlayer(bench, player, async (page) => {
      origin.rules.clear();
      setLine(origin, '/titles', line);
      if (slower > 1) await slowDown(page, slower);
      await page.evaluate((url) => globalThis.bench.start(url), bench.title);
      await page.waitForTimeout(BEFORE);
      const seeks = [];
      for (const place of PLACES)
        seeks.push(await seekTo(place, page, origin, slower > 1 ? undefined : line));
      return seeks.filter((seek) => seek && !seek.isBuffered);
    }),
  );
  return Object.fromEntries(players.map((player) => [player, found[player].flat()]));
}

/** One seek and what follows; `line`: what the quality is watched on. */
async function seekTo(place, page, origin, line) {
  origin.log.clear();
  const seek = await page.evaluate((to) => globalThis.bench.seek(to), place);
  const rest = page.waitForTimeout(BEFORE);
  const watch = { path: '/titles', kilobits: line && sustainedBy(line), limit: LIMIT };
  const seen = seek && line && (await watchQuality(page, origin, watch));
  await rest;
  return seek && { ...seek, ...seen };
}

function rowsOf(found, suffix, words, best, target) {
  const row = (id, title, unit, better, name) => ({
    id: id + suffix,
    title: title + words,
    unit,
    better,
    values: Object.fromEntries(
      Object.entries(found).map(([player, seeks]) => [
        player,
        seeks.map((seek) => seek[name]).filter((one) => one !== undefined),
      ]),
    ),
  });
  const reach = `from a seek until ${best} kbit/s are on screen (${LIMIT}: later, or never)`;
  return [
    { ...row('seek', 'seek outside the buffer, until it moves', 'ms', 'less', 'ms'), target },
    row('seek-first', 'seek outside the buffer, first picture', 'ms', 'less', 'firstMs'),
    row('seek-quality', 'quality of the first fragment after a seek', 'kbit/s', 'more', 'first'),
    row('seek-early', 'quality of the first 2 s on screen after a seek', 'kbit/s', 'more', 'early'),
    row('seek-reach', reach, 's', 'less', 'reach'),
  ];
}
