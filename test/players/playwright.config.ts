import { defineConfig } from '@playwright/test';
import base from '../../playwright.config.ts';

/** Other people's players on what the origin makes for them. */
export default defineConfig({
  ...base,
  testDir: '.',
  outputDir: '../../test-results/players',
  // Players stall, and drop frames, on a machine that is busy with something else. The table says which needed another try.
  retries: 2,
});
