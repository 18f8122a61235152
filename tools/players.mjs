// `npm run players`: plays the origin's HLS and DASH in hls.js, dash.js and Shaka Player in a real browser, and in
// ffmpeg; takes ten minutes. Prints a table of players and results.
//   --short       one on-demand title and one channel for each, and the published package: three minutes
//   --no-build    use the existing build
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { build } from './build.mjs';
import { describeBrowser, findBrowser } from './find-browser.mjs';
import { ensureInstalled, ROOT } from './install.mjs';
import { Tally } from './steps.mjs';

/** Adds the result to a tally. */
export async function players(tally, browser, isShort) {
  const report = 'test-results/players.json';
  const args = ['test', '-c', 'test/players/playwright.config.ts', '--reporter=list,json'];
  await tally.tests(
    'Other players with HLS and DASH',
    'playwright',
    isShort ? [...args, '--workers=2', '-g', '@short'] : args,
    report,
    (json) => {
      console.log(`\n${tableOf(json)}`);
      const { expected, flaky, unexpected, skipped } = json.stats;
      return { passed: expected + flaky, failed: unexpected, skipped };
    },
    { CHROMIUM: browser.path, PLAYWRIGHT_JSON_OUTPUT_NAME: join(ROOT, report) },
  );
}

/** Which player passed which test, as a table in Markdown. */
function tableOf({ suites }) {
  const columns = new Set();
  const rows = new Map();
  for (const [player, { title, ok, tests }] of suites.flatMap((suite) => specsOf(suite))) {
    columns.add(player);
    const name = title.replace(/ @short$/, '');
    const row = rows.get(name) ?? new Map();
    const has = (wanted) => tests.some(({ status }) => status === wanted);
    row.set(player, has('skipped') ? 'skipped' : has('flaky') ? 'after a retry' : ok ? 'yes' : '**no**');
    rows.set(name, row);
  }
  const players = [...columns];
  const line = (cells) => `| ${cells.join(' | ')} |`;
  return [
    line(['', ...players]),
    line(['---', ...players.map(() => '---')]),
    ...[...rows].map(([name, row]) => line([name, ...players.map((player) => row.get(player) ?? '')])),
  ].join('\n');
}

/** The tests of a suite with their player, after which the enclosing suite is named. */
const specsOf = ({ title, specs = [], suites = [] }) => [
  ...specs.map((spec) => [/\.spec\.ts$/.test(title) ? 'all' : title, spec]),
  ...suites.flatMap((suite) => specsOf(suite)),
];

/** ffmpeg reads both formats too; frames are counted instead of looking at pictures. */
async function ffmpeg(tally) {
  const report = 'test-results/ffmpeg.json';
  await tally.tests(
    'ffmpeg with HLS and DASH',
    'vitest',
    [
      'run',
      'test/unit/origin/formats/ffmpeg.test.ts',
      '--reporter=verbose',
      '--reporter=json',
      `--outputFile.json=${report}`,
    ],
    report,
    ({ numPassedTests, numFailedTests, numPendingTests }) => ({
      passed: numPassedTests,
      failed: numFailedTests,
      skipped: numPendingTests,
    }),
  );
}

if (process.argv[1] === new URL(import.meta.url).pathname) {
  const { values } = parseArgs({
    options: { short: { type: 'boolean', default: false }, build: { type: 'boolean', default: true } },
    allowNegative: true,
  });
  await ensureInstalled();
  if (values.build) await build();
  const browser = await findBrowser();
  console.log(`\nBrowser: ${describeBrowser(browser)}`);
  const tally = new Tally();
  await players(tally, browser, values.short);
  // The short run is part of `npm test`, which has it among the unit tests.
  if (!values.short) await ffmpeg(tally);
  tally.close();
}
