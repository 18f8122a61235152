/** A line of captions as plain data, on the clock of its stream, in seconds. */
export interface CaptionCue {
  readonly start: number;
  readonly end: number;
  /** Plain, lines apart by `\n`. */
  readonly text: string;
  /** How WebVTT places it, such as `line:10% align:left`. */
  readonly settings?: string | undefined;
}

/** What a chunk of captions is read from. */
export interface CaptionChunk {
  /** The payload of its `mdat`. */
  readonly payload: Uint8Array;
  /** Seconds, on the stream's clock. */
  readonly start: number;
  readonly end: number;
}

/** Reads the cues of a chunk; of what it can't read it gives none. */
export type ReadCaptions = (chunk: CaptionChunk) => readonly CaptionCue[];
