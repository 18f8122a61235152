import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type Page, test as playwright } from '@playwright/test';
import type { ChannelOptions } from '../../demo/origin/live/channel.ts';
import { createOrigin, type Origin } from '../../demo/origin/server.ts';
import type { LiveInfo, SmoothPlayer as Player, StallRecord } from '../../src/index.ts';
import { coreTimes, wereBusy } from './busy.ts';

const ROOT = join(import.meta.dirname, '../..');
/** Third-party titles, if they are available beside the project. */
export const CORPUS = join(ROOT, '../shared/corpus');
export const hasCorpus = existsSync(CORPUS);

export const SAMPLE = '/presentations/sample.ism/Manifest';

/** One entry of the page's record of events. */
export interface Recorded {
  readonly type: string;
  readonly at: number;
  readonly position: number;
  readonly error?: {
    readonly code: string;
    readonly message: string;
    readonly details: Record<string, unknown>;
  };
  readonly fragment?: {
    readonly stream: string;
    readonly bitrate: number;
    readonly start: number;
    readonly end: number;
  };
  readonly from?: number;
  readonly to?: number;
  readonly reason?: string;
  readonly keyId?: string;
  readonly live?: LiveInfo;
  readonly status?: string;
  readonly stall?: { readonly at: number; readonly duration: number; readonly cause: string };
}

/** One frame that the browser presented, identified by its pixels. */
export interface Presented {
  /** On the media element's clock, in seconds. */
  readonly mediaTime: number;
  /** On `performance.now()`'s clock, in milliseconds. */
  readonly at: number;
  readonly presentedFrames: number;
  /** The browser's count of dropped frames. */
  readonly dropped: number;
  readonly frame: number | undefined;
  readonly level: number | undefined;
  readonly flash: boolean;
}

declare global {
  var SmoothPlayer: typeof Player;
  var smooth: Player;
  var video: HTMLVideoElement;
  var events: Recorded[];
  var pictures: Presented[];
  var beeps: { readonly at: number }[];
  /** Hertz of each beep heard. */
  var pitch: number[];
  function hear(): Promise<void>;
  function readShot(base64: string): Promise<number | undefined>;
  function seekTo(time: number): Promise<Presented & { currentTime: number }>;
  function until(test: () => boolean, withinMs?: number): Promise<void>;
}

/** With media ahead, a clock may stand for so many seconds on a machine that has no time left. */
const EXCUSED_STALL = 1;

/** A player on a plain video in a page, driven from the test. */
export class PlayerPage {
  readonly page: Page;
  readonly url: string;
  readonly #openedAt = coreTimes();

  constructor(page: Page, url: string) {
    this.page = page;
    this.url = url;
  }

  /** Runs a function in the page. */
  evaluate<Result, Argument>(
    run: (argument: Argument) => Result,
    argument: Argument,
  ): Promise<Awaited<Result>>;
  evaluate<Result>(run: () => Result): Promise<Awaited<Result>>;
  evaluate<Result, Argument>(
    run: (argument: Argument) => Result,
    argument?: Argument,
  ): Promise<Awaited<Result>> {
    return this.page.evaluate(run as (argument: unknown) => Result, argument) as Promise<Awaited<Result>>;
  }

  /** Loads a title; returns the error code, if it failed. */
  load(path = SAMPLE, startTime = 0): Promise<string | undefined> {
    return this.evaluate(
      ([url, at]) =>
        smooth.load(url, { startTime: at }).then(
          () => undefined,
          (error: { code?: string; name: string }) => error.code ?? error.name,
        ),
      [this.url + path, startTime] as const,
    );
  }

  play(): Promise<void> {
    return this.evaluate(() => video.play());
  }

  /** Resolves when a condition holds in the page. */
  until(condition: () => boolean, withinMs = 30_000): Promise<void> {
    return this.page.waitForFunction(condition, undefined, { timeout: withinMs }).then(() => {});
  }

  /** Resolves when the playhead has passed a moment, in seconds. */
  reach(time: number, withinMs = 60_000): Promise<void> {
    return this.page
      .waitForFunction((to) => video.currentTime > to, time, { timeout: withinMs })
      .then(() => {});
  }

  /** Plays until this many seconds are buffered ahead of the playhead. */
  fill(seconds: number): Promise<void> {
    return this.page
      .waitForFunction((wanted) => (smooth.getStats().bufferAhead.video ?? 0) >= wanted, seconds)
      .then(() => {});
  }

  /** The stalls so far, without those that a busy machine explains. */
  async stalls(): Promise<readonly StallRecord[]> {
    const stalls = await this.evaluate(() => smooth.getStats().stalls);
    const isExcused = ({ cause, duration }: StallRecord) => cause === 'frozen' && duration < EXCUSED_STALL;
    return wereBusy(this.#openedAt) ? stalls.filter((stall) => !isExcused(stall)) : stalls;
  }

  events(type: string): Promise<Recorded[]> {
    return this.evaluate((wanted) => events.filter((event) => event.type === wanted), type);
  }
}

interface Fixtures {
  /** A folder of further titles, served at `/titles`. */
  titles: string | undefined;
  /** Running channels; each `source` is the name of a title in `demo/sample`, or its path, without `.ism`. */
  live: readonly ChannelOptions[];
  /** An origin with the sample, the test page and, if available, the corpus. */
  origin: Origin & { readonly url: string };
  player: PlayerPage;
}

/** With ENGINE=webkit, tests run in WebKitGTK, which Playwright doesn't drive. */
const base: typeof playwright =
  process.env.ENGINE === 'webkit'
    ? playwright.extend((await import('../engines/webkit/fixtures.ts')).webKitFixtures as object)
    : playwright;

export const test = base.extend<Fixtures>({
  titles: [undefined, { option: true }],
  live: [[], { option: true }],

  origin: async ({ titles, live }, use) => {
    const origin = await openOrigin(titles, live);
    await use(origin);
    await origin.close();
  },

  player: async ({ page, origin }, use) => {
    const { player, faults } = await openPlayer(page, origin.url);
    await use(player);
    expectNone(faults);
  },
});

/** An origin with the sample, the test page and, if available, a folder of titles and the corpus. */
export async function openOrigin(
  titles?: string,
  live: readonly ChannelOptions[] = [],
): Promise<Origin & { readonly url: string }> {
  const origin = createOrigin({
    live: live.map((channel) => ({
      ...channel,
      source: resolve(ROOT, 'demo/sample', `${channel.source}.ism`),
    })),
    presentations: { '/presentations': join(ROOT, 'demo/sample'), ...(titles && { '/titles': titles }) },
    files: [
      { at: '/dist/', from: join(ROOT, 'dist') },
      { at: '/build/', from: join(ROOT, 'build') },
      { at: '/corpus/shaka-clear.ism/', from: shakaClear },
      { at: '/', from: join(import.meta.dirname, 'page') },
    ],
  });
  return { ...origin, url: await origin.listen() };
}

/** The test page with its player; `faults` collects uncaught errors. */
export async function openPlayer(page: Page, url: string) {
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(String(error)));
  await page.goto(`${url}/`);
  await page.waitForFunction(() => 'smooth' in globalThis);
  return { player: new PlayerPage(page, url), faults };
}

/** No uncaught error, and no unhandled rejection. */
export function expectNone(faults: readonly string[]): void {
  if (faults.length > 0) throw new Error(`uncaught in the page: ${faults.join('; ')}`);
}

/** A complete title of the corpus: a manifest, and fragments named by their URLs. */
function shakaClear(path: string): string | undefined {
  if (path === 'Manifest') return join(CORPUS, 'manifests/shaka-clear.xml');
  const [, stream, time] = /^Fragments\((\w+)=(\d+)\)$/.exec(path) ?? [];
  return stream && join(CORPUS, `fragments/shaka-clear-${stream}-${time}.mp4`);
}

export { expect } from '@playwright/test';
