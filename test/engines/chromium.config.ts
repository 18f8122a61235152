import { defineConfig } from '@playwright/test';
import base from '../../playwright.config.ts';
import { suiteFor } from './suite.ts';

export default defineConfig({ ...base, ...suiteFor('chromium') });
