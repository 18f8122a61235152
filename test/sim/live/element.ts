import { intersect, normalise, type Ranges, rangeAt, subtract } from '../../../src/base/ranges.ts';
import { type Seconds, seconds } from '../../../src/base/time.ts';
import type { BufferQueue } from '../../../src/mse/source-buffer.ts';

/** A buffer that knows spans of time and no bytes. */
export class Buffered {
  buffered: Ranges = [];
  readonly #changed: () => void;

  constructor(changed: () => void) {
    this.#changed = changed;
  }

  add(start: number, end: number): void {
    this.#changed();
    const range = { start: seconds(start), end: seconds(end) };
    this.buffered = joined(normalise([...this.buffered, range]));
    this.#changed();
  }

  async remove(start: number, end: number): Promise<void> {
    this.#changed();
    this.buffered = subtract(this.buffered, [{ start: seconds(start), end: seconds(end) }]);
    this.#changed();
  }

  get queue(): BufferQueue {
    return this as unknown as BufferQueue;
  }
}

/** Browsers take what lies so close for one. */
const SEAM = 0.05;
function joined(ranges: Ranges): Ranges {
  const all: { start: Seconds; end: Seconds }[] = [];
  for (const { start, end } of ranges) {
    const last = all.at(-1);
    if (last && start - last.end <= SEAM) last.end = end;
    else all.push({ start, end });
  }
  return all;
}

/** A media source of which no more is used than what live titles need. */
export class Source extends EventTarget {
  readyState: ReadyState = 'open';
  duration = Number.POSITIVE_INFINITY;
  seekable: { start: number; end: number } | undefined;
  readonly sourceBuffers: readonly SourceBuffer[] = [];

  setLiveSeekableRange(start: number, end: number): void {
    this.seekable = { start, end };
  }

  clearLiveSeekableRange(): void {
    this.seekable = undefined;
  }
}

/** So little ahead of the playhead is nothing; media so close to it can be played. In seconds. */
const NOTHING = 0.01;
const CLOSE = 0.05;

/** A media element that plays what its buffers hold, in virtual time. */
export class Element extends EventTarget {
  readonly #source: Source;
  readonly #buffers: Buffered[] = [];
  #time = 0;
  #at = performance.now();
  #rate = 1;
  #hasPlayed = false;
  #playedFrom = 0;
  #standingSince: number | undefined;
  paused = true;
  seeking = false;
  ended = false;
  readonly error = null;
  preservesPitch = true;
  /** Seconds for which nothing moved although it should have, each time. */
  readonly stalls: { at: number; seconds: number }[] = [];

  constructor(source: Source) {
    super();
    this.#source = source;
  }

  addBuffer(): Buffered {
    const buffer = new Buffered(() => this.#sync());
    this.#buffers.push(buffer);
    return buffer;
  }

  get currentTime(): number {
    this.#sync();
    return this.#time;
  }

  set currentTime(time: number) {
    this.#sync();
    this.#moved();
    // As browsers do with what can't be sought.
    const { start, end } = this.#source.seekable ?? { start: time, end: time };
    this.#time = Math.max(start, Math.min(time, end));
    this.#playedFrom = this.#time;
    this.seeking = true;
    this.ended = false;
    setTimeout(() => this.dispatchEvent(new Event('seeking')), 0);
    setTimeout(() => this.#arrive(), 20);
  }

  get playbackRate(): number {
    return this.#rate;
  }

  set playbackRate(rate: number) {
    this.#sync();
    this.#rate = rate;
  }

  get readyState(): number {
    return this.#ahead > NOTHING ? 4 : this.#hasPlayed ? 2 : 1;
  }

  get played(): Pick<TimeRanges, 'length' | 'start'> {
    return { length: Number(this.#hasPlayed), start: () => this.#playedFrom };
  }

  async play(): Promise<void> {
    this.#sync();
    this.paused = false;
    this.dispatchEvent(new Event('play'));
  }

  pause(): void {
    this.#sync();
    this.#moved();
    this.paused = true;
    this.dispatchEvent(new Event('pause'));
  }

  get #range() {
    const common = this.#buffers.map((buffer) => this.#rangesOf(buffer)).reduce(intersect);
    return rangeAt(common, seconds(this.#time), seconds(CLOSE));
  }

  /** With the end of the stream told, whatever ends a little sooner goes on to it. */
  #rangesOf({ buffered }: Buffered): Ranges {
    const last = buffered.at(-1);
    if (this.#source.readyState !== 'ended' || !last) return buffered;
    return normalise([...buffered, { start: last.start, end: seconds(this.#source.duration) }]);
  }

  get #ahead(): number {
    return (this.#range?.end ?? this.#time) - this.#time;
  }

  /** As far as the time that has passed and what is buffered allow. */
  #sync(): void {
    const now = performance.now();
    const passed = (now - this.#at) / 1000;
    this.#at = now;
    if (this.seeking) this.#arrive();
    if (this.seeking || this.paused || this.ended || passed <= 0) return;
    const step = Math.min(passed * this.#rate, Math.max(0, this.#ahead));
    this.#time += step;
    if (step > 0) this.#hasPlayed = true;
    if (step >= passed * this.#rate - 1e-6) this.#moved();
    else this.#stood(passed - step / this.#rate, now);
  }

  #arrive(): void {
    if (!this.seeking || this.#ahead <= NOTHING) return;
    this.seeking = false;
    setTimeout(() => this.dispatchEvent(new Event('seeked')), 0);
  }

  #stood(passed: number, now: number): void {
    const { duration } = this.#source;
    if (Number.isFinite(duration) && this.#time >= duration - 0.1) {
      this.ended = true;
      this.dispatchEvent(new Event('ended'));
      return;
    }
    if (!this.#hasPlayed) return;
    if (this.#standingSince === undefined) {
      this.#standingSince = now - passed * 1000;
      this.stalls.push({ at: this.#time, seconds: 0 });
      setTimeout(() => this.dispatchEvent(new Event('waiting')), 0);
    }
    const stall = this.stalls.at(-1);
    if (stall) stall.seconds = (now - this.#standingSince) / 1000;
  }

  #moved(): void {
    this.#standingSince = undefined;
  }
}
