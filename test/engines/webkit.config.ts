import { defineConfig } from '@playwright/test';
import { suiteFor } from './suite.ts';

// Read by the fixtures, which open WebKitGTK instead of a browser of Playwright's.
process.env.ENGINE = 'webkit';

export default defineConfig(suiteFor('webkit'));
