import { Gate } from '../base/async.ts';
import { SmoothError } from '../base/errors.ts';
import type { ClockInput, ClockRemedy } from '../heuristics/stall.ts';
import { ClockWatch } from './clock-watch.ts';
import type { Feed } from './feed.ts';
import type { StallRecord } from './stats.ts';

export interface ClockKeeperPorts {
  /** Makes sure that the feeds know of a seek whose event is still to come: holes are judged by where they stand. */
  readonly settleSeek: () => unknown;
  readonly feeds: () => readonly Feed[];
  /** Whether playback waits for a key. */
  readonly isLocked: () => boolean;
  /** Told what is done about the clock, where it is anything. */
  readonly decided: (input: ClockInput, remedy: ClockRemedy) => void;
  readonly warn: (error: SmoothError) => void;
  readonly rebuild: (error: SmoothError) => void;
  readonly stalled: (stall: StallRecord) => void;
  readonly recovered: (stall: StallRecord) => void;
  /** Told at each look, a few times a second. */
  readonly looked: () => void;
}

const LOOK_EVERY_MS = 200;
/** A hidden page's timers run once a minute; the element's own events don't wait. */
const EVENTS = [
  'timeupdate',
  'play',
  'playing',
  'pause',
  'waiting',
  'stalled',
  'ratechange',
  'seeked',
  'loadeddata',
  'progress',
];
/** With less than so many seconds ahead there is nothing left to play. */
const DRY = 0.25;

/** Keeps the media element's clock going: over holes, out of a freeze. Runs until aborted. */
export class ClockKeeper {
  readonly #media: HTMLMediaElement;
  readonly #ports: ClockKeeperPorts;
  readonly #watch = new ClockWatch();
  readonly #looked = new Gate();
  /** A look at the moment at which the playhead comes to a hole. */
  #atHole: ReturnType<typeof setTimeout> | undefined;

  constructor(media: HTMLMediaElement, ports: ClockKeeperPorts) {
    this.#media = media;
    this.#ports = ports;
  }

  start(signal: AbortSignal): void {
    const look = () => this.look();
    for (const type of EVENTS) this.#media.addEventListener(type, look, { signal });
    const timer = setInterval(look, LOOK_EVERY_MS);
    const stop = () => {
      clearInterval(timer);
      clearTimeout(this.#atHole);
    };
    signal.addEventListener('abort', stop, { once: true });
  }

  /** Seconds for which playback has stood still for want of media. */
  get dryFor(): number {
    return this.#watch.dryFor(performance.now());
  }

  /** Resolves at the next look at the latest, or when nothing moves, after `atMostMs`. */
  nextLook(atMostMs: number, signal: AbortSignal): Promise<void> {
    return this.#looked.wait(atMostMs, signal);
  }

  /** Resolves when a stream has nothing left to play. */
  async untilDry(signal: AbortSignal): Promise<void> {
    while (this.#ports.feeds().every((feed) => feed.bufferAhead > DRY)) await this.nextLook(1000, signal);
  }

  /** Looks at the clock, and acts on what it sees. */
  look(): void {
    const media = this.#media;
    this.#ports.settleSeek();
    const { warn, rebuild, stalled, recovered, looked, feeds, isLocked } = this.#ports;
    const { remedy, input, ahead, began, ended } = this.#watch.look(
      media,
      feeds(),
      performance.now(),
      isLocked(),
    );
    if (remedy.kind !== 'none') this.#ports.decided(input, remedy);
    if (began) stalled(began);
    if (ended) recovered(ended);
    switch (remedy.kind) {
      case 'none':
        break;
      case 'jump':
        warn(new SmoothError('media-gap', { from: media.currentTime, to: remedy.to }));
        media.currentTime = remedy.to;
        break;
      case 'nudge':
        media.currentTime += remedy.by;
        break;
      case 'rebuild':
        rebuild(new SmoothError('media-stuck', { at: media.currentTime }));
        return;
      default:
        remedy satisfies never;
    }
    const holeInMs = (ahead * 1000) / (media.playbackRate || 1);
    clearTimeout(this.#atHole);
    if (ahead > 0 && holeInMs < LOOK_EVERY_MS) this.#atHole = setTimeout(() => this.look(), holeInMs);
    looked();
    this.#looked.open();
  }
}
