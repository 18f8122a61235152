// `npm run chaos`: plays sessions full of outages and of what viewers do in a real browser, in real time, four at once.
//   --seeds 100       how many; 100 take some 25 minutes
//   --first 1         the first. One that fails is played again by `--first SEED --seeds 1`
//   --no-build        play dist/ as it is
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { build } from './build.mjs';
import { findBrowser } from './find-browser.mjs';
import { ensureInstalled, ROOT } from './install.mjs';
import { Tally } from './steps.mjs';

/** Adds the outcome of some sessions to a tally. */
export function chaos(tally, browser, seeds, first = 1) {
  const report = 'test-results/chaos.json';
  tally.tests(
    'Sessions full of outages',
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
      PLAYWRIGHT_JSON_OUTPUT_NAME: join(ROOT, report),
    },
  );
}

if (process.argv[1] === new URL(import.meta.url).pathname) {
  const { values: options } = parseArgs({
    options: {
      seeds: { type: 'string', default: '100' },
      first: { type: 'string', default: '1' },
      build: { type: 'boolean', default: true },
    },
    allowNegative: true,
  });
  await ensureInstalled();
  if (options.build) await build();
  const tally = new Tally();
  chaos(tally, await findBrowser(), options.seeds, options.first);
  tally.close();
}
