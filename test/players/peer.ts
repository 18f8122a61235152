import { join } from 'node:path';
import { test as base, expect, type Page } from '@playwright/test';
import { createOrigin, type Origin, type OriginOptions } from '../../demo/origin/server.ts';
import { SAMPLE } from '../../demo/sample/strip.ts';

const ROOT = join(import.meta.dirname, '../..');

export type PeerName = 'hls.js' | 'dash.js' | 'shaka' | 'smooth';

/** A player and the format that it gets. */
export interface Peer {
  readonly player: PeerName;
  readonly format: 'hls' | 'dash';
}

export const PEERS: readonly Peer[] = [
  { player: 'hls.js', format: 'hls' },
  { player: 'shaka', format: 'hls' },
  { player: 'shaka', format: 'dash' },
  { player: 'dash.js', format: 'dash' },
];

export const peerName = ({ player, format }: Peer): string => `${player} on ${format.toUpperCase()}`;

export interface SeenPicture {
  readonly mediaTime: number;
  readonly at: number;
  readonly frame: number | undefined;
  readonly level: number | undefined;
}

interface PagePeer {
  readonly video: HTMLVideoElement;
  readonly pictures: SeenPicture[];
  readonly problems: string[];
  readonly pitch: number[];
  readonly waits: number;
  cues(): { startTime: number; endTime: number; text: string }[];
  readShot(base64: string): Promise<number | undefined>;
  listen(): Promise<void>;
  open(player: string, url: string, options: OpenOptions): Promise<void>;
  setLevel(index: number): void;
  languages(): string[];
  setLanguage(language: string): void;
  showCaptions(): unknown;
  destroy(): unknown;
}

export interface OpenOptions {
  /** Key ids and keys, in hexadecimal. */
  readonly keys?: Readonly<Record<string, string>>;
  readonly isLive?: boolean;
}

declare global {
  var peer: PagePeer;
}

/** Where a title is in a format. */
export const addressOf = (title: string, format: Peer['format']): string =>
  `${title}/Manifest(format=${format === 'hls' ? 'm3u8-cmaf).m3u8' : 'mpd-time-cmaf).mpd'}`;

/** An origin with titles, the players and the page that plays them. */
export async function openOrigin(options: OriginOptions): Promise<Origin & { readonly url: string }> {
  const origin = createOrigin({
    ...options,
    files: [
      ...(options.files ?? []),
      { at: '/modules/', from: join(ROOT, 'node_modules') },
      { at: '/dist/', from: join(ROOT, 'dist') },
      { at: '/build/', from: join(ROOT, 'build') },
      { at: '/page/', from: join(ROOT, 'test/browser/page') },
      { at: '/', from: join(import.meta.dirname, 'page') },
    ],
  });
  return { ...origin, url: await origin.listen() };
}

/** One of the players in a page, on one title. */
export class PeerPage {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

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

  open(player: PeerName, url: string, options: OpenOptions = {}): Promise<void> {
    return this.evaluate(([name, address, own]) => peer.open(name, address, own), [
      player,
      url,
      options,
    ] as const);
  }

  /** Resolves when a condition holds in the page; tells what went wrong where it doesn't. */
  async until<Argument>(
    condition: (argument: Argument) => boolean,
    argument: Argument,
    withinMs = 20_000,
  ): Promise<void> {
    try {
      await this.page.waitForFunction(condition as (argument: unknown) => boolean, argument, {
        timeout: withinMs,
      });
    } catch (cause) {
      const state = await this.evaluate(() => ({
        problems: peer.problems,
        time: peer.video.currentTime,
        buffered: Array.from({ length: peer.video.buffered.length }, (_, i) => [
          peer.video.buffered.start(i),
          peer.video.buffered.end(i),
        ]),
        pictures: peer.pictures.slice(-3),
        readyState: peer.video.readyState,
      }));
      throw new Error(`${condition} did not come true: ${JSON.stringify(state)}`, { cause });
    }
  }

  problems(): Promise<string[]> {
    return this.evaluate(() => peer.problems);
  }

  /** Goes to a moment, and waits for the picture of it; `start` is where the title's first frame is on the element's clock. */
  async seek(seconds: number): Promise<SeenPicture> {
    const before = await this.evaluate((to) => {
      const { length } = peer.pictures;
      peer.video.currentTime = to;
      return length;
    }, seconds);
    await this.until(
      ([from, to]) =>
        !peer.video.seeking &&
        peer.pictures.slice(from).some(({ mediaTime }) => Math.abs(mediaTime - to) < 0.5),
      [before, seconds] as const,
    );
    return this.evaluate(
      ([from, to]) => {
        const found = peer.pictures.slice(from).find(({ mediaTime }) => Math.abs(mediaTime - to) < 0.5);
        if (!found) throw new Error('no picture');
        return found;
      },
      [before, seconds] as const,
    );
  }
}

/** A licence server for players that ask one for Clear Key too, as hls.js does: the URL holds the answer. */
export const serveLicences = ({ page }: PeerPage): Promise<unknown> =>
  page.route('**/licence/*', (route) => {
    const licence = Buffer.from(route.request().url().split('/').at(-1) ?? '', 'base64url');
    return route.fulfill({ contentType: 'application/json', body: licence });
  });

/** The sample's frame that belongs to a moment of the title. */
export const frameAt = (seconds: number): number =>
  Math.round(seconds * SAMPLE.framesPerSecond) % SAMPLE.frames;

export const test = base.extend<{ peerPage: (url: string) => Promise<PeerPage> }>({
  peerPage: async ({ page }, use) => {
    const faults: string[] = [];
    page.on('pageerror', (error) => faults.push(String(error)));
    await use(async (url) => {
      await page.goto(`${url}/`);
      await page.waitForFunction(() => 'peer' in globalThis);
      return new PeerPage(page);
    });
    expect(faults).toEqual([]);
  },
});

export { expect };
