import { SmoothError } from '../../base/errors.ts';
import type { Seconds } from '../../base/time.ts';
import type { Chunk, QualityLevel } from '../../manifest/presentation.ts';
import { bitmapOf } from './draw-picture.ts';
import type { KeyFrameSource } from './key-frame-source.ts';
import type { NavigationPorts } from './navigation-ports.ts';
import { canDecodePictures, type PictureDecoder } from './picture-decoder.ts';
import { FURTHEST } from './picture-source.ts';
import { type Frame, isReadable, readFrames } from './read-frames.ts';

export interface SnapshotOptions {
  /** Pixels; default: the width of the title's largest quality. The height follows. */
  readonly width?: number;
  /** The exact frame of that time, rather than the key frame before it; default false. */
  readonly exact?: boolean;
}

/** Pixels: no screen has more. */
const WIDEST = 8192;
/** If a key frame takes longer to load, a lower level is used. */
const ONE_ROUND_TRIP_SECONDS = 0.1;

/**
 * A still of a title, which the caller owns. Rejects with `pictures-unavailable` if pages can't have one, and with an
 * `AbortError` if the title is unloaded.
 */
export async function takeSnapshot(
  time: Seconds,
  { width, exact = false }: SnapshotOptions,
  source: KeyFrameSource,
  decoder: PictureDecoder,
  ports: NavigationPorts,
  signal: AbortSignal,
): Promise<ImageBitmap> {
  if (!(Math.abs(time) <= FURTHEST))
    throw new SmoothError('option-invalid', { option: 'time', problem: `${time} is not a valid time` });
  if (width !== undefined && !(width >= 1 && width <= WIDEST))
    throw new SmoothError('option-invalid', {
      option: 'width',
      problem: `${width} is not from 1 to ${WIDEST}`,
    });
  const place = source.placeAt(time);
  const levels = await source.levels;
  const [lowest] = levels;
  if (!canDecodePictures()) throw unavailable('this browser cannot decode single pictures on this page');
  if (!place || !lowest) throw unavailable('there is no decodable picture at this position');
  const wanted = width ?? levels.at(-1)?.width ?? 320;
  const enough = levels.find((level) => (level.width ?? 0) >= wanted) ?? levels.at(-1) ?? lowest;
  const shape = source.stream?.displaySize;
  const level = exact ? enough : affordable(levels, enough, source, place.end - place.start, ports);
  const frame = exact
    ? await decodeExactly(time, place.chunk, level, source, decoder, ports, signal)
    : await source.loadFrame(place, level, signal);
  if (signal.aborted) frame?.close();
  signal.throwIfAborted();
  if (!frame) throw unavailable('it is protected, missing, or does not begin with a key frame');
  return bitmapOf(frame, shape, { width: Math.round(wanted) });
}

const unavailable = (problem: string) => new SmoothError('pictures-unavailable', { problem });

/** The highest level, up to the sufficient one, whose key frame arrives in about one round trip. */
function affordable(
  levels: readonly QualityLevel[],
  enough: QualityLevel,
  source: KeyFrameSource,
  duration: number,
  { playback }: NavigationPorts,
): QualityLevel {
  const { estimate } = playback();
  if (estimate === undefined) return enough;
  const most = (estimate * ONE_ROUND_TRIP_SECONDS) / 8;
  const upTo = levels.slice(0, levels.indexOf(enough) + 1);
  return upTo.findLast((level) => source.headBytes(level, duration) <= most) ?? upTo[0] ?? enough;
}

/** Decodes a fragment up to the frame of a time, and returns that one. */
async function decodeExactly(
  time: Seconds,
  chunk: Chunk,
  level: QualityLevel,
  source: KeyFrameSource,
  decoder: PictureDecoder,
  ports: NavigationPorts,
  signal: AbortSignal,
): Promise<VideoFrame | undefined> {
  const request = source.requestFor(chunk, level);
  if (!request) return undefined;
  const needed = await readFrames(request, ports, (frames) => framesUpTo(frames, time), signal);
  signal.throwIfAborted();
  return needed && decoder.decodeLast(request.level, needed, signal);
}

/** What has to be decoded to show a time, in decoding order; `undefined` while bytes of it are missing. */
export function framesUpTo(frames: readonly Frame[], time: number): readonly Frame[] | undefined {
  const shown = frames.filter(({ start }) => start <= time + 1e-6);
  const wanted =
    shown.reduce<Frame | undefined>((a, b) => (a && a.start > b.start ? a : b), undefined) ?? frames[0];
  if (!wanted) return undefined;
  const needed = frames.slice(0, frames.indexOf(wanted) + 1);
  return needed.every(isReadable) ? needed : undefined;
}
