import type { PlaywrightTestConfig } from '@playwright/test';
import { type Engine, limitsOf } from './known-limits.ts';

/** What is tested in every engine: the files of the browser tests, and the element's as far as any driver can go. */
const SPECS = [
  'browser/playback',
  'browser/picture',
  'browser/adaptation',
  'browser/tracks',
  'browser/navigate',
  'browser/trick-play',
  'browser/preview-sources',
  'browser/live',
  'browser/drm',
  'browser/text',
  'browser/faults',
  'browser/lifecycle',
  'browser/timelines',
  'engines/element',
  'engines/figures',
  'engines/looks',
];

/** What the configurations of the engines share. */
export function suiteFor(engine: Engine): PlaywrightTestConfig {
  const specs = process.env.SPECS?.split(',') ?? SPECS;
  return {
    testDir: '..',
    testMatch: specs.map((name) => `**/${name}.spec.ts`),
    grepInvert: limitsOf(engine),
    workers: 1,
    timeout: 90_000,
    forbidOnly: Boolean(process.env.CI),
    reporter: 'list',
    outputDir: `../../test-results/engines-${engine}`,
  };
}
