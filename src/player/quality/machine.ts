import {
  canPlay,
  type DecoderAnswer,
  type FrameTick,
  NEVER_STRAINED,
  reasonAgainst,
  watchFrames,
} from '../../heuristics/machine.ts';
import type { LevelFacts } from '../../heuristics/quality-input.ts';
import type { QualityLevel } from '../../manifest/presentation.ts';
import type { DecisionLog } from '../report/decision-log.ts';
import { framesOf } from '../report/stats-book.ts';
import { mimeTypeOf } from '../select-streams.ts';

/** What the machine monitor needs from its playback. */
export interface MachinePorts {
  /** Of the video, ascending; those that can be played at all. */
  readonly levels: () => readonly QualityLevel[];
  /** On screen. */
  readonly playing: () => QualityLevel | undefined;
  readonly decisions: DecisionLog;
  /** Other levels may be chosen from now on. `isUrgent`: what is buffered at others is of no use. */
  readonly changed: (isUrgent: boolean) => void;
}

const TICK_MS = 1000;
/** Frames dropped while the page was hidden are reported some time after it is shown again, in milliseconds. */
const SETTLING_MS = 5000;
/** After this time a viewer is unlikely to return to a hidden page soon, in milliseconds. */
const UNSEEN_AFTER_MS = 60_000;
/** Fraction of a full battery below which it is low. */
const LOW = 0.2;
/** Default frame rate. */
const FRAME_RATE = 30;

interface Battery extends EventTarget {
  readonly charging: boolean;
  readonly level: number;
}
/** APIs that not every browser has. */
interface Hints {
  readonly getBattery?: () => Promise<Battery>;
}

/** Monitors how the machine copes with the video, and avoids levels that are too demanding. Ends with its signal. */
export class Machine {
  readonly #media: HTMLMediaElement;
  readonly #ports: MachinePorts;
  #state = NEVER_STRAINED;
  #answers = new Map<QualityLevel, DecoderAnswer>();
  #asked: readonly QualityLevel[] | undefined;
  #savesPower = false;
  #before: { readonly at: number; readonly due: number; readonly dropped: number; readonly level: unknown };
  #hiddenAt: number | undefined;
  #shownAt = Number.NEGATIVE_INFINITY;

  constructor(media: HTMLMediaElement, ports: MachinePorts, signal: AbortSignal) {
    this.#media = media;
    this.#ports = ports;
    this.#before = { at: 0, due: 0, dropped: 0, level: undefined };
    const timer = setInterval(() => this.#tick(), TICK_MS);
    signal.addEventListener('abort', () => clearInterval(timer), { once: true });
    document.addEventListener('visibilitychange', () => this.#turned(), { signal });
    this.#turned();
    this.#askBattery(signal).catch(() => {});
    this.#tick();
  }

  /** Whether the heuristics may choose a level now. */
  permits(level: LevelFacts): boolean {
    const now = performance.now();
    const levels = this.#ports.levels();
    const judged = (bitrate: number) => {
      const known = levels.find((one) => one.bitrate === bitrate);
      return { bitrate, answer: known && this.#answers.get(known) };
    };
    const circumstances = {
      savesPower: this.#savesPower,
      isUnseen: now - (this.#hiddenAt ?? now) > UNSEEN_AFTER_MS,
    };
    return (
      canPlay(this.#state, level.bitrate, now / 1000) &&
      !reasonAgainst(judged(level.bitrate), judged(levels[0]?.bitrate ?? 0), circumstances)
    );
  }

  /** Hidden pages may show the video in a separate window. */
  #turned(): void {
    const now = performance.now();
    const isHidden = document.hidden && document.pictureInPictureElement !== this.#media;
    const hiddenAt = this.#hiddenAt;
    this.#hiddenAt = isHidden ? (hiddenAt ?? now) : undefined;
    if (isHidden || hiddenAt === undefined) return;
    this.#shownAt = now;
    this.#ports.changed(now - hiddenAt > UNSEEN_AFTER_MS);
  }

  #tick(): void {
    const levels = this.#ports.levels();
    if (levels !== this.#asked) {
      this.#asked = levels;
      this.#state = NEVER_STRAINED;
      this.#askDecoder(levels).catch(() => {});
    }
    const now = performance.now();
    const level = this.#ports.playing();
    const { decodedFrames: due, droppedFrames: dropped } = framesOf(this.#media);
    const before = this.#before;
    this.#before = { at: now, due, dropped, level };
    const { paused, seeking, playbackRate } = this.#media;
    const isDisturbed = paused || seeking || playbackRate !== 1 || this.#hiddenAt !== undefined;
    const isFresh =
      now - this.#shownAt < SETTLING_MS || now - before.at > 3 * TICK_MS || level !== before.level;
    const tick: FrameTick = {
      at: now / 1000,
      due: due - before.due,
      dropped: dropped - before.dropped,
      bitrate: level?.bitrate ?? 0,
      isIdle: isDisturbed || isFresh,
    };
    const [state, bitrates] = [this.#state, levels.map(({ bitrate }) => bitrate)];
    this.#state = watchFrames(state, tick, bitrates);
    if (this.#state.times === state.times && this.#state.until === state.until) return;
    this.#ports.decisions.note('watchFrames', tick.at, { state, tick, bitrates }, this.#state);
    this.#ports.changed(true);
  }

  async #askDecoder(levels: readonly QualityLevel[]): Promise<void> {
    for (const level of levels) {
      const { width, height, bitrate } = level;
      if (!width || !height) continue;
      const video = {
        contentType: mimeTypeOf('video', level),
        width,
        height,
        bitrate,
        framerate: FRAME_RATE,
      };
      this.#answers.set(
        level,
        await navigator.mediaCapabilities.decodingInfo({ type: 'media-source', video }),
      );
    }
    this.#ports.changed(false);
  }

  async #askBattery(signal: AbortSignal): Promise<void> {
    const battery = await (navigator as Hints).getBattery?.();
    if (!battery) return;
    const look = () => {
      this.#savesPower = !battery.charging && battery.level <= LOW;
    };
    for (const type of ['chargingchange', 'levelchange']) battery.addEventListener(type, look, { signal });
    look();
  }
}
