import { defineConfig } from '@playwright/test';

/** The tests of the other folder, in Firefox. */
export default defineConfig({
  testDir: '../browser',
  testMatch: '**/*.spec.ts',
  workers: 1,
  timeout: 90_000,
  forbidOnly: Boolean(process.env.CI),
  reporter: 'list',
  outputDir: '../../test-results/engines',
  use: {
    browserName: 'firefox',
    channel: 'moz-firefox',
    launchOptions: {
      executablePath: process.env.FIREFOX ?? '/usr/bin/firefox-esr',
      firefoxUserPrefs: { 'media.autoplay.default': 0 },
    },
  },
});
