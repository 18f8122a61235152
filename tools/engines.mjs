// `npm run engines`: runs the browser tests for playback and navigation in the installed Firefox; takes two minutes.
//   --no-build    use the existing build
// FIREFOX names another one. test/engines/known-limits.ts lists what is known not to work there, with the reason.
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { parseArgs } from 'node:util';
import { build } from './build.mjs';
import { ensureInstalled, ROOT } from './install.mjs';
import { Tally } from './steps.mjs';

const NAMES = ['firefox-esr', 'firefox'];

/** The path of an installed Firefox; `undefined` if there is none. */
function findFirefox() {
  const { FIREFOX, PATH = '' } = process.env;
  const inPath = PATH.split(delimiter).flatMap((folder) => NAMES.map((name) => join(folder, name)));
  return [FIREFOX, ...inPath].find((path) => path && existsSync(path));
}

const { values: options } = parseArgs({
  options: { build: { type: 'boolean', default: true } },
  allowNegative: true,
});
const firefox = findFirefox();
await ensureInstalled();
if (options.build) await build();
const tally = new Tally();
const report = 'test-results/engines.json';
if (firefox) {
  console.log(`Firefox: ${firefox}`);
  tally.tests(
    'Playback and navigation in Firefox',
    'playwright',
    ['test', '-c', 'test/engines/playwright.config.ts', '--reporter=list,json'],
    report,
    ({ stats }) => ({ passed: stats.expected, failed: stats.unexpected, skipped: stats.skipped }),
    { FIREFOX: firefox, PLAYWRIGHT_JSON_OUTPUT_NAME: join(ROOT, report) },
  );
} else console.log('Firefox was not tested: it is not installed.');
tally.close();
