// `npm test`: everything that continuous integration runs, on a machine with only Node and git.
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
await tally.browserTests('Tests in the browser', browser);
// A busy machine changes nothing that these judge.
const beside = [
  tally.beside([['Sessions with random outages', 'node', ['tools/chaos.mjs', '--seeds', '4', '--no-build']]]),
  tally.beside([
    ['Fuzzing, for ninety seconds', 'node', ['tools/fuzz.mjs', '--minutes', '1.5', '--seed', '1']],
  ]),
];
await players(tally, browser, true);
for (const ended of beside) await ended();
tally.close();
