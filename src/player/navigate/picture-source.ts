import type { Seconds } from '../../base/time.ts';

/** A still of the title, and the stretch that it stands for, on the media element's clock. */
export interface Picture {
  readonly image: ImageBitmap;
  readonly start: Seconds;
  readonly end: Seconds;
}

/** Seconds: clocks that count microseconds go no further. */
export const FURTHEST = Number.MAX_SAFE_INTEGER / 1e6;

/** Where a picture is to be had. */
export interface Place {
  /** Unlike that of every other place of the source. */
  readonly key: string;
  readonly start: Seconds;
  readonly end: Seconds;
}

/** Pixels to draw a picture in. */
export interface PictureSize {
  readonly width: number;
  /** By default as the picture's shape demands. */
  readonly height?: number;
}

/** Stills of a title: its key frames, a film strip, or a storyboard beside it. */
export interface PictureSource {
  /** Whether pictures were made for this: they cost next to nothing. */
  readonly isPrepared: boolean;
  /** `undefined` where the source has none. */
  placeAt(time: Seconds): Place | undefined;
  /** Bytes that the picture will take, as far as is known. */
  expectedBytes(place: Place): number;
  /** The pictures of a place; none where there is none after all. Rejects when aborted. */
  load(place: Place, size: PictureSize, signal: AbortSignal): Promise<readonly Picture[]>;
}
