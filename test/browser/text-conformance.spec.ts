import type { Page } from '@playwright/test';
import type { SmoothPlayerElement } from '../../src/element.ts';
import type { TextCase } from '../conformance/text-case.ts';
import { TEXT_CHAPTERS } from '../conformance/text-cases.ts';
import { mountsOf } from '../conformance/text-title.ts';
import { testPlayedCases } from './played-cases.ts';

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

/** Seconds, and percent of the picture. */
const TIME_TOLERANCE = 0.05;
const PLACE_TOLERANCE = 2;

function watchCase(page: Page, src: string, { cues }: TextCase): Promise<TextReport> {
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

testPlayedCases('text conformance', TEXT_CHAPTERS, {
  mountsOf,
  atOnce: 4,
  play: ({ page, url }, one, index) => watchCase(page, `${url}/text/${index}.ism/Manifest`, one),
  faultsOf,
});
