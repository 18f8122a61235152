import { mkdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import {
  DEFAULT_TIMESCALE,
  seconds,
  subtractTicks,
  type Ticks,
  ticks,
  toTicks,
} from '../../src/base/time.ts';
import { type Fragment, type KeyFrame, keyFrames } from './cut.ts';
import { decodeKeyFrames } from './decode-key-frames.ts';
import { readFragmentHead, readFragmentIndex } from './fragment-index.ts';
import { fragmentSizes } from './fragment-sizes.ts';
import type { PictureFormat } from './ismv.ts';
import { jpegSize } from './jpeg-size.ts';
import type { PictureSource } from './source-track.ts';
import { writeLevel } from './write-level.ts';

export interface FilmStripOptions {
  /** The approximate distance of pictures: they are key frames. */
  readonly seconds: number;
  /** Width of a picture in pixels; its height follows from the aspect ratio. */
  readonly width: number;
}

/** A stream of JPEG images, one per fragment, for manifests. [MS-SSTR] 2.2.2.3, `ZOET`. */
export interface FilmStrip {
  readonly kind: 'video';
  readonly name: string;
  readonly language: undefined;
  readonly subtype: 'ZOET';
  readonly fragments: readonly Pick<Fragment, 'time' | 'duration'>[];
  readonly levels: readonly [
    {
      readonly file: string;
      readonly trackId: number;
      readonly bitrate: number;
      readonly format: PictureFormat;
    },
  ];
}

/** The plan of a strip. */
export interface PlannedStrip {
  readonly source: PictureSource;
  readonly file: string;
  readonly trackId: number;
  readonly width: number;
  readonly frames: readonly StripFrame[];
  /** Total size of the key frames to decode. */
  readonly bytes: number;
}

/** A picture that represents the film until the next one. */
interface StripFrame {
  /** Index in the source's samples. */
  readonly place: number;
  /** Size of the key frame. */
  readonly size: number;
  readonly time: Ticks;
  readonly duration: Ticks;
}

/** Chooses the key frame nearest to each multiple of the distance. `end` is the film's end. */
export function planFilmStrip(
  source: PictureSource,
  { seconds: distance, width }: FilmStripOptions,
  { file, trackId, end }: { readonly file: string; readonly trackId: number; readonly end: Ticks },
): PlannedStrip {
  const chosen = nearestTo(keyFrames(source), toTicks(seconds(distance), DEFAULT_TIMESCALE), end);
  const frames = chosen.map(({ index, time }, i): StripFrame => {
    const size = source.samples[index]?.size ?? 0;
    return { place: index, size, time, duration: subtractTicks(chosen[i + 1]?.time ?? end, time) };
  });
  const bytes = frames.reduce((sum, { size }) => sum + size, 0);
  return { source, file, trackId, width, frames, bytes };
}

/** Without duplicates, if key frames are further apart than that. */
function nearestTo(keys: readonly KeyFrame[], distance: Ticks, end: Ticks): KeyFrame[] {
  const chosen: KeyFrame[] = [];
  let at = 0;
  const farFrom = (time: Ticks, key: KeyFrame) => (key.time < time ? time - key.time : key.time - time);
  for (let time = ticks(0); time < end; time = ticks(time + distance)) {
    for (let next = keys[at + 1]; next; next = keys[at + 1]) {
      const key = keys[at];
      if (key && farFrom(time, key) <= farFrom(time, next)) break;
      at += 1;
    }
    const key = keys[at];
    if (key && key !== chosen.at(-1)) chosen.push(key);
  }
  return chosen;
}

/** The maximum duration in `trun`, in ticks. */
const LONGEST = 0xffff_ffff;

/** Decodes the key frames with ffmpeg, and writes them as images. `folder` is used for temporary files. */
export async function writeFilmStrip(
  { source, frames, trackId, width }: PlannedStrip,
  path: string,
  {
    folder,
    duration,
    onProgress,
    signal,
  }: {
    readonly folder: string;
    readonly duration: Ticks;
    /** Called with the number of bytes of key frames decoded. */
    readonly onProgress: (done: number) => void;
    readonly signal: AbortSignal | undefined;
  },
): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder);
  const progress = (pictures: number) =>
    onProgress(frames.slice(0, pictures).reduce((sum, { size }) => sum + size, 0));
  const places = frames.map(({ place }) => place);
  await decodeKeyFrames(source, places, { folder, width, progress, signal });
  const pictures = frames.map((_, i) => join(folder, `${i + 1}.jpg`));
  const sizes = await Promise.all(pictures.map(async (picture) => (await stat(picture)).size));
  const fragments = frames.map(({ time, duration: length }, i): Fragment => {
    const sample = { size: sizes[i] ?? 0, isKey: true, compositionOffset: ticks(0) };
    return {
      time,
      duration: length,
      samples: [{ ...sample, duration: ticks(Math.min(Number(length), LONGEST)) }],
    };
  });
  const format = { kind: 'picture', ...jpegSize(await readFile(join(folder, '1.jpg'))) } as const;
  const track = { file: folder, read: () => readAll(pictures) };
  const level = { trackId, bitrate: 0, format, fragments, track };
  await writeLevel(path, level, { language: 'und', duration, onProgress: () => {}, signal });
  await rm(folder, { recursive: true });
}

async function* readAll(paths: readonly string[]): AsyncGenerator<Uint8Array, void, unknown> {
  for (const path of paths) yield await readFile(path);
}

/** The description of a written strip for manifests. */
export async function readFilmStrip(
  { file, trackId, frames }: PlannedStrip,
  path: string,
): Promise<FilmStrip> {
  const index = await readFragmentIndex(path);
  const sizes = await fragmentSizes(path, index, trackId);
  const bytes = [...sizes.values()].reduce((sum, size) => sum + size, 0);
  const length = frames.reduce((sum, { duration }) => sum + Number(duration), 0);
  const head = await readFragmentHead(path, index.get(trackId)?.get(ticks(0)) ?? 0);
  const picture = head.bytes.subarray(head.mdat.offset + head.mdat.headerSize - head.at);
  const bitrate = Math.max(1, Math.round((bytes * 8 * Number(DEFAULT_TIMESCALE)) / Math.max(1, length)));
  const format: PictureFormat = { kind: 'picture', ...jpegSize(picture) };
  return {
    kind: 'video',
    name: 'strip',
    language: undefined,
    subtype: 'ZOET',
    fragments: frames,
    levels: [{ file, trackId, bitrate, format }],
  };
}
