import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from '@playwright/test';
import { createOrigin, type Origin } from '../../demo/origin/server.ts';
import type { DrmOptions } from '../../src/index.ts';
import type { Case } from '../conformance/case.ts';
import { CHAPTERS } from '../conformance/cases.ts';
import { faultsOf, type Report } from '../conformance/judge.ts';
import { folderOf, mountsOf } from '../conformance/serve.ts';
import { Ahead } from './ahead.ts';
import { expect, test } from './fixtures.ts';

declare global {
  function playCase(url: string, withinMs: number, drm: DrmOptions, startTime: number): Promise<Report>;
}

const ROOT = join(import.meta.dirname, '../..');
const CASES = Object.values(CHAPTERS).flat();
/** As many as two cores decode at twice the speed without losing frames: the titles are small. */
const AT_ONCE = 8;
const WITHIN_MS = 20_000;

let origin: Origin;
let context: BrowserContext;
let page: Page;
let url: string;

const elsewhere = () => url.replace('127.0.0.1', 'localhost');

async function open(browser: Browser): Promise<void> {
  origin = createOrigin({
    files: [
      ...(await mountsOf(CASES, elsewhere)),
      { at: '/dist/', from: join(ROOT, 'dist') },
      { at: '/build/', from: join(ROOT, 'build') },
      { at: '/', from: join(import.meta.dirname, 'page') },
    ],
  });
  url = await origin.listen();
  for (const one of CASES) {
    for (const rule of one.rules?.(folderOf(CASES, one), elsewhere()) ?? []) origin.rules.add(rule);
  }
  context = await browser.newContext();
  page = await context.newPage();
  await page.goto(url);
  await page.evaluate(() => import('/conformance.js' as string).then(() => {}));
}

/** Each case's report. */
const reports = new Ahead(
  CASES.map((one) => () => play(page, one)),
  AT_ONCE,
);

const play = (page: Page, one: Case): Promise<Report> =>
  page.evaluate(([from, withinMs, keys, startTime]) => playCase(from, withinMs, keys, startTime), [
    url + folderOf(CASES, one) + (one.url ?? 'Manifest'),
    WITHIN_MS,
    one.drm ?? {},
    one.startTime ?? 0,
  ] as const);

test.describe('conformance', () => {
  const results: string[] = [];

  test.beforeAll(({ browser }) => open(browser));

  test.afterAll(async () => {
    await context.close();
    await origin.close();
    const table = ['| case | place | result |', '|---|---|---|', ...results].join('\n');
    mkdirSync(join(ROOT, 'test-results'), { recursive: true });
    writeFileSync(join(ROOT, 'test-results/conformance.md'), `${table}\n`);
    console.log(table);
  });

  for (const [chapter, cases] of Object.entries(CHAPTERS)) {
    for (const one of cases) {
      test(`${chapter}: ${one.name}`, async () => {
        let report = await reports.outcomeOf(CASES.indexOf(one));
        if (faultsOf(one, report).length > 0) report = await reports.alone(CASES.indexOf(one));
        const faults = faultsOf(one, report);
        results.push(`| ${one.name} | ${one.place} | ${faults.join('; ') || sentenceOf(one, report)} |`);
        expect(faults).toEqual([]);
      });
    }
  }
});

function sentenceOf({ expect: expected }: Case, { failedMs, fragments }: Report): string {
  if ('waits' in expected) return 'waits';
  if ('error' in expected) {
    const when = fragments === 0 && failedMs ? `, ${Math.round(failedMs)} ms after the manifest` : '';
    return `fails with \`${expected.error}\`${when}`;
  }
  const { warnings = [], repairs = [] } = expected.plays;
  return ['plays', ...[...warnings, ...repairs].map((told) => `\`${told}\``)].join(', ');
}
