import type { TrickMode, TrickReport } from './trick-mode.ts';

/** Plays fast or slowly, without audio. */
export class FastTrick implements TrickMode {
  readonly #media: HTMLMediaElement;
  readonly #before: { readonly rate: number; readonly muted: boolean };

  constructor(media: HTMLMediaElement, from: number, rate: number, report: TrickReport) {
    this.#media = media;
    this.#before = { rate: media.playbackRate, muted: media.muted };
    media.muted = true;
    if (Math.abs(media.currentTime - from) > 0.05) media.currentTime = from;
    this.setRate(rate);
    media.play().catch(() => report.failed());
  }

  get position(): number {
    return this.#media.currentTime;
  }

  setRate(rate: number): void {
    this.#media.playbackRate = rate;
  }

  async stop(at?: number): Promise<void> {
    await this.release();
    if (at !== undefined) this.#media.currentTime = at;
  }

  async release(): Promise<void> {
    this.#media.playbackRate = this.#before.rate;
    this.#media.muted = this.#before.muted;
  }
}
