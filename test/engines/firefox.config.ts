import { defineConfig } from '@playwright/test';
import { KNOWN_LIMITS } from './known-limits.ts';

const asPattern = (title: string) => new RegExp(title.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));

/** The browser tests that also run in Firefox: playback and navigation. */
export default defineConfig({
  testDir: '../browser',
  testMatch: ['navigate', 'trick-play', 'preview-sources', 'playback'].map((name) => `**/${name}.spec.ts`),
  grepInvert: KNOWN_LIMITS.map(({ title }) => asPattern(title)),
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
