import type { Page } from '@playwright/test';
import type { SmoothPlayerElement } from '../../src/element.ts';
import { type CaptionCase, mountsOf, RATE } from '../conformance/caption-case.ts';
import { CAPTION_CHAPTERS, UNPLAYED_CAPTIONS } from '../conformance/caption-cases.ts';
import { testPlayedCases } from './played-cases.ts';

/** The page's report of one case. */
interface CaptionReport {
  /** Start, end and text of the cues of each channel. */
  readonly channels: Readonly<Record<string, readonly (readonly [number, number, string])[]>>;
  /** Texts of the first channel in the order in which they appeared, according to the player. */
  readonly shown: readonly string[];
  /** The same as rendered, each once. */
  readonly drawn: readonly string[];
  readonly errors: readonly string[];
}

/** Seconds. */
const TIME_TOLERANCE = 0.05;
/** Shorter captions may pass between two frames of a slow machine. */
const LONG_ENOUGH = 0.5;

function watchCase(page: Page, src: string, one: CaptionCase): Promise<CaptionReport> {
  const { drm = {}, seeks = [], isQualityChanged = false } = one;
  return page.evaluate(
    async ([from, keys, places, isChanged, names]) => {
      const element = document.createElement('smooth-player') as SmoothPlayerElement;
      element.muted = true;
      element.captions = true;
      element.style.setProperty('width', '320px');
      document.querySelector('main')?.append(element);
      const { player } = element;
      player.configure({ drm: keys });
      const errors: string[] = [];
      const shown: string[] = [];
      const drawn = new Set<string>();
      player.addEventListener('error', ({ error }) => errors.push(error?.code ?? 'unknown'));
      let before: readonly string[] = [];
      player.addEventListener('cuechange', ({ cues }) => {
        const texts = cues.map(({ text }) => text);
        shown.push(...texts.filter((text) => !before.includes(text)));
        before = texts;
      });
      const look = () => {
        const overlay = element.renderRoot.querySelector('smooth-captions')?.shadowRoot;
        for (const { textContent } of overlay?.querySelectorAll('.cue') ?? []) drawn.add(textContent ?? '');
      };
      const until = async (test: () => boolean, withinMs = 15_000) => {
        for (const end = performance.now() + withinMs; !test(); look()) {
          if (performance.now() > end) throw new Error(`not reached: ${test}, at ${player.position}`);
          await new Promise((resolve) => requestAnimationFrame(resolve));
        }
      };
      const inBand = () => player.textTracks.filter(({ source }) => source === 'in-band');
      try {
        await player.load(from);
        const { media } = player;
        if (!media) throw new Error('no media');
        const isBuffered = () => media.buffered.length > 0 && media.buffered.end(0) > 3.9;
        if (!isChanged) await until(isBuffered);
        if (names.length > 0)
          await until(() => names.every((id) => inBand().some((track) => track.id === id)));
        player.textTrack = inBand().find(({ id }) => id === names[0]);
        for (const place of places) {
          media.currentTime = place;
          await until(() => !media.seeking && media.readyState >= 2);
        }
        shown.length = 0;
        before = [];
        if (isChanged) {
          const playing = player.playingQuality?.bitrate ?? player.loadingQuality?.bitrate;
          const other = player.qualities.find(({ bitrate }) => bitrate !== playing);
          if (other) player.setQuality(other, { switch: 'now' });
        }
        media.playbackRate = 2;
        await media.play();
        await until(() => media.ended);
        const channels: Record<string, [number, number, string][]> = {};
        for (const track of inBand()) {
          const cues = await player.getCues(track);
          channels[track.id] = cues.map(({ start, end, text }) => [start, end, text]);
        }
        return { channels, shown, drawn: [...drawn], errors };
      } catch (error) {
        return { channels: {}, shown, drawn: [...drawn], errors: [...errors, String(error)] };
      } finally {
        element.remove();
      }
    },
    [src, drm, seeks, isQualityChanged, Object.keys(one.channels)] as const,
  );
}

/** All deviations from the case's expectations. */
function faultsOf({ channels }: CaptionCase, report: CaptionReport): readonly string[] {
  const inSeconds = (frame: number | undefined) =>
    frame === undefined ? Number.POSITIVE_INFINITY : frame / RATE;
  const isAt = (time: number, expected: number) =>
    time === expected || Math.abs(time - expected) < TIME_TOLERANCE;
  const faults: string[] = report.errors.map((code) => `fails with ${code}`);
  const [names, found] = [channels, report.channels].map((all) => Object.keys(all).sort().join());
  if (names !== found) faults.push(`channels ${found || 'none'}, not ${names || 'none'}`);
  for (const [name, cues] of Object.entries(channels)) {
    const read = report.channels[name] ?? [];
    const isSame =
      read.length === cues.length &&
      cues.every(([from, to, text], at) => {
        const [start = -1, end = -1, own] = read[at] ?? [];
        return isAt(start, inSeconds(from)) && isAt(end, inSeconds(to)) && own === text;
      });
    if (!isSame) faults.push(`${name}: ${JSON.stringify(read)}, not ${JSON.stringify(cues)} in frames`);
  }
  const [first = []] = Object.values(channels);
  const long = first.flatMap(([from, to, text]) =>
    inSeconds(to) - inSeconds(from) > LONG_ENOUGH ? [text] : [],
  );
  const shown = report.shown.filter((text) => long.includes(text));
  if (shown.join('|') !== long.join('|'))
    faults.push(`${JSON.stringify(report.shown)} on screen, not ${JSON.stringify(long)}`);
  for (const text of long)
    if (!report.drawn.includes(text)) faults.push(`${JSON.stringify(report.drawn)} drawn, not ${text}`);
  return faults;
}

testPlayedCases('caption conformance', CAPTION_CHAPTERS, {
  mountsOf,
  atOnce: 8,
  play: ({ page, url }, one, index) => watchCase(page, `${url}/caption/${index}.ism/Manifest`, one),
  faultsOf,
  unplayed: async ({ page }) => {
    const decodes = await page.evaluate(() =>
      MediaSource.isTypeSupported('video/mp4; codecs="hvc1.1.6.L93.B0"'),
    );
    const reason = decodes ? 'the sample has no such level' : 'this browser does not decode H.265';
    const { hevc, ...others } = UNPLAYED_CAPTIONS;
    return [{ ...hevc, reason }, ...Object.values(others)];
  },
});
