import { delay } from '../../../src/base/async.ts';
import { SmoothError } from '../../../src/base/errors.ts';
import { normalise, type Ranges, subtract } from '../../../src/base/ranges.ts';
import { type Seconds, seconds, ticks } from '../../../src/base/time.ts';
import { classifyFailure, type Failure } from '../../../src/heuristics/failure.ts';
import { parseManifest } from '../../../src/manifest/parse.ts';
import type { Chunk, Stream } from '../../../src/manifest/presentation.ts';
import { ClockKeeper } from '../../../src/player/clock/clock-keeper.ts';
import type { BufferedFragment } from '../../../src/player/delivery/buffer-map.ts';
import type { Delivered } from '../../../src/player/delivery/delivered.ts';
import { Feed } from '../../../src/player/delivery/feed.ts';
import { Outage } from '../../../src/player/delivery/outage.ts';
import { Live } from '../../../src/player/live/live.ts';
import { LiveChangeEvent } from '../../../src/player/live/live-events.ts';
import type { LiveInfo } from '../../../src/player/live/live-info.ts';
import { type Settings, type SmoothOptions, settingsOf } from '../../../src/player/options.ts';
import { Journal } from '../../../src/player/report/journal.ts';
import { StatsBook } from '../../../src/player/report/stats-book.ts';
import type { PlayableStream } from '../../../src/player/select-streams.ts';
import { Hosts } from '../../../src/player/title/hosts.ts';
import { fragmentUrl } from '../../../src/timeline/fragment-url.ts';
import { timelineOf } from '../../../src/timeline/timeline.ts';
import type { FragmentReport } from '../../../src/transmux/fragment-transmuxer.ts';
import { Element, Source } from './element.ts';
import type { OnAir } from './on-air.ts';

const MANIFEST = 'http://origin.example/live/channel.isml/Manifest';
const MANIFEST_MS = 60;
const FIRST_BYTE_MS = 40;
/** Of a body. */
const PIECES = 4;

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
  /** More hosts of the title. */
  readonly others?: readonly string[];
  /** When the manifest of the first host ceases to grow, in seconds. */
  readonly staleFrom?: number | undefined;
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
  restarts = 0;
  requests = 0;
  endedAt: number | undefined;
  readonly #outage = new Outage(true);
  /** What was put into holes. */
  readonly #filled = new Map<Feed, Ranges>();
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
    const { others, staleFrom = Number.POSITIVE_INFINITY } = options;
    const first = onAir.manifest();
    /** The last one of each host. */
    const manifests: Buffer[] = [];
    const load = (isFirst = false, place = 0) => {
      const hosts = [this.#manifestUrl, ...(others ?? []).map(manifestAt)];
      const at = place % hosts.length;
      const isStale = at === 0 && performance.now() / 1000 >= staleFrom;
      if (!isStale && !isFirst) manifests[at] = onAir.manifest();
      const presentation = parseManifest(manifests[at] ?? first, MANIFEST);
      const [url = this.#manifestUrl] = hosts.slice(at);
      return {
        presentation,
        url,
        hosts: others && new Hosts([url, ...hosts]),
        trust: { origins: [], headers: undefined },
        transfer: TRANSFER,
        answer: onAir.answer,
      };
    };
    this.live = new Live(
      load(true),
      {
        settings: () => this.#settings,
        reload: async (until, place) => {
          await delay(MANIFEST_MS, until);
          this.#refuse(MANIFEST);
          return load(false, place);
        },
        warn: (error) => this.warnings.push(error),
        stats: this.stats,
        emit: (event) => this.#heard(event),
        encoderRestarted: () => {
          this.restarts += 1;
        },
        isTrick: () => false,
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
      streams: () =>
        this.feeds.map((feed) => ({
          feed,
          fillings: this.#fillings(feed),
          isUnavailable: this.#outage.isLeftBehind(feed, false),
        })),
      isWaitingForKey: () => false,
      fill: (holes) => {
        for (const { type, start, end } of holes) this.#fill(type, start, end);
        return true;
      },
      onDecision: (input, remedy) =>
        this.journal.decisions.note('remedyForClock', performance.now() / 1000, input, remedy),
      warn: (error) => this.warnings.push(error),
      rebuild: () => {
        this.rebuilds += 1;
      },
      onJump: () => {},
      onStall: (stall) => {
        this.stats.stallBegan(stall);
        this.live.onStall();
      },
      onRecover: (stall) => this.stats.stallEnded(stall),
      onLook: () => {
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
      behind: () => 30,
      rate: () => this.element.playbackRate,
      isHeld: () => false,
      grows: () => this.live.isOpen,
      exists: (feed, chunk) => this.live.has(feed, chunk),
      deliver: (feed, chunk, _, until) =>
        this.live.deliver(feed, chunk, () => this.#fetch(feed, stream, chunk, until), until),
      skipped: (feed, chunk) => {
        const [from, to] = [feed.timeline.startOf(chunk), feed.timeline.endOf(chunk)];
        this.stats.skipped(from, to);
        const details = { stream: feed.type, start: String(chunk.start), from, to };
        this.warnings.push(new SmoothError('fragment-skipped', details));
      },
      improvement: () => undefined,
      improve: async () => undefined,
      onProgress: () => {},
    });
  }

  async #fetch(feed: Feed, stream: Stream, chunk: Chunk, signal: AbortSignal): Promise<Delivered> {
    const level = stream.levels.find((one) => !this.live.isLagging(one)) ?? stream.levels[0];
    this.live.onRequest(feed, level);
    this.stats.requested();
    this.requests += 1;
    const { hosts, url: loaded } = this.live.title;
    const host = hosts?.inOrder(performance.now())[0] ?? loaded;
    const url = fragmentUrl(host, stream, level, chunk.start);
    await delay(FIRST_BYTE_MS, signal);
    const failure = this.#failureOf(url);
    if (failure) {
      this.live.onFailure(failure.error);
      this.#outage.begin(feed);
      return { kind: 'unavailable', failure };
    }
    const { status, next } = await this.#onAir.ask(url);
    if (status !== 200) this.#outage.begin(feed);
    if (status !== 200) return { kind: 'unavailable', failure: asFailure(url, status) };
    const { bodyMs = () => 200 } = this.#options;
    const { timeline } = feed;
    const [start, end] = [timeline.startOf(chunk), timeline.endOf(chunk)];
    const pieceMs = bodyMs(feed.type, performance.now() / 1000) / PIECES;
    // Near the edge there is so little in the buffer that each piece is appended as it arrives.
    for (let piece = 1; piece <= PIECES; piece += 1) {
      await delay(pieceMs, signal);
      bufferOf(feed).add(start, start + ((end - start) * piece) / PIECES);
    }
    const fragment: BufferedFragment = {
      index: chunk.index,
      start,
      end,
      level,
      reason: 'test',
      covered: end - start,
    };
    this.#outage.served(feed);
    this.#filled.set(feed, subtract(this.#fillings(feed), [{ start, end }]));
    const report = { lookAhead: next, start: ticks(chunk.start) } as unknown as FragmentReport;
    this.live.onFragment(feed, fragment, report);
    this.stats.fragmentLoaded(1000, [], performance.now());
    return { kind: 'delivered', fragment, host };
  }

  #fillings(feed: Feed): Ranges {
    return this.#filled.get(feed) ?? [];
  }

  #fill(type: string, start: Seconds, end: Seconds): void {
    const feed = this.feeds.find((one) => one.type === type);
    if (!feed) return;
    bufferOf(feed).add(start, end);
    this.#filled.set(feed, normalise([...this.#fillings(feed), { start, end }]));
  }

  /** After redirects. */
  get #manifestUrl(): string {
    const { edge = () => 'origin.example' } = this.#options;
    return manifestAt(edge(performance.now() / 1000));
  }

  /** As platforms do. */
  #endSource(): void {
    this.source.readyState = 'ended';
    if (Number.isFinite(this.source.duration)) return;
    this.source.duration = Math.max(...this.feeds.map(({ buffered }) => buffered.at(-1)?.end ?? 0));
  }

  #failureOf(url: string): Failure | undefined {
    const status = this.#options.refuse?.(url, performance.now() / 1000);
    return status === undefined ? undefined : asFailure(url, status);
  }

  #refuse(url: string): void {
    const failure = this.#failureOf(url);
    if (failure) throw failure.error;
  }

  #heard(event: Event): void {
    this.journal.happened(event, this.element.currentTime);
    if (event instanceof LiveChangeEvent) {
      this.changes.push({ at: performance.now() / 1000, info: event.live });
    }
  }
}

const manifestAt = (host: string) => `http://${host}/live/channel.isml/Manifest`;

const TRANSFER = { bytes: 5000, firstByteMs: 40, bodyMs: 20 };

const bufferOf = (feed: Feed) => feed.buffer as unknown as { add(start: number, end: number): void };

/** Status 0: no answer at all. */
function asFailure(url: string, status: number): Failure {
  const error =
    status === 0
      ? new SmoothError('network-failed', { url })
      : new SmoothError('network-status', { url, status });
  const failure = classifyFailure(error);
  if (!failure) throw error;
  return failure;
}
