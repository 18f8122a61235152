import type { Seconds } from '../../base/time.ts';

/** A still of the title, and the range that it represents, on the media element's clock. */
export interface Picture {
  readonly image: ImageBitmap;
  readonly start: Seconds;
  readonly end: Seconds;
}

/** Seconds: the limit of clocks that count microseconds. */
export const FURTHEST = Number.MAX_SAFE_INTEGER / 1e6;

/** The position of an available picture. */
export interface Place {
  /** Unique among the positions of the source. */
  readonly key: string;
  readonly start: Seconds;
  readonly end: Seconds;
}

/** Pixels to draw a picture in. */
export interface PictureSize {
  readonly width: number;
  /** Default: according to the picture's aspect ratio. */
  readonly height?: number;
}

/** Stills of a title: its key frames, a film strip, or an external storyboard. */
export interface PictureSource {
  /** Whether the pictures were made for this purpose: they cost next to nothing. */
  readonly isPrepared: boolean;
  /** `undefined` if the source has none. */
  placeAt(time: Seconds): Place | undefined;
  /** Expected size of the picture in bytes, as far as known. */
  expectedBytes(place: Place): number;
  /** The pictures of a position; empty if there is none after all. Rejects when aborted. */
  load(place: Place, size: PictureSize, signal: AbortSignal): Promise<readonly Picture[]>;
}
