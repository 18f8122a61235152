import { Gate } from '../../base/async.ts';
import { SmoothError } from '../../base/errors.ts';
import type { ClockInput, ClockRemedy, Hole } from '../../heuristics/stall.ts';
import type { StallRecord } from '../report/stats.ts';
import { ClockWatch, type WatchedStream } from './clock-watch.ts';

export interface ClockKeeperPorts {
  /** Makes the feeds aware of a seek whose event is still pending: holes are judged by their positions. */
  readonly settleSeek: () => unknown;
  readonly streams: () => readonly WatchedStream[];
  /** Whether playback waits for a key. */
  readonly isWaitingForKey: () => boolean;
  /** Called with what is done about the clock, if anything. */
  readonly onDecision: (input: ClockInput, remedy: ClockRemedy) => void;
  /** Fills holes; `false` if one can't be filled. */
  readonly fill: (holes: readonly Hole[]) => boolean;
  readonly warn: (error: SmoothError) => void;
  readonly rebuild: (error: SmoothError) => void;
  readonly onStall: (stall: StallRecord) => void;
  readonly onRecover: (stall: StallRecord) => void;
  /** Called when a hole was jumped over. */
  readonly onJump: () => void;
  /** Called at each check, a few times a second. */
  readonly onLook: () => void;
}

/** In milliseconds; unless something is wrong, no more often either. */
const LOOK_EVERY_MS = 250;
/** Timers are not exact. */
const EARLY_MS = 10;
/** Events that change what the clock should do, */
const CHANGES = ['play', 'playing', 'pause', 'waiting', 'stalled', 'ratechange', 'seeked', 'loadeddata'];
/** and those of normal playback: timers of a hidden page fire once a minute, but the element's own events aren't delayed. */
const TICKS = ['timeupdate', 'progress'];
/** With less than this many seconds ahead there is nothing left to play. */
const DRY = 0.25;
/** Just inside the range, so that rounding doesn't leave the playhead before it. */
const INSIDE = 0.001;

/** Keeps the media element's clock running: across holes, and after a freeze. Runs until aborted. */
export class ClockKeeper {
  readonly #media: HTMLMediaElement;
  readonly #ports: ClockKeeperPorts;
  readonly #watch = new ClockWatch();
  readonly #looked = new Gate();
  /** When the next check is due if nothing happens, on `performance.now()`'s clock. */
  #restsUntil = 0;
  /** A check at the time at which the playhead reaches a hole. */
  #atHole: ReturnType<typeof setTimeout> | undefined;

  constructor(media: HTMLMediaElement, ports: ClockKeeperPorts) {
    this.#media = media;
    this.#ports = ports;
  }

  start(signal: AbortSignal): void {
    const look = () => this.look();
    const tick = () => this.tick();
    for (const type of CHANGES) this.#media.addEventListener(type, look, { signal });
    for (const type of TICKS) this.#media.addEventListener(type, tick, { signal });
    const timer = setInterval(tick, LOOK_EVERY_MS);
    const stop = () => {
      clearInterval(timer);
      clearTimeout(this.#atHole);
    };
    signal.addEventListener('abort', stop, { once: true });
  }

  /** Seconds for which playback has been stalled for lack of media. */
  get standstill(): number {
    return this.#watch.standstill(this.#media, performance.now());
  }

  /** Resolves at the next check at the latest, or when nothing moves, after `atMostMs`. */
  nextLook(atMostMs: number, signal: AbortSignal): Promise<void> {
    return this.#looked.wait(atMostMs, signal);
  }

  /** Resolves when a stream has nothing left to play. */
  async untilDry(signal: AbortSignal): Promise<void> {
    while (this.#ports.streams().every(({ feed }) => feed.bufferAhead > DRY))
      await this.nextLook(1000, signal);
  }

  /** Checks the clock, unless that was done a moment ago and everything was fine. */
  tick(): void {
    if (performance.now() >= this.#restsUntil) this.look();
  }

  /** Checks the clock, and acts on the result. */
  look(): void {
    const media = this.#media;
    this.#ports.settleSeek();
    const { onDecision, onStall, onRecover, onLook, streams, isWaitingForKey } = this.#ports;
    const now = performance.now();
    const news = this.#watch.look(media, streams(), now, isWaitingForKey());
    const { remedy, input, ahead, isCalm, began, ended } = news;
    this.#restsUntil = isCalm ? now + LOOK_EVERY_MS - EARLY_MS : 0;
    if (remedy.kind !== 'none') onDecision(input, remedy);
    if (began) onStall(began);
    if (ended) onRecover(ended);
    this.#apply(remedy, input);
    if (remedy.kind === 'rebuild') return;
    const holeInMs = (ahead * 1000) / (media.playbackRate || 1);
    clearTimeout(this.#atHole);
    if (ahead > 0 && holeInMs < LOOK_EVERY_MS) this.#atHole = setTimeout(() => this.look(), holeInMs);
    onLook();
    this.#looked.open();
  }

  #apply(remedy: ClockRemedy, input: ClockInput): void {
    const { fill, rebuild } = this.#ports;
    switch (remedy.kind) {
      case 'none':
        break;
      case 'jump':
        this.#jump(remedy.to);
        break;
      case 'fill':
        if (!fill(remedy.holes)) this.#jumpUnfillable(remedy.holes, input);
        break;
      case 'nudge':
        this.#media.currentTime += remedy.by;
        break;
      case 'rebuild':
        rebuild(new SmoothError('media-stuck', { at: this.#media.currentTime }));
        break;
      default:
        remedy satisfies never;
    }
  }

  #jump(to: number): void {
    const media = this.#media;
    this.#ports.warn(new SmoothError('media-gap', { from: media.currentTime, to }));
    media.currentTime = to;
    this.#ports.onJump();
  }

  /** A hole that can't be filled is jumped over once it is reached, if it is permanent or nothing more is expected in it. */
  #jumpUnfillable(holes: readonly Hole[], { at, ahead, rate, streams }: ClockInput): void {
    const end = Math.max(...holes.map((hole) => hole.end));
    const resumes = streams.some(({ resumesAt }) => resumesAt !== undefined && resumesAt >= end - INSIDE);
    if (ahead < DRY * Math.max(1, rate) && resumes) this.#jump(Math.max(end, at) + INSIDE);
  }
}
