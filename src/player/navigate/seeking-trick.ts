import { childController, delay, once } from '../../base/async.ts';
import type { KeyFrameSource } from './key-frame-source.ts';
import { INTO_FRAME, TrickClock, type TrickMode, type TrickReport } from './trick-mode.ts';

/** A seek that takes longer is given up for the next one. */
const SEEK_MS = 3000;
const FIRST_SEEK = 0.15;
const MOST_LEAD = 3;
const WAIT_MS = 40;

/** Shows key frames by seeking the element from one to the next: for titles that a page can't decode itself. */
export class SeekingTrick implements TrickMode {
  readonly #media: HTMLMediaElement;
  readonly #source: KeyFrameSource;
  readonly #report: TrickReport;
  readonly #controller: ReturnType<typeof childController>;
  readonly #clock: TrickClock;
  #soughtTo: number | undefined;
  #seekSeconds = FIRST_SEEK;

  constructor(
    media: HTMLMediaElement,
    from: number,
    rate: number,
    source: KeyFrameSource,
    report: TrickReport,
    signal: AbortSignal,
  ) {
    this.#media = media;
    this.#source = source;
    this.#report = report;
    this.#controller = childController(signal);
    this.#clock = new TrickClock(media, from, rate);
    this.#run().catch(() => {}); // ended
  }

  get position(): number {
    return this.#clock.position;
  }

  get soughtTo(): number | undefined {
    return this.#soughtTo;
  }

  setRate(rate: number): void {
    this.#clock.setRate(rate);
  }

  async release(): Promise<void> {
    this.#controller.abort();
    this.#controller.dispose();
  }

  async stop(at?: number): Promise<void> {
    await this.release();
    // The picture on screen is the element's own.
    if (at !== undefined) this.#media.currentTime = at + INTO_FRAME;
  }

  async #run(): Promise<void> {
    const { signal } = this.#controller;
    while (!signal.aborted) {
      this.#report.moved();
      const { edge, position, rate } = this.#clock;
      if (edge) this.#report.atEdge(edge);
      signal.throwIfAborted();
      const ahead = position + rate * Math.min(MOST_LEAD, this.#seekSeconds);
      const place = this.#source.placeOf(this.#source.indexAt(ahead));
      const to = place && place.start + INTO_FRAME;
      const isOnward = to !== undefined && (this.#soughtTo === undefined || (to - this.#soughtTo) * rate > 0);
      if (isOnward) await this.#seek(to, signal);
      else await delay(WAIT_MS, signal);
    }
  }

  async #seek(to: number, signal: AbortSignal): Promise<void> {
    const media = this.#media;
    const begunAt = performance.now();
    this.#soughtTo = to;
    const shown = new Promise((resolve) => {
      if ('requestVideoFrameCallback' in media)
        (media as HTMLVideoElement).requestVideoFrameCallback(resolve);
      else media.addEventListener('seeked', resolve, { once: true, signal });
    });
    media.currentTime = to;
    await Promise.race([once(media, 'seeked', signal).then(() => shown), delay(SEEK_MS, signal)]);
    this.#seekSeconds = 0.7 * this.#seekSeconds + 0.3 * ((performance.now() - begunAt) / 1000);
  }
}
