// `npm run bench`: compares this player with others, in one browser on one origin; takes about an hour.
//   npm run bench -- start seek only these: start, seek, day, script, live, live-seek, quality, navigate, text,
//   text-cases, transmux, sizes
//   --runs 9                      number of short runs (7); long ones run less often
//   --players smooth,rx           only these: smooth, dash, rx, shaka, and the floor: it knows everything beforehand, and only appends
//   --out FOLDER                  output folder of results.json and results.svg (.cache/bench)
//   --no-build                    measure the existing dist/
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { build } from './build.mjs';
import { describeBrowser, findBrowser } from './find-browser.mjs';
import { ensureInstalled, fail, ROOT } from './install.mjs';

const ROWS = [
  'sizes',
  'transmux',
  'start',
  'seek',
  'day',
  'script',
  'live',
  'live-seek',
  'quality',
  'navigate',
  'text',
  'text-cases',
];

/** Rows that say what is left to gain. */
const WITH_FLOOR = ['start', 'seek', 'script'];
const isPlayer = (player) => player !== 'floor';

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    runs: { type: 'string', default: '7' },
    players: { type: 'string', default: 'smooth,dash,rx,shaka,floor' },
    out: { type: 'string', default: '.cache/bench' },
    build: { type: 'boolean', default: true },
  },
  allowNegative: true,
});
const wanted = positionals.length > 0 ? positionals : ROWS;
const runs = Number(options.runs);
const players = options.players.split(',');
if (!(Number.isInteger(runs) && runs > 0)) fail('--runs must be an integer of at least 1.');
const unknown = wanted.find((row) => !ROWS.includes(row));
if (unknown) fail(`Unknown row "${unknown}"; there are ${ROWS.join(', ')}.`);

process.chdir(ROOT);
await ensureInstalled();
if (options.build) await build();
const { bundlePeers, installPeers, PLAYERS } = await import('../bench/peers.mjs');
const stranger = players.find((player) => !(player in PLAYERS));
if (stranger) fail(`Unknown player "${stranger}"; there are ${Object.keys(PLAYERS).join(', ')}.`);
const { makeTitle } = await import('../bench/title.mjs');
const { openBench } = await import('../bench/open.mjs');
const { describeMachine, machine, summarise, table } = await import('../bench/report.mjs');
const { chart } = await import('../bench/chart.mjs');

const cache = join(ROOT, '.cache/bench');
const peers = join(cache, 'peers');
installPeers(peers);
await bundlePeers(peers);
await makeTitle(join(cache, 'titles'));

const found = await findBrowser();
console.log(`Browser: ${describeBrowser(found)}`);
const bench = await openBench({ executablePath: found.path, cache, peers, players, runs });
const facts = machine(bench.browser);
const rows = [];
mkdirSync(options.out, { recursive: true });
try {
  for (const name of ROWS.filter((row) => wanted.includes(row))) {
    process.stdout.write(`${name} `);
    const { measure } = await import(`../bench/rows/${name}.mjs`);
    const measured = WITH_FLOOR.includes(name) ? bench : { ...bench, players: players.filter(isPlayer) };
    rows.push(...(await measure(measured)).map(summarise));
    write();
    process.stdout.write('\n');
  }
} finally {
  await bench.close();
}
console.log(`\n${table(rows, players)}\n\n${describeMachine(facts)}`);
console.log(`Written: ${join(options.out, 'results.json')}, ${join(options.out, 'results.svg')}`);

/** Writes the rows so far: an hour's figures are not lost when the last row fails. */
function write() {
  const report = {
    at: new Date().toISOString(),
    machine: facts,
    players: Object.fromEntries(players.map((player) => [player, PLAYERS[player].title])),
    rows,
  };
  writeFileSync(join(options.out, 'results.json'), `${JSON.stringify(report, undefined, 2)}\n`);
  writeFileSync(join(options.out, 'results.svg'), chart(rows, describeMachine(facts)));
}
