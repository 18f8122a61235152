import { delay } from '../../../src/base/async.ts';
import { isSmoothError, SmoothError } from '../../../src/base/errors.ts';
import { seconds, ticks } from '../../../src/base/time.ts';
import { parseManifest } from '../../../src/manifest/parse.ts';
import type { Chunk, Stream } from '../../../src/manifest/presentation.ts';
import { ClockKeeper } from '../../../src/player/clock-keeper.ts';
import { Feed } from '../../../src/player/feed.ts';
import type { Held } from '../../../src/player/inventory.ts';
import { Journal } from '../../../src/player/journal.ts';
import { Live } from '../../../src/player/live/live.ts';
import { LiveChangeEvent } from '../../../src/player/live/live-events.ts';
import type { LiveInfo } from '../../../src/player/live-ports.ts';
import { type Settings, type SmoothOptions, settingsOf } from '../../../src/player/options.ts';
import type { PlayableStream } from '../../../src/player/select-streams.ts';
import { StatsBook } from '../../../src/player/stats-book.ts';
import { fragmentUrl } from '../../../src/timeline/fragment-url.ts';
import { timelineOf } from '../../../src/timeline/timeline.ts';
import type { FragmentReport } from '../../../src/transmux/fragment-transmuxer.ts';
import { Element, Source } from './element.ts';
import type { OnAir } from './on-air.ts';

const MANIFEST = 'http://origin.example/live/channel.isml/Manifest';
const MANIFEST_MS = 60;
const FIRST_BYTE_MS = 40;

export interface ViewerOptions {
  readonly live?: SmoothOptions['live'];
  readonly startTime?: number | Date;
  /** Milliseconds for a fragment's body, by the stream and the moment in seconds. */
  readonly bodyMs?: (type: string, now: number) => number;
  /** Only these streams. */
  readonly types?: readonly ('video' | 'audio')[];
  /** Whether the clock is looked after, as it is in players; default true. */
  readonly keepsClock?: boolean;
  /** The host that the manifest is redirected to. */
  readonly edge?: (now: number) => string;
  /** Status in the place of the origin's own, for some requests at some moments in seconds; 0: no answer at all. */
  readonly refuse?: (url: string, now: number) => number | undefined;
}

/** Someone who watches a channel: the player's live code and feeds, on an element and a network that are made up. */
export class Viewer {
  readonly element: Element;
  readonly source = new Source();
  readonly live: Live;
  readonly stats = new StatsBook(performance.now());
  readonly journal = new Journal();
  readonly warnings: SmoothError[] = [];
  /** Each change of `live`, and when. */
  readonly changes: { readonly at: number; readonly info: LiveInfo }[] = [];
  readonly feeds: readonly Feed[];
  failure: unknown;
  rebuilds = 0;
  /** How often the title would have been loaded again. */
  beganAnew = 0;
  requests = 0;
  endedAt: number | undefined;
  readonly #onAir: OnAir;
  readonly #options: ViewerOptions;
  readonly #controller = new AbortController();
  readonly #settings: Settings;

  constructor(onAir: OnAir, options: ViewerOptions = {}) {
    this.#onAir = onAir;
    this.#options = options;
    this.#settings = settingsOf({
      network: { fetch: onAir.fetch },
      ...(options.live && { live: options.live }),
    });
    const { signal } = this.#controller;
    const load = () => {
      const presentation = parseManifest(onAir.manifest(), MANIFEST);
      return {
        presentation,
        url: this.#manifestUrl,
        hosts: undefined,
        headers: undefined,
        transfer: TRANSFER,
        answer: onAir.answer,
      };
    };
    this.live = new Live(
      load(),
      {
        settings: () => this.#settings,
        reload: async (until) => {
          await delay(MANIFEST_MS, until);
          this.#refuse(MANIFEST);
          return load();
        },
        warn: (error) => this.warnings.push(error),
        stats: this.stats,
        emit: (event) => this.#heard(event),
        beganAnew: () => {
          this.beganAnew += 1;
        },
      },
      signal,
    );
    const startAt = this.live.startAt(options.startTime);
    this.element = new Element(this.source);
    this.element.currentTime = startAt;
    this.element.addEventListener('ended', () => {
      this.endedAt = performance.now() / 1000;
    });
    const { types = ['video', 'audio'] } = options;
    this.feeds = types.map((type) => this.#feed(type, startAt));
    if (options.keepsClock ?? true) this.#keepClock(signal);
    this.element.addEventListener('seeking', () => {
      for (const feed of this.feeds) feed.seek(seconds(this.element.currentTime));
    });
    void this.element.play();
    this.live.attach(
      {
        media: this.element as unknown as HTMLMediaElement,
        source: this.source as unknown as MediaSource,
        feeds: this.feeds,
      },
      signal,
    );
    for (const feed of this.feeds) {
      feed.run(signal).catch((error: unknown) => {
        if (!signal.aborted) this.failure = error;
      });
    }
  }

  /** Seconds that the playhead is really behind the encoder. */
  get behind(): number {
    const { presentation } = this.live.title;
    const epoch = Number(presentation.origin - this.#onAir.mediaStart) / 1e7;
    return this.#onAir.now - this.#onAir.startedAt - (this.element.currentTime + epoch);
  }

  close(): void {
    this.#controller.abort();
  }

  #keepClock(signal: AbortSignal): void {
    const keeper = new ClockKeeper(this.element as unknown as HTMLMediaElement, {
      settleSeek: () => {},
      feeds: () => this.feeds,
      isLocked: () => false,
      decided: (input, remedy) =>
        this.journal.decisions.note('remedyForClock', performance.now() / 1000, input, remedy),
      warn: (error) => this.warnings.push(error),
      rebuild: () => {
        this.rebuilds += 1;
      },
      stalled: (stall) => {
        this.stats.stallBegan(stall);
        this.live.stalled();
      },
      recovered: (stall) => this.stats.stallEnded(stall),
      looked: () => {
        if (!this.live.isOpen && this.feeds.every(({ isAtEnd }) => isAtEnd)) this.#endSource();
        for (const feed of this.feeds) feed.wake();
      },
    });
    keeper.start(signal);
  }

  #feed(type: 'video' | 'audio', startAt: number): Feed {
    const stream = this.live.title.presentation.streams.find((one) => one.type === type);
    if (!stream) throw new Error(`there is no ${type}`);
    const playable: PlayableStream = { stream, type, levels: stream.levels };
    const buffer = this.element.addBuffer();
    const timeline = timelineOf(stream, this.live.title.presentation);
    return new Feed(playable, timeline, buffer.queue, seconds(startAt), {
      playhead: () => seconds(this.element.currentTime),
      goal: () => seconds(30),
      behind: 30,
      isHeld: () => false,
      deliver: (feed, chunk, until) =>
        this.live.deliver(feed, chunk, () => this.#fetch(feed, stream, chunk, until), until),
      improvement: () => undefined,
      improve: async () => undefined,
      onProgress: () => {},
    });
  }

  async #fetch(feed: Feed, stream: Stream, chunk: Chunk, signal: AbortSignal): Promise<Held> {
    const level = stream.levels.find((one) => !this.live.lacks(one)) ?? stream.levels[0];
    this.live.asked(feed, level);
    this.stats.requested();
    this.requests += 1;
    const url = fragmentUrl(this.live.title.url, stream, level, chunk.start);
    await delay(FIRST_BYTE_MS, signal);
    for (;;) {
      try {
        this.#refuse(url);
        break;
      } catch (error) {
        // As a delivery does: it waits for the network to come back.
        if (!isSmoothError(error, 'network-failed')) throw error;
        this.live.troubled(error);
        await delay(1000, signal);
      }
    }
    const { status, next } = await this.#onAir.ask(url);
    if (status !== 200) throw new SmoothError('network-status', { url, status });
    const { bodyMs = () => 200 } = this.#options;
    await delay(bodyMs(feed.type, performance.now() / 1000), signal);
    const { timeline } = feed;
    const [start, end] = [timeline.startOf(chunk), timeline.endOf(chunk)];
    const held: Held = { index: chunk.index, start, end, level, reason: 'test' };
    (feed.buffer as unknown as { add(start: number, end: number): void }).add(start, end);
    const report = { lookAhead: next, start: ticks(chunk.start) } as unknown as FragmentReport;
    this.live.heard(feed, held, report);
    this.stats.fragmentLoaded(1000, [], performance.now());
    return held;
  }

  /** After redirects. */
  get #manifestUrl(): string {
    const { edge = () => 'origin.example' } = this.#options;
    return `http://${edge(performance.now() / 1000)}/live/channel.isml/Manifest`;
  }

  /** As platforms do. */
  #endSource(): void {
    this.source.readyState = 'ended';
    if (Number.isFinite(this.source.duration)) return;
    this.source.duration = Math.max(...this.feeds.map(({ buffered }) => buffered.at(-1)?.end ?? 0));
  }

  #refuse(url: string): void {
    const status = this.#options.refuse?.(url, performance.now() / 1000);
    if (status === 0) throw new SmoothError('network-failed', { url });
    if (status !== undefined) throw new SmoothError('network-status', { url, status });
  }

  #heard(event: Event): void {
    this.journal.happened(event, this.element.currentTime);
    if (event instanceof LiveChangeEvent) {
      this.changes.push({ at: performance.now() / 1000, info: event.live });
    }
  }
}

const TRANSFER = { bytes: 5000, firstByteMs: 40, bodyMs: 20 };
