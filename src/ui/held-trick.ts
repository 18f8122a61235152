import type { ReactiveController } from 'lit';
import type { SmoothVideoElement } from './smooth-video.ts';
import { nextTrickRate } from './trick-rates.ts';

const RAISE_EVERY_MS = 1500;

/** Trick play with increasing rate for as long as a key is held. */
export class HeldTrick implements ReactiveController {
  readonly #host: SmoothVideoElement;
  #wasPaused = false;
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(host: SmoothVideoElement) {
    this.#host = host;
    host.addController(this);
    host.addEventListener('keyup', () => this.#end());
    host.addEventListener('focusout', () => this.#end());
  }

  hostDisconnected(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  /** The key is held; called repeatedly. */
  hold(by: 1 | -1): void {
    if (this.#timer !== undefined) return;
    this.#wasPaused = this.#host.paused;
    const raise = () => void this.#host.trickPlay(nextTrickRate(this.#host.trickRate, by)).catch(() => {});
    raise();
    this.#timer = setInterval(raise, RAISE_EVERY_MS);
  }

  #end(): void {
    if (this.#timer === undefined) return;
    this.hostDisconnected();
    this.#host.player.endTrickPlay(this.#wasPaused ? 'pause' : 'play').catch(() => {});
  }
}
