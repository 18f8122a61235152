import { defineConfig } from '@playwright/test';
import base from '../../playwright.config.ts';

/** Other players with the origin's HLS and DASH. */
export default defineConfig({
  ...base,
  testDir: '.',
  outputDir: '../../test-results/players',
  // Players stall and drop frames on a busy machine. The table shows which needed another attempt.
  retries: 2,
});
