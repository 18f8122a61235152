import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { createOrigin, type Origin } from '../../demo/origin/server.ts';
import type { SmoothPlayerElement } from '../../src/element.ts';
import type { TextCase } from '../conformance/text-case.ts';
import { TEXT_CHAPTERS } from '../conformance/text-cases.ts';
import { mountsOf } from '../conformance/text-title.ts';
import { Ahead } from './ahead.ts';
import { expect, test } from './fixtures.ts';

/** The page's report of one case. */
interface TextReport {
  /** Start, end and text of each cue. */
  readonly cues: readonly (readonly [number, number, string])[];
  /** The text on screen in the middle of each expected cue: according to the player, and as rendered. */
  readonly shown: readonly { readonly active: readonly string[]; readonly drawn: readonly string[] }[];
  /** Of the first cue's region, in percent of the picture. */
  readonly region: readonly number[];
  readonly errors: readonly string[];
}

const ROOT = join(import.meta.dirname, '../..');
const CASES = Object.values(TEXT_CHAPTERS).flat();
const AT_ONCE = 4;
/** Seconds, and percent of the picture. */
const TIME_TOLERANCE = 0.05;
const PLACE_TOLERANCE = 2;

let origin: Origin;
let page: Page;
let url: string;

const reports = new Ahead(
  CASES.map((one, index) => () => watchCase(`${url}/text/${index}.ism/Manifest`, one)),
  AT_ONCE,
);

function watchCase(src: string, { cues }: TextCase): Promise<TextReport> {
  return page.evaluate(
    async ([from, times]) => {
      const element = document.createElement('smooth-player') as SmoothPlayerElement;
      element.muted = true;
      element.captions = true;
      element.style.setProperty('width', '320px');
      const errors: string[] = [];
      element.addEventListener('error', ({ error }) => errors.push(error?.code ?? 'unknown'));
      document.querySelector('main')?.append(element);
      const { player } = element;
      const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
      const until = async (test: () => boolean, withinMs: number) => {
        for (const end = performance.now() + withinMs; !test() && performance.now() < end; ) await frame();
      };
      await player.load(from);
      const [track] = player.textTracks;
      const found = track ? await player.getCues(track).catch(() => []) : [];
      const overlay = () => element.renderRoot.querySelector('smooth-captions')?.shadowRoot;
      const shown = [];
      let region: number[] = [];
      for (const [start, end] of times) {
        element.currentTime = (start + end) / 2;
        await until(() => !element.seeking && player.activeCues.length > 0, 4000);
        await until(() => (overlay()?.querySelectorAll('.cue').length ?? 0) > 0, 2000);
        const drawn = [...(overlay()?.querySelectorAll('.cue') ?? [])].map(
          ({ textContent }) => textContent ?? '',
        );
        shown.push({ active: player.activeCues.map(({ text }) => text), drawn });
        const [picture, box] = ['.picture', '.region'].map((name) =>
          overlay()?.querySelector(name)?.getBoundingClientRect(),
        );
        if (region.length === 0 && picture && box)
          region = [
            (box.left - picture.left) / picture.width,
            (box.top - picture.top) / picture.height,
            box.width / picture.width,
            box.height / picture.height,
          ].map((share) => share * 100);
      }
      const read = found.map(({ start, end, text }): [number, number, string] => [start, end, text]);
      element.remove();
      return { cues: read, shown, region, errors };
    },
    [src, cues] as const,
  );
}

/** All deviations from the case's expectations. */
function faultsOf({ cues, region }: TextCase, report: TextReport): readonly string[] {
  const faults: string[] = [...report.errors.map((code) => `fails with ${code}`)];
  const tell = (list: readonly (readonly [number, number, string])[]) => JSON.stringify(list);
  const isSame =
    report.cues.length === cues.length &&
    cues.every(([start, end, text], at) => {
      const [from = -1, to = -1, read] = report.cues[at] ?? [];
      return Math.abs(from - start) < TIME_TOLERANCE && Math.abs(to - end) < TIME_TOLERANCE && read === text;
    });
  if (!isSame) faults.push(`read ${tell(report.cues)}, not ${tell(cues)}`);
  for (const [at, [, , text]] of cues.entries()) {
    const { active = [], drawn = [] } = report.shown[at] ?? {};
    if (!active.includes(text)) faults.push(`${JSON.stringify(active)} on screen, not ${text}`);
    if (!drawn.includes(text)) faults.push(`${JSON.stringify(drawn)} drawn, not ${text}`);
  }
  const off = region?.map((share, at) => Math.abs(share - (report.region[at] ?? Number.NaN))) ?? [];
  if (off.some((distance) => !(distance <= PLACE_TOLERANCE)))
    faults.push(`drawn at ${report.region.map(Math.round).join()}, not ${region?.join()}`);
  return faults;
}

test.describe('text conformance', () => {
  const results: string[] = [];

  test.beforeAll(async ({ browser }) => {
    origin = createOrigin({
      files: [
        ...(await mountsOf(CASES)),
        { at: '/dist/', from: join(ROOT, 'dist') },
        { at: '/', from: join(import.meta.dirname, 'page') },
      ],
    });
    url = await origin.listen();
    page = await browser.newPage();
    await page.goto(`${url}/player.html`);
    await page.waitForFunction(() => (globalThis as { isReady?: boolean }).isReady);
  });

  test.afterAll(async () => {
    await page.close();
    await origin.close();
    console.log(['| case | place | result |', '|---|---|---|', ...results].join('\n'));
  });

  for (const [chapter, cases] of Object.entries(TEXT_CHAPTERS)) {
    for (const one of cases) {
      test(`${chapter}: ${one.name}`, async () => {
        const index = CASES.indexOf(one);
        let faults = faultsOf(one, await reports.outcomeOf(index));
        if (faults.length > 0) faults = faultsOf(one, await reports.alone(index));
        results.push(`| ${one.name} | ${one.place} | ${faults.join('; ') || 'as it should'} |`);
        expect(faults).toEqual([]);
      });
    }
  }
});
