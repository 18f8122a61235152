import { join } from 'node:path';
import type { Browser, Page } from '@playwright/test';
import { createOrigin, type Origin } from '../../demo/origin/server.ts';
import type { StaticMount } from '../../demo/origin/static-files.ts';
import { Ahead } from './ahead.ts';
import { expect, test } from './fixtures.ts';

/** A page with the player, and the origin that serves it and the titles of cases. */
export interface CasePage {
  readonly page: Page;
  readonly origin: Origin;
  readonly url: string;
  close(): Promise<void>;
}

export async function openCasePage(browser: Browser, titles: readonly StaticMount[]): Promise<CasePage> {
  const origin = createOrigin({
    files: [
      ...titles,
      { at: '/dist/', from: join(import.meta.dirname, '../../dist') },
      { at: '/', from: join(import.meta.dirname, 'page') },
    ],
  });
  const url = await origin.listen();
  const page = await browser.newPage();
  await page.goto(`${url}/player.html`);
  await page.waitForFunction(() => (globalThis as { isReady?: boolean }).isReady);
  const close = async () => {
    await page.close();
    await origin.close();
  };
  return { page, origin, url, close };
}

interface Named {
  readonly name: string;
  /** The section of the format, or who is known to do it. */
  readonly place: string;
}

interface PlayedCases<Case, Report> {
  readonly mountsOf: (cases: readonly Case[]) => Promise<readonly StaticMount[]>;
  /** How many are played at the same time. */
  readonly atOnce: number;
  readonly play: (on: CasePage, one: Case, index: number) => Promise<Report>;
  /** All deviations from the case's expectations. */
  readonly faultsOf: (one: Case, report: Report) => readonly string[];
  /** Rows that can't be played here, for the table. */
  readonly unplayed?: (on: CasePage) => Promise<readonly (Named & { readonly reason: string })[]>;
}

/** Declares a test for each case, by chapter, and prints a table of the results. A case with faults is played again alone. */
export function testPlayedCases<Case extends Named, Report>(
  title: string,
  chapters: Readonly<Record<string, readonly Case[]>>,
  { mountsOf, atOnce, play, faultsOf, unplayed }: PlayedCases<Case, Report>,
): void {
  const cases = Object.values(chapters).flat();
  const rows: string[] = [];
  let on: CasePage;
  const reports = new Ahead(
    cases.map((one, index) => () => play(on, one, index)),
    atOnce,
  );

  test.describe(title, () => {
    test.beforeAll(async ({ browser }) => {
      on = await openCasePage(browser, await mountsOf(cases));
    });

    test.afterAll(async () => {
      for (const { name, place, reason } of (await unplayed?.(on)) ?? [])
        rows.push(`| ${name} | ${place} | not played: ${reason} |`);
      await on.close();
      console.log(['| case | place | result |', '|---|---|---|', ...rows].join('\n'));
    });

    for (const [chapter, own] of Object.entries(chapters)) {
      for (const one of own) {
        test(`${chapter}: ${one.name}`, async () => {
          const index = cases.indexOf(one);
          let faults = faultsOf(one, await reports.outcomeOf(index));
          if (faults.length > 0) faults = faultsOf(one, await reports.alone(index));
          rows.push(`| ${one.name} | ${one.place} | ${faults.join('; ') || 'as it should'} |`);
          expect(faults).toEqual([]);
        });
      }
    }
  });
}
