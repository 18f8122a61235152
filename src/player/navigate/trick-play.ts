import { SmoothError } from '../../base/errors.ts';
import type { QualityLevel } from '../../manifest/presentation.ts';
import { FastTrick } from './fast-trick.ts';
import type { KeyFrameSource } from './key-frame-source.ts';
import { KeyFrameTrick } from './key-frame-trick.ts';
import type { NavigationPorts } from './navigation-ports.ts';
import { PictureCover } from './picture-cover.ts';
import { type SeekableSpan, seekableOf } from './seekable-span.ts';
import { SeekingTrick } from './seeking-trick.ts';
import type { TrickMode, TrickReport } from './trick-mode.ts';

const MOST = 32;
/** Up to this rate the element itself plays. */
const MOST_PLAYED = 4;
/** As often as a playing element fires `timeupdate`, in milliseconds. */
const TELL_EVERY_MS = 250;
/** Seconds before the end from which on it plays to the end: the element reports the end itself. */
const BEFORE_END = 0.05;

type Kind = 'played' | 'key-frames' | 'seeking';

/** Moves through a title at −32 to 32 times its speed, and owns how that is shown. */
export class TrickPlay {
  readonly #source: KeyFrameSource;
  readonly #ports: NavigationPorts;
  readonly #signal: AbortSignal;
  #mode: TrickMode | undefined;
  #kind: Kind | undefined;
  #rate = 1;
  /** Whether key frames can't be shown on a canvas after all. */
  #onlySeeks = false;
  #covered: { readonly canvas: HTMLCanvasElement; readonly cover: PictureCover } | undefined;
  #listening: AbortController | undefined;
  /** Counts the calls. */
  #wishes = 0;

  constructor(source: KeyFrameSource, ports: NavigationPorts, signal: AbortSignal) {
    this.#source = source;
    this.#ports = ports;
    this.#signal = signal;
    signal.addEventListener('abort', () => this.abandon(), { once: true });
  }

  /** 1 during normal playback. */
  get rate(): number {
    return this.#rate;
  }

  /** Seconds on the media element's clock; `undefined` while the element's own time is valid. */
  get position(): number | undefined {
    return this.#kind === 'played' ? undefined : this.#mode?.position;
  }

  /** Rejects with `option-invalid` for a rate out of range, and with `pictures-unavailable` for a title without video. */
  async play(rate: number): Promise<void> {
    check(rate);
    if (rate === 1) return this.end('play');
    if (!this.#source.stream)
      throw new SmoothError('pictures-unavailable', { problem: 'the title has no video' });
    this.#wishes += 1;
    const wish = this.#wishes;
    const levels = await this.#source.levels;
    const media = this.#ports.media();
    // The latest call wins.
    if (this.#signal.aborted || !media || wish !== this.#wishes) return;
    const canvas = this.#ports.canvas();
    const kind = this.#kindOf(rate, canvas !== undefined && levels.length > 0);
    const isChange = rate !== this.#rate;
    this.#rate = rate;
    if (this.#mode && kind === this.#kind) this.#mode.setRate(rate);
    else this.#begin(kind, media, () => this.#create(kind, media, rate, levels, canvas));
    if (isChange) this.#ports.emit(new Event('ratechange'));
  }

  /** Ends it at the picture on screen, or at a time. */
  async end(how: 'play' | 'pause', at?: number): Promise<void> {
    this.#wishes += 1;
    const mode = this.#mode;
    const media = this.#ports.media();
    if (!mode) return;
    this.#leave();
    const stopping = mode.stop(at);
    // After another seek, the element reports the position itself.
    if (at === undefined) this.#ports.moved();
    // With the position at which it ended.
    this.#ports.emit(new Event('ratechange'));
    if (how === 'pause') media?.pause();
    // If the browser blocks playback, the element stays paused.
    else media?.play().catch(() => {});
    await stopping;
  }

  #kindOf(rate: number, hasCanvas: boolean): Kind {
    if (rate > 0 && rate <= MOST_PLAYED) return 'played';
    return hasCanvas && !this.#onlySeeks ? 'key-frames' : 'seeking';
  }

  #begin(kind: Kind, media: HTMLMediaElement, create: () => TrickMode): void {
    this.#stopListening();
    const before = this.#mode;
    if (before) this.#ports.moved();
    if (kind !== 'played') media.pause();
    this.#ports.rest(kind === 'key-frames' ? 'all' : kind === 'seeking' ? 'ahead' : 'none');
    this.#mode = create();
    this.#kind = kind;
    if (before) void before.release();
    this.#listen(media);
  }

  #create(
    kind: Kind,
    media: HTMLMediaElement,
    rate: number,
    levels: readonly QualityLevel[],
    canvas: HTMLCanvasElement | undefined,
  ): TrickMode {
    const from = this.#mode?.position ?? media.currentTime;
    const report = this.#reportOf(kind, media);
    if (kind === 'played') return new FastTrick(media, from, rate, report);
    if (kind === 'seeking' || !canvas)
      return new SeekingTrick(media, from, rate, this.#source, report, this.#signal);
    const [source, ports, cover] = [this.#source, this.#ports, this.#coverOf(canvas)];
    return new KeyFrameTrick({ media, source, levels, cover, ports, report }, from, rate, this.#signal);
  }

  /** One for each canvas: an earlier trick play doesn't remove what a later one shows. */
  #coverOf(canvas: HTMLCanvasElement): PictureCover {
    if (this.#covered?.canvas !== canvas) this.#covered = { canvas, cover: new PictureCover(canvas) };
    return this.#covered.cover;
  }

  #reportOf(kind: Kind, media: HTMLMediaElement): TrickReport {
    let toldAt = Number.NEGATIVE_INFINITY;
    return {
      moved: () => {
        const now = performance.now();
        if (now - toldAt < TELL_EVERY_MS) return;
        toldAt = now;
        this.#ports.emit(new Event('timeupdate'));
        this.#ports.moved();
      },
      failed: () => {
        // Another mode may have taken over.
        if (this.#kind !== kind) return;
        this.#onlySeeks = true;
        const next = kind === 'played' ? this.end('pause') : this.play(this.#rate);
        next.catch(() => {});
      },
      atEdge: (edge) => void this.#atEdge(edge, media).catch(() => {}),
    };
  }

  async #atEdge(edge: keyof SeekableSpan, media: HTMLMediaElement): Promise<void> {
    const { start, end } = seekableOf(media);
    const isLive = this.#ports.isLive();
    if (edge === 'end' && isLive) {
      await this.end('play');
      this.#ports.seekToLive();
    } else if (edge === 'end') {
      // The last report is a moment old, and what was passed since then has to fire before the seek.
      this.#ports.moved();
      await this.end('play', end - BEFORE_END);
    }
    // The window moves: a position at its start would fall out of it.
    else if (isLive) await this.end('play', start + this.#chunkSeconds(start));
    else await this.end('pause', start);
  }

  #chunkSeconds(at: number): number {
    const place = this.#source.placeOf(this.#source.indexAt(at));
    return place ? place.end - place.start : 2;
  }

  /** Any other play or seek takes precedence from then on. */
  #listen(media: HTMLMediaElement): void {
    const listening = new AbortController();
    const { signal } = listening;
    this.#listening = listening;
    if (this.#kind === 'played') {
      media.addEventListener('ended', () => void this.end('pause').catch(() => {}), { signal });
      const paused = () => media.ended || !media.paused || void this.end('pause').catch(() => {});
      media.addEventListener('pause', paused, { signal });
      const moved = () => {
        if (this.#rate > 1 && this.#ports.isAtLiveEdge()) void this.#atEdge('end', media).catch(() => {});
      };
      for (const type of ['timeupdate', 'waiting']) media.addEventListener(type, moved, { signal });
      return;
    }
    // Earlier events are still pending.
    const begunAt = media.currentTime;
    media.addEventListener('play', () => media.paused || void this.end('play').catch(() => {}), { signal });
    media.addEventListener(
      'seeking',
      () => {
        const soughtTo = this.#mode?.soughtTo ?? begunAt;
        if (Math.abs(media.currentTime - soughtTo) < 1e-3) return;
        void this.end('play', media.currentTime).catch(() => {});
      },
      { signal },
    );
  }

  #stopListening(): void {
    this.#listening?.abort();
    this.#listening = undefined;
  }

  #leave(): void {
    this.#stopListening();
    this.#mode = undefined;
    this.#kind = undefined;
    this.#rate = 1;
    // The failure may have been the network's.
    this.#onlySeeks = false;
    this.#ports.rest('none');
  }

  /** The title is unloaded, or its element detached. */
  abandon(): void {
    this.#wishes += 1;
    const mode = this.#mode;
    if (!mode) return;
    this.#leave();
    // What was set on the element is restored.
    void mode.release();
    this.#covered?.cover.hide();
  }
}

function check(rate: number): void {
  if (!Number.isFinite(rate) || rate === 0 || Math.abs(rate) > MOST)
    throw new SmoothError('option-invalid', {
      option: 'rate',
      problem: `${rate} is not from −32 to 32 and other than 0`,
    });
}
