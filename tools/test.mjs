// `npm test`: everything that continuous integration runs, on a machine with nothing but Node and git.
import { check } from './check.mjs';
import { describeBrowser, findBrowser } from './find-browser.mjs';
import { ensureInstalled } from './install.mjs';
import { Tally } from './steps.mjs';

console.log('Checks, unit tests, and tests in a real browser: about a quarter of an hour.');
await ensureInstalled();
const tally = new Tally();
await check(tally);
const browser = await findBrowser();
console.log(`\nBrowser: ${describeBrowser(browser)}`);
tally.tests(
  'Tests in the browser',
  'playwright',
  ['test', '--reporter=list,json'],
  'test-results/browser.json',
  ({ stats }) => ({ passed: stats.expected + stats.flaky, failed: stats.unexpected, skipped: stats.skipped }),
  { CHROMIUM: browser.path, PLAYWRIGHT_JSON_OUTPUT_NAME: 'test-results/browser.json' },
);
tally.close();
