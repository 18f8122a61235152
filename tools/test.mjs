// `npm test`: everything that continuous integration runs, on a machine with only Node and git.
import { chaos } from './chaos.mjs';
import { check } from './check.mjs';
import { describeBrowser, findBrowser } from './find-browser.mjs';
import { ensureInstalled } from './install.mjs';
import { players } from './players.mjs';
import { Tally } from './steps.mjs';

console.log('Checks, unit tests, and tests in a real browser: about twenty minutes.');
await ensureInstalled();
const tally = new Tally();
await check(tally);
const browser = await findBrowser();
console.log(`\nBrowser: ${describeBrowser(browser)}`);
tally.browserTests('Tests in the browser', browser);
await chaos(tally, browser, 4);
const fuzzed = tally.beside('Fuzzing, for two minutes', 'fuzz', [
  'tools/fuzz.mjs',
  '--minutes',
  '2',
  '--seed',
  '1',
]);
players(tally, browser, true);
await fuzzed();
tally.close();
