import { defineConfig } from '@playwright/test';
import { suiteFor } from './suite.ts';

export default defineConfig({
  ...suiteFor('firefox'),
  use: {
    browserName: 'firefox',
    channel: 'moz-firefox',
    launchOptions: {
      executablePath: process.env.FIREFOX ?? '/usr/bin/firefox-esr',
      firefoxUserPrefs: { 'media.autoplay.default': 0 },
    },
  },
});
