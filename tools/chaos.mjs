// `npm run chaos`: plays sessions with random outages and user actions in a real browser, in real time, four at once.
//   --seeds 100       number of sessions; 100 take about 25 minutes for each player
//   --first 1         first seed. To repeat a session that failed, use `--first SEED --seeds 1`
//   --players smooth  also dash, rx: the same sessions with dash.js and RxPlayer, whose failures are only reported
//   --no-build        play the existing dist/
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { build } from './build.mjs';
import { findBrowser } from './find-browser.mjs';
import { ensureInstalled, fail, ROOT } from './install.mjs';
import { Tally } from './steps.mjs';

const OUTCOMES = join(ROOT, 'test-results/chaos-players');
const KNOWN = ['smooth', 'dash', 'rx'];

/** Adds the results of some sessions to a tally; generates their title from the build. */
export async function chaos(tally, browser, seeds, first = 1, players = ['smooth']) {
  const report = 'test-results/chaos.json';
  const { makeTitle } = await import('../bench/title.mjs');
  await makeTitle(join(ROOT, '.cache/bench/titles'));
  rmSync(OUTCOMES, { recursive: true, force: true });
  await tally.tests(
    'Sessions with random outages',
    'playwright',
    ['test', '-c', 'test/chaos/playwright.config.ts', '--reporter=list,json'],
    report,
    ({ stats }) => ({
      passed: stats.expected,
      failed: stats.unexpected + stats.flaky,
      skipped: stats.skipped,
    }),
    {
      CHROMIUM: browser.path,
      SEEDS: String(seeds),
      FIRST_SEED: String(first),
      PLAYERS: players.join(','),
      PLAYWRIGHT_JSON_OUTPUT_NAME: join(ROOT, report),
    },
  );
}

/** The results of each player, as a table in Markdown. */
function tableOf(players, titles) {
  const rows = players.map((player) => {
    const folder = join(OUTCOMES, player);
    if (!existsSync(folder)) return `| ${titles[player].title} | not measured | | | | |`;
    const outcomes = readdirSync(folder)
      .map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')))
      .sort((a, b) => a.seed - b.seed);
    const failing = outcomes.filter(({ isAvailable }) => !isAvailable).map(({ seed }) => seed);
    const sum = (of) => outcomes.reduce((total, outcome) => total + of(outcome), 0);
    const each = (of) => (sum(of) / outcomes.length).toFixed(1);
    return `| ${[
      titles[player].title,
      `${outcomes.length - failing.length} of ${outcomes.length}`,
      each(({ stalls }) => stalls.count),
      `${each(({ stalls }) => stalls.ms / 1000)} s`,
      sum(({ uncaught }) => uncaught.length),
      failing.join(', ') || 'none',
    ].join(' | ')} |`;
  });
  return [
    '| player | plays at the end | stalls per session | time stalled | uncaught errors | failed seeds |',
    '| --- | --- | --- | --- | --- | --- |',
    ...rows,
  ].join('\n');
}

if (process.argv[1] === new URL(import.meta.url).pathname) {
  const { values: options } = parseArgs({
    options: {
      seeds: { type: 'string', default: '100' },
      first: { type: 'string', default: '1' },
      players: { type: 'string', default: 'smooth' },
      build: { type: 'boolean', default: true },
    },
    allowNegative: true,
  });
  const players = options.players.split(',');
  const stranger = players.find((player) => !KNOWN.includes(player));
  if (stranger !== undefined) fail(`Unknown player "${stranger}"; there are ${KNOWN.join(', ')}.`);
  await ensureInstalled();
  const { bundlePeers, installPeers, PLAYERS } = await import('../bench/peers.mjs');
  if (players.some((player) => player !== 'smooth')) {
    const folder = join(ROOT, '.cache/bench/peers');
    installPeers(folder);
    await bundlePeers(folder);
  }
  if (options.build) await build();
  const tally = new Tally();
  await chaos(tally, await findBrowser(), options.seeds, options.first, players);
  console.log(`\n${tableOf(players, PLAYERS)}`);
  tally.close();
}
