import { delay, once } from '../../base/async.ts';
import { SmoothError } from '../../base/errors.ts';
import { seconds } from '../../base/time.ts';
import type { Chunk } from '../../manifest/presentation.ts';
import { type FrameTime, frameAt, inShownOrder, middleOf } from './frame-table.ts';
import type { KeyFrameSource } from './key-frame-source.ts';
import type { NavigationPorts } from './navigation-ports.ts';
import { readFrames } from './read-frames.ts';
import { seekableOf } from './seekable-span.ts';

/** Frames in one step; for more, use a seek. */
const MOST_AT_ONCE = 250;
/** The number of fragments whose frame times are cached. */
const REMEMBERED = 16;
/** If the duration of a frame is unknown. */
const USUAL_FRAME = 1 / 25;
/** A seek that takes longer is given up for the next one. */
const SEEK_MS = 5000;
/** WebKit reports no frame while it is paused. */
const SHOWN_MS = 150;
/** The maximum difference between the clock and the picture, in seconds. */
const MOST_OFF = 0.15;
/** How much earlier a browser's clock may be than the time of the picture on screen, in seconds. */
const CLOCK_ROUNDING = 1e-3;

/** Steps frame by frame, exactly: by the times in the fragments, rather than an assumed frame rate. */
export class FrameSteps {
  readonly #keyFrames: KeyFrameSource;
  readonly #endTrick: () => Promise<void>;
  readonly #ports: NavigationPorts;
  readonly #signal: AbortSignal;
  readonly #tables = new Map<string, Promise<readonly FrameTime[]>>();
  #last: Promise<void> = Promise.resolve();
  /** Pending steps. */
  #waiting = 0;
  /** The target of the last step: a frame that the element may not have reported yet. */
  #asked: { readonly frame: FrameTime; readonly currentTime: number } | undefined;

  constructor(
    keyFrames: KeyFrameSource,
    endTrick: () => Promise<void>,
    ports: NavigationPorts,
    signal: AbortSignal,
  ) {
    this.#keyFrames = keyFrames;
    this.#endTrick = endTrick;
    this.#ports = ports;
    this.#signal = signal;
  }

  /**
   * Pauses, and steps by `by` frames; resolves when the frame is shown. At either end of the title it stays. Rejects
   * with `option-invalid` if it isn't an integer, or so large that a seek should be used.
   */
  async step(by: number): Promise<void> {
    if (!Number.isInteger(by) || Math.abs(by) > MOST_AT_ONCE)
      throw new SmoothError('option-invalid', {
        option: 'by',
        problem: `${by} is not an integer up to ${MOST_AT_ONCE}`,
      });
    if (by === 0) return;
    const isFirst = this.#waiting === 0;
    this.#waiting += 1;
    const step = this.#last
      .then(() => this.#step(by, isFirst))
      .finally(() => {
        this.#waiting -= 1;
      });
    this.#last = step.catch(() => {});
    return step;
  }

  async #step(by: number, isFirst: boolean): Promise<void> {
    const media = this.#ports.media();
    if (!media || !(media instanceof HTMLVideoElement) || this.#signal.aborted) return;
    // Playback started: pending steps are dropped.
    if (!media.paused && !isFirst) return;
    await this.#endTrick();
    if (!media.paused) media.pause();
    if (media.seeking) await settled(media, this.#signal);
    const from = this.#shownTime(media);
    const target = (await this.#frameFrom(from, by)) ?? this.#guess(from, by);
    const to = middleOf(target);
    const { start: begin, end } = seekableOf(media);
    // The last frame is shown, never the end after it.
    if (to < begin || target.start >= end - 1e-3) return;
    const shown = pictureShown(media);
    media.currentTime = Math.min(to, end - 1e-3);
    this.#ports.moved();
    this.#asked = { frame: target, currentTime: media.currentTime };
    await settled(media, this.#signal);
    await Promise.race([shown, delay(SHOWN_MS, this.#signal).catch(() => {})]);
  }

  /** A time within the frame on screen. */
  #shownTime(media: HTMLVideoElement): number {
    const { currentTime } = media;
    if (this.#asked?.currentTime === currentTime) return middleOf(this.#asked.frame);
    return shownByPicture(media) ?? currentTime + CLOCK_ROUNDING;
  }

  /** The frame `by` frames from the one shown at a time; `undefined` if the fragments don't have the times. */
  async #frameFrom(time: number, by: number): Promise<FrameTime | undefined> {
    let chunk = this.#keyFrames.timeline?.chunkAt(seconds(time));
    if (!chunk) return undefined;
    let frames = await this.#framesOf(chunk);
    // The frame on screen may belong to the previous fragment, whose frames extend beyond its chunk.
    let at = frameAt(frames, time) + by;
    for (let moves = 0; chunk && frames.length > 0 && moves < MOST_AT_ONCE; moves++) {
      const frame = frames[at];
      if (frame) return frame;
      const isBackwards = at < 0;
      const next: Chunk | undefined = this.#keyFrames.stream?.chunks.at(chunk.index + (isBackwards ? -1 : 1));
      if (!next) return isBackwards ? frames[0] : frames.at(-1);
      const others = await this.#framesOf(next);
      at = isBackwards ? at + others.length : at - frames.length;
      [chunk, frames] = [next, others];
    }
    return undefined;
  }

  #guess(from: number, by: number): FrameTime {
    const duration = this.#asked?.frame.duration ?? USUAL_FRAME;
    const start = Math.floor(from / duration + 1e-3) * duration + by * duration;
    return { start, duration };
  }

  async #framesOf(chunk: Chunk): Promise<readonly FrameTime[]> {
    const { timeline } = this.#keyFrames;
    const middle = timeline ? (timeline.startOf(chunk) + timeline.endOf(chunk)) / 2 : 0;
    const playing = this.#ports.fragmentAt(middle)?.level;
    const level = playing ?? (await this.#keyFrames.levels)[0] ?? this.#ports.video()?.levels[0];
    const request = level && this.#keyFrames.requestFor(chunk, level);
    if (!request) return [];
    const key = `${this.#keyFrames.stream?.name}/${level.index}/${chunk.start}`;
    const known = this.#tables.get(key);
    if (known) return known;
    const table = readFrameTimes(request, this.#ports, this.#signal);
    this.#tables.set(key, table);
    const [oldest] = this.#tables.keys();
    if (this.#tables.size > REMEMBERED && oldest !== undefined) this.#tables.delete(oldest);
    const frames = await table.catch(() => []);
    if (frames.length === 0) this.#tables.delete(key);
    return frames;
  }
}

/** When the frames of a fragment are shown; empty if unknown. */
async function readFrameTimes(
  request: Parameters<typeof readFrames>[0],
  ports: NavigationPorts,
  signal: AbortSignal,
): Promise<readonly FrameTime[]> {
  const { duration: chunkTicks } = request.chunk;
  let frames: readonly FrameTime[] = [];
  const isAll = await readFrames(
    request,
    ports,
    (some) => {
      frames = some;
      const sum = some.reduce((total, { sample }) => total + BigInt(sample.duration), 0n);
      // Low-latency encoders write several consecutive parts.
      return sum * 10n >= chunkTicks * 9n ? true : undefined;
    },
    signal,
  );
  return isAll || frames.length > 0 ? inShownOrder(frames) : [];
}

/**
 * The time of the picture on screen, since after a pause it may be later than the clock; `undefined` if the browser
 * doesn't report it. Firefox reports seconds as microseconds here.
 */
function shownByPicture(video: HTMLVideoElement): number | undefined {
  const { currentTime } = video;
  try {
    const frame = new VideoFrame(video);
    const time = frame.timestamp / 1e6;
    frame.close();
    const isNonsense = time < 1e-3 && currentTime > 1.1 * USUAL_FRAME;
    // Half a millisecond into it, so that rounding doesn't matter.
    return isNonsense || Math.abs(time - currentTime) > MOST_OFF ? undefined : time + 5e-4;
  } catch {
    return undefined;
  }
}

function pictureShown(video: HTMLVideoElement): Promise<void> {
  return new Promise((resolve) => {
    if ('requestVideoFrameCallback' in video) video.requestVideoFrameCallback(() => resolve());
    else resolve();
  });
}

async function settled(media: HTMLMediaElement, signal: AbortSignal): Promise<void> {
  if (!media.seeking) return;
  await Promise.race([once(media, 'seeked', signal), delay(SEEK_MS, signal)]);
}
