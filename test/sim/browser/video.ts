import { intersect, normalise, type Ranges, rangeAt } from '../../../src/base/ranges.ts';
import { seconds } from '../../../src/base/time.ts';
import { world } from '../virtual-time.ts';
import { type FakeMediaSource, objectUrls } from './media-source.ts';
import { toTimeRanges } from './time-ranges.ts';

const TICK_MS = 100;
const MOST_BETWEEN_LOOKS = 0.5;
/** So little ahead of the playhead is nothing; media so close to it can be played. In seconds. */
const NOTHING = 0.01;
const CLOSE = 0.06;

/** A stretch in which the clock stood still although it should have run. */
export interface FakeStall {
  readonly at: number;
  seconds: number;
}

/** A `<video>` whose clock runs where all its buffers have media, in virtual time. */
export class FakeVideo extends EventTarget {
  paused = true;
  autoplay = false;
  preservesPitch = true;
  disableRemotePlayback = false;
  clientWidth = 1920;
  clientHeight = 1080;
  ended = false;
  seeking = false;
  /** Browsers fire `seeking` before they are done, however near the place is. */
  #isSeekTold = false;
  error: { readonly code: number; readonly message: string } | null = null;
  readonly stalls: FakeStall[] = [];
  /** Seconds played, at each look; places jumped over are not in it. */
  watched: Ranges = [];
  #source: FakeMediaSource | undefined;
  #src = '';
  #time = 0;
  #rate = 1;
  #at = performance.now();
  #hasPlayed = false;
  #state = 0;
  #wasStanding = false;
  #ticking: ReturnType<typeof setInterval> | undefined;

  get src(): string {
    return this.#src;
  }

  set src(url: string) {
    if (this.#src !== '') world.setTimeout(() => this.dispatchEvent(new Event('emptied')), 1);
    this.#release();
    this.#src = url;
    this.#time = 0;
    this.#state = 0;
    this.ended = false;
    this.error = null;
    this.#hasPlayed = false;
    const source = objectUrls.get(url);
    this.#source = source;
    world.setTimeout(() => this.#src === url && this.dispatchEvent(new Event('loadstart')), 1);
    if (!source) return;
    source.onChange = () => this.#sync();
    world.setTimeout(() => this.#source === source && source.open(), 3);
    this.#ticking ??= world.setInterval(() => this.#tick(), TICK_MS);
  }

  removeAttribute(name: string): void {
    if (name === 'src') this.#src = '';
  }

  getAttribute(): string | null {
    return null;
  }

  load(): void {
    if (this.#src !== '') return;
    this.#release();
    this.#time = 0;
    this.#state = 0;
    this.#rate = 1;
    this.seeking = false;
    this.paused = true;
  }

  #release(): void {
    const source = this.#source;
    this.#source = undefined;
    clearInterval(this.#ticking);
    this.#ticking = undefined;
    source?.close();
  }

  get mediaSource(): FakeMediaSource | undefined {
    return this.#source;
  }

  get duration(): number {
    return this.#source?.duration ?? Number.NaN;
  }

  get currentTime(): number {
    this.#sync();
    return this.#time;
  }

  set currentTime(time: number) {
    this.#sync();
    const { start, end } = this.#source?.seekable ?? { start: 0, end: this.duration || time };
    const most = Number.isFinite(end) ? end : time;
    this.#time = Math.max(start, Math.min(time, most));
    if (this.#state === 0) return;
    this.seeking = true;
    this.ended = false;
    this.#isSeekTold = false;
    world.setTimeout(() => {
      if (!this.seeking) return;
      this.#isSeekTold = true;
      this.dispatchEvent(new Event('seeking'));
    }, 1);
  }

  get playbackRate(): number {
    return this.#rate;
  }

  set playbackRate(rate: number) {
    this.#sync();
    this.#rate = rate;
    world.setTimeout(() => this.dispatchEvent(new Event('ratechange')), 1);
  }

  get readyState(): number {
    return this.#state;
  }

  get buffered() {
    return toTimeRanges(this.#common);
  }

  get played() {
    return toTimeRanges(this.watched);
  }

  async play(): Promise<void> {
    this.#sync();
    if (!this.paused) return;
    if (this.ended) this.currentTime = 0;
    this.paused = false;
    this.dispatchEvent(new Event('play'));
  }

  pause(): void {
    this.#sync();
    if (this.paused) return;
    this.paused = true;
    this.#wasStanding = false;
    this.dispatchEvent(new Event('pause'));
  }

  getVideoPlaybackQuality() {
    return { droppedVideoFrames: 0, totalVideoFrames: 0 };
  }

  requestVideoFrameCallback(callback: () => void): void {
    world.setTimeout(callback, 15);
  }

  /** As a decoder that gives up does. */
  fail(message: string): void {
    this.error = { code: 3, message };
    this.#source?.close();
    this.dispatchEvent(new Event('error'));
  }

  get #common(): Ranges {
    const buffers = this.#source?.sourceBuffers ?? [];
    if (buffers.length === 0) return [];
    return buffers
      .map(({ buffered }) =>
        Array.from({ length: buffered.length }, (_, i) => ({
          start: seconds(buffered.start(i)),
          end: seconds(buffered.end(i)),
        })),
      )
      .map((ranges) => this.#toEnd(ranges))
      .reduce(intersect);
  }

  /** With the end of the stream told, whatever ends a little sooner goes on to it. */
  #toEnd(ranges: Ranges): Ranges {
    const last = ranges.at(-1);
    if (this.#source?.readyState !== 'ended' || !last) return ranges;
    return normalise([...ranges, { start: last.start, end: seconds(this.duration) }]);
  }

  get #ahead(): number {
    const range = rangeAt(this.#common, seconds(this.#time), seconds(CLOSE));
    return range ? range.end - this.#time : 0;
  }

  /** Nothing follows here. */
  get #isAtEnd(): boolean {
    return this.#source?.readyState === 'ended' && this.#time >= this.duration - 0.05;
  }

  #tick(): void {
    this.#sync();
    if (!this.paused && !this.seeking) this.dispatchEvent(new Event('timeupdate'));
  }

  /** Goes as far as the time that has passed and what is buffered allow. */
  #sync(): void {
    const now = performance.now();
    // It doesn't run while the machine sleeps.
    const passed = Math.min(MOST_BETWEEN_LOOKS, (now - this.#at) / 1000);
    this.#at = now;
    this.#updateState();
    if (this.seeking && this.#isSeekTold && (this.#ahead > NOTHING || this.#isAtEnd)) {
      this.seeking = false;
      world.setTimeout(() => this.dispatchEvent(new Event('seeked')), 1);
    }
    if (this.paused || this.seeking || this.ended || this.error || this.#state < 2 || passed <= 0) return;
    const step = Math.min(passed * this.#rate, Math.max(0, this.#ahead));
    if (step > 0) {
      this.watched = normalise([
        ...this.watched,
        { start: seconds(this.#time), end: seconds(this.#time + step) },
      ]);
      this.#time += step;
      this.#hasPlayed = true;
    }
    const isStanding = step < passed * this.#rate - 1e-6;
    if (isStanding) this.#stand(passed - step / this.#rate);
    else if (this.#wasStanding) {
      this.#wasStanding = false;
      world.setTimeout(() => this.dispatchEvent(new Event('playing')), 1);
    }
  }

  #stand(passed: number): void {
    if (this.#isAtEnd) {
      this.ended = true;
      world.setTimeout(() => this.ended && this.dispatchEvent(new Event('ended')), 1);
      return;
    }
    if (!this.#hasPlayed) return;
    if (!this.#wasStanding) {
      this.#wasStanding = true;
      this.stalls.push({ at: this.#time, seconds: 0 });
      world.setTimeout(() => this.dispatchEvent(new Event('waiting')), 1);
    }
    const stall = this.stalls.at(-1);
    if (stall) stall.seconds += passed;
  }

  #updateState(): void {
    const before = this.#state;
    const buffers = this.#source?.sourceBuffers ?? [];
    const isKnown = buffers.length > 0 && buffers.every(({ hasInit }) => hasInit);
    const most = isKnown ? (this.#ahead > 0.5 ? 4 : this.#ahead > NOTHING || this.#isAtEnd ? 3 : 0) : 0;
    const least = isKnown ? (before >= 2 && !this.seeking ? 2 : 1) : 0;
    this.#state = Math.max(least, most);
    if (before === 0 && this.#state > 0)
      world.setTimeout(() => this.dispatchEvent(new Event('loadedmetadata')), 1);
    if (before < 2 && this.#state >= 2)
      world.setTimeout(() => this.dispatchEvent(new Event('loadeddata')), 1);
  }
}
