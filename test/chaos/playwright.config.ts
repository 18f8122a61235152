import { defineConfig } from '@playwright/test';
import base from '../../playwright.config.ts';

/** Sessions with random outages, in real time. */
export default defineConfig({
  ...base,
  testDir: '.',
  outputDir: '../../test-results/chaos',
  timeout: 150_000,
});
