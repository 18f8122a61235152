import { isSmoothError, type SmoothError } from '../../base/errors.ts';
import { seconds, ticks } from '../../base/time.ts';
import { isMain } from '../../manifest/main-stream.ts';
import type { Chunk, QualityLevel, Stream } from '../../manifest/presentation.ts';
import { dateOf, positionOf } from '../../timeline/wall-clock.ts';
import type { FragmentReport } from '../../transmux/fragment-transmuxer.ts';
import type { BufferedFragment } from '../delivery/buffer-map.ts';
import type { Delivered } from '../delivery/delivered.ts';
import type { Feed } from '../delivery/feed.ts';
import { peekFragment } from '../fragment/peek-fragment.ts';
import type { Settings } from '../options.ts';
import type { StatsBook } from '../report/stats-book.ts';
import { fragmentOf } from '../title/fragment-of.ts';
import type { Title } from '../title/title.ts';
import { LiveChangeEvent, UpdateEvent } from './live-events.ts';
import { type LiveInfo, NOT_LIVE } from './live-info.ts';
import type { LiveStream } from './live-stream.ts';
import { LiveTitle } from './live-title.ts';
import { nowInSeconds } from './now.ts';
import { LatencyTarget } from './viewer/latency-target.ts';
import type { LiveStage } from './viewer/live-stage.ts';
import { LiveViewer } from './viewer/live-viewer.ts';

export interface LivePorts {
  readonly settings: () => Settings;
  readonly reload: (signal: AbortSignal, place: number) => Promise<Title>;
  readonly warn: (error: SmoothError) => void;
  readonly stats: StatsBook;
  readonly emit: (event: Event) => void;
  /** The encoder restarted before the position that is 0 here: the title has to be loaded again. */
  readonly encoderRestarted: () => void;
  /** Whether trick play moves through the title while the element's own position stands still. */
  readonly isTrick: () => boolean;
}

const PEEK_MS = 5000;
/** A stream that ends this many chunks before the video isn't waited for. */
const LAGGING = 2.5;
/** The minimum fraction of the first fragment to play. */
const LEAST_OF_FIRST = 0.5;

/** The live part of a session and its playbacks; loaded if a manifest is live. */
export class Live {
  readonly #title: LiveTitle;
  readonly #ports: LivePorts;
  readonly #target: LatencyTarget;
  #view: LiveViewer | undefined;
  #wantsEdge = true;

  constructor(title: Title, ports: LivePorts, signal: AbortSignal) {
    this.#ports = ports;
    const { settings, reload, warn } = ports;
    this.#title = new LiveTitle(
      title,
      {
        reload,
        peek: (stream, chunk, until) => this.#peek(stream, chunk, until),
        warn,
        onGrowth: () => this.#onGrowth(),
        timelineRewound: () => void this.#view?.restart().catch(() => {}),
        encoderRestarted: ports.encoderRestarted,
      },
      signal,
    );
    this.#target = new LatencyTarget({
      wanted: () => settings().live.targetLatency,
      backsOff: () => settings().live.backOff,
      timings: () => this.#playing.map(({ timing }) => timing),
      window: () => this.#title.windowSeconds,
    });
  }

  get title(): Title {
    return this.#title.title;
  }

  /** Whether more chunks than known may appear. */
  get isOpen(): boolean {
    return !this.#title.hasEnded;
  }

  get info(): LiveInfo {
    return this.#view?.info ?? { ...NOT_LIVE, isLive: this.isOpen, targetLatency: this.#target.seconds };
  }

  /** Whether playback follows the live edge. */
  get isFollowing(): boolean {
    return this.#view?.isFollowing ?? this.#wantsEdge;
  }

  startAt(wish: number | 'live' | Date | undefined): number {
    const now = nowInSeconds();
    const main = this.#main;
    const end = this.#listedTo(now);
    const edge = main.encoderAt(now) - this.#target.seconds;
    const atEdge = Math.max(main.start, withSomeMedia(main, Math.min(edge, end - 0.1)));
    const wanted = wish instanceof Date ? positionOf(wish, this.#title.presentation) : wish;
    this.#wantsEdge = typeof wanted !== 'number' || wanted >= atEdge - main.chunkSeconds;
    return this.#wantsEdge ? atEdge : Math.max(main.start, Number(wanted));
  }

  /** The last position that the player itself has sought. */
  get soughtTo(): number | undefined {
    return this.#view?.soughtTo;
  }

  seekToLive(): void {
    this.#wantsEdge = true;
    this.#view?.seekToLive();
  }

  toDate(position: number): Date | undefined {
    return dateOf(seconds(position), this.#title.presentation);
  }

  /** What is known about a stream, playing or not. */
  streamOf(stream: Stream): LiveStream | undefined {
    return this.#title.streams.find((one) => one.stream === stream);
  }

  /** Refreshes the manifest, unless that was done this many seconds ago. */
  refreshList(maxAge: number): void {
    void this.#title.refresh(maxAge).catch(() => {});
  }

  /** Whether a chunk is still part of the title. */
  has(feed: Feed, chunk: Chunk): boolean {
    return this.#title.has(feed, chunk);
  }

  /** Delivers a chunk once it is published; `fetch` requests it. */
  deliver(feed: Feed, chunk: Chunk, fetch: () => Promise<Delivered>, signal: AbortSignal) {
    return this.#title.deliver(feed, chunk, fetch, signal);
  }

  /** A request failed, and another follows. */
  onFailure(error: SmoothError): void {
    this.#title.onFailure(error);
  }

  /** Whether a level is behind the others. */
  isLagging(level: QualityLevel): boolean {
    return this.#title.lagging.has(level);
  }

  onRequest(feed: Feed, level: QualityLevel): void {
    this.#title.lagging.onRequest(feed, level);
  }

  onFragment(feed: Feed, fragment: BufferedFragment, report: FragmentReport): void {
    this.#title.onFragment(feed, fragment, report);
  }

  /** Maximum seconds in the buffer when the next fragment is published. */
  reach(): number {
    const { latency } = this.info;
    const { ahead, chunkSeconds } = this.#main;
    if (!this.isOpen) return Number.POSITIVE_INFINITY;
    return Math.max(chunkSeconds / 2, (latency || 0) - ahead - chunkSeconds);
  }

  /** Playback stalled for lack of media. */
  onStall(): void {
    if (this.#title.source !== 'live' || !this.#view?.isFollowing) return;
    this.#target.onStall();
  }

  /** Controls a playback, until the signal is aborted. */
  attach(stage: LiveStage, signal: AbortSignal): void {
    const { isFollowing } = this;
    this.#view?.close();
    this.#view = new LiveViewer(
      this.#title,
      stage,
      {
        target: this.#target,
        catchUp: () => this.#ports.settings().live.catchUp,
        isFollowing,
        isTrick: this.#ports.isTrick,
        warn: this.#ports.warn,
        onChange: () => this.#ports.emit(new LiveChangeEvent(this.info)),
      },
      signal,
    );
    this.#feeds = stage.feeds;
  }

  #feeds: readonly Feed[] = [];

  /** The stream that determines the edge: the video, if there is one. */
  get #main(): LiveStream {
    const [feed] = this.#feeds;
    const streams = this.#title.streams.filter(({ stream }) => isMain(stream));
    const main = feed ? this.#title.of(feed) : streams.find(({ stream }) => stream.type === 'video');
    return main ?? (streams[0] as LiveStream);
  }

  /** Those that play or, before that is known, may play: not those that end long before the video. */
  get #playing(): readonly LiveStream[] {
    if (this.#feeds.length > 0) return this.#feeds.map((feed) => this.#title.of(feed));
    const main = this.#main;
    const least = main.end - LAGGING * main.chunkSeconds;
    return this.#title.streams.filter(
      ({ stream, end, chunkSeconds }) => isMain(stream) && end > least - chunkSeconds,
    );
  }

  /** The position up to which a list has all playing streams. */
  #listedTo(now: number): number {
    return Math.min(...this.#playing.map((stream) => stream.availableAt(now)));
  }

  #onGrowth(): void {
    for (const feed of this.#feeds) feed.wake();
    this.#ports.emit(new UpdateEvent());
  }

  /** `FragmentInfo`: a fragment without its media. [MS-SSTR] 2.2.3. */
  async #peek(stream: Stream, chunk: Chunk, signal: AbortSignal): Promise<FragmentReport | undefined> {
    const urlTemplate = infoTemplate(stream.urlTemplate);
    if (urlTemplate === undefined) return undefined;
    const request = fragmentOf(this.title, {
      stream: { ...stream, urlTemplate },
      level: stream.levels[0],
      chunk,
      zero: ticks(0),
      readEncryption: () => undefined,
      wholeMs: PEEK_MS,
    });
    try {
      return await peekFragment(request, this.#ports.settings(), signal);
    } catch (error) {
      signal.throwIfAborted();
      if (!isSmoothError(error)) throw error;
      return undefined;
    }
  }
}

/** A position whose fragment has enough media for the next one to arrive meanwhile. */
function withSomeMedia({ timeline, chunkSeconds }: LiveStream, place: number): number {
  const chunk = timeline.chunkAt(seconds(place));
  return chunk ? Math.min(place, timeline.endOf(chunk) - LEAST_OF_FIRST * chunkSeconds) : place;
}

/** The last noun of the path determines what is requested. */
function infoTemplate(template: string | undefined): string | undefined {
  const at = template?.toLowerCase().lastIndexOf('fragments') ?? -1;
  if (template === undefined || at < 0) return undefined;
  return `${template.slice(0, at)}FragmentInfo${template.slice(at + 'Fragments'.length)}`;
}

export { awaitStart } from './await-start.ts';

export const openLive = (title: Title, ports: LivePorts, signal: AbortSignal): Live =>
  new Live(title, ports, signal);
