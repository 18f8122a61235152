import { addTicks, subtractTicks, type Ticks, ticks } from '../../src/base/time.ts';
import type { AudioFormat, SourceSample, SourceTrack, VideoFormat } from './source-track.ts';

/** A sample according to its fragment. */
export interface FragmentSample {
  readonly duration: Ticks;
  readonly size: number;
  readonly isKey: boolean;
  /** From decoding to presentation; never negative. */
  readonly compositionOffset: Ticks;
}

export interface Fragment {
  readonly time: Ticks;
  /** Exactly the total of its samples. */
  readonly duration: Ticks;
  readonly samples: readonly FragmentSample[];
}

type VideoTrack = SourceTrack<VideoFormat>;

/** Fragments of every level, with equal times. */
export interface VideoCut {
  readonly starts: readonly Ticks[];
  readonly end: Ticks;
  readonly levels: readonly (readonly Fragment[])[];
}

/**
 * Cuts all levels where the first has the nearest key frame at or after each multiple of `length`. All pictures before
 * a cut are presented before it, so a fragment's time is also the presentation time of its key frame.
 */
export function cutVideo(tracks: readonly [VideoTrack, ...VideoTrack[]], length: Ticks): VideoCut {
  const [first] = tracks;
  for (const track of tracks) {
    if (keyFrames(track).at(0)?.time !== 0n) throw new Error(`${track.file} doesn't begin with a key frame`);
    checkLength(track, first);
  }
  const starts = chooseStarts(keyFrames(first), length, ticks(Math.floor(pictureLength(first) / 2)));
  const end = tracks.map(endOf).toSorted(compareTicks).at(-1) ?? endOf(first);
  const levels = tracks.map((track) => fragmentsOf(track, firstSamples(track, first, starts), starts, end));
  return { starts, end, levels };
}

/** Cuts at the first frame at or after each start of the video, and in steps of `length` if the audio is longer. */
export function cutAudio(track: SourceTrack<AudioFormat>, video: VideoCut, length: Ticks): Fragment[] {
  const starts = [...video.starts];
  for (let next = video.end; next + length / 2n < endOf(track); next = addTicks(next, length))
    starts.push(next);
  let at = 0;
  const firsts = starts.map((start) => {
    while ((track.samples[at]?.time ?? start) < start) at++;
    return at;
  });
  return firsts.flatMap((from, k) => {
    const part = track.samples.slice(from, firsts[k + 1] ?? track.samples.length);
    const [head] = part;
    if (head === undefined) return [];
    const end = track.samples[from + part.length]?.time ?? endOf(track);
    const times = part.map(({ time }) => time);
    return [
      {
        time: head.time,
        duration: subtractTicks(end, head.time),
        samples: toFragmentSamples(part, times, end, ticks(0)),
      },
    ];
  });
}

/** A key frame by its index in decoding order. */
export interface KeyFrame {
  readonly index: number;
  readonly time: Ticks;
}

/** Key frames at which the film can be split: no picture decoded later is presented earlier, nor the reverse. */
export function keyFrames({ samples }: VideoTrack): KeyFrame[] {
  const isFirstOfRest: boolean[] = [];
  let least: Ticks | undefined;
  for (let i = samples.length - 1; i >= 0; i--) {
    const time = samples[i]?.time ?? ticks(0);
    isFirstOfRest[i] = least === undefined || time < least;
    if (isFirstOfRest[i]) least = time;
  }
  let most = ticks(-1);
  return samples.flatMap(({ time, isKey }, index) => {
    const isLastSoFar = time > most;
    if (isLastSoFar) most = time;
    return isKey && isLastSoFar && isFirstOfRest[index] ? [{ index, time }] : [];
  });
}

function chooseStarts(keys: readonly KeyFrame[], length: Ticks, tolerance: Ticks): Ticks[] {
  const starts: Ticks[] = [];
  let target = ticks(0);
  for (const { time } of keys) {
    if (time + tolerance < target) continue;
    starts.push(time);
    // A late key frame doesn't make the next fragment too short.
    target = ticks(((time + length / 2n) / length + 1n) * length);
  }
  return starts;
}

/** For each start the level's own key frame, which may be off by half a picture. */
function firstSamples(track: VideoTrack, first: VideoTrack, starts: readonly Ticks[]): number[] {
  const keys = keyFrames(track);
  const tolerance = Math.min(pictureLength(track), pictureLength(first)) / 2;
  let at = 0;
  return starts.map((start) => {
    while (Number((keys[at]?.time ?? start) - start) < -tolerance) at++;
    const key = keys[at];
    if (key !== undefined && Math.abs(Number(key.time - start)) <= tolerance) return key.index;
    throw new Error(
      `${track.file} has no key frame at ${inSeconds(start)}, where ${first.file} has one; ` +
        'encode all levels with the same key-frame interval',
    );
  });
}

/**
 * The n-th sample of a fragment is decoded when its n-th picture is presented. That gives fragments the same
 * times whatever each level's reordering is; all its pictures are later by the same delay, as in files made for IIS.
 */
function fragmentsOf(
  track: VideoTrack,
  firsts: readonly number[],
  starts: readonly Ticks[],
  end: Ticks,
): Fragment[] {
  const parts = starts.map((start, k) => {
    const samples = track.samples.slice(firsts[k], firsts[k + 1] ?? track.samples.length);
    const times = samples.map(({ time }, i) => (i === 0 ? start : time));
    const decoding = times.toSorted(compareTicks);
    const next = starts[k + 1] ?? end;
    if ((decoding.at(-1) ?? start) >= next) {
      throw new Error(`${track.file} has pictures out of step with its key frame at ${inSeconds(next)}`);
    }
    return { start, end: next, samples, times, decoding };
  });
  let delay = ticks(0);
  for (const { times, decoding } of parts) {
    times.forEach((time, i) => {
      const late = subtractTicks(decoding[i] ?? time, time);
      if (late > delay) delay = late;
    });
  }
  return parts.map(({ start, end, samples, times, decoding }) => ({
    time: start,
    duration: subtractTicks(end, start),
    samples: toFragmentSamples(samples, decoding, end, delay, times),
  }));
}

function toFragmentSamples(
  samples: readonly SourceSample[],
  decoding: readonly Ticks[],
  end: Ticks,
  delay: Ticks,
  presentation = decoding,
): FragmentSample[] {
  return samples.map(({ size, isKey }, i) => {
    const decoded = decoding[i] ?? end;
    return {
      duration: subtractTicks(decoding[i + 1] ?? end, decoded),
      size,
      isKey,
      compositionOffset: subtractTicks(addTicks(presentation[i] ?? decoded, delay), decoded),
    };
  });
}

function checkLength(track: VideoTrack, first: VideoTrack): void {
  const difference = Math.abs(Number(endOf(track) - endOf(first)));
  if (difference <= Math.max(pictureLength(track), pictureLength(first))) return;
  throw new Error(
    `${track.file} lasts ${inSeconds(endOf(track))} and ${first.file} ${inSeconds(endOf(first))}; ` +
      'all levels must show the same film',
  );
}

function endOf({ samples }: SourceTrack<unknown>): Ticks {
  let end = ticks(0);
  for (const { time, duration } of samples) if (time + duration > end) end = addTicks(time, duration);
  return end;
}

/** Average, in ticks. */
const pictureLength = (track: VideoTrack): number => Number(endOf(track)) / track.samples.length;

const compareTicks = (a: Ticks, b: Ticks): number => (a < b ? -1 : a > b ? 1 : 0);

const inSeconds = (time: Ticks): string => `${(Number(time) / 1e7).toFixed(3)} s`;
