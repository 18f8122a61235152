/** A caption as plain data, on the clock of its stream, in seconds. */
export interface CaptionCue {
  readonly start: number;
  readonly end: number;
  /** Plain text, lines separated by `\n`. */
  readonly text: string;
  /** WebVTT cue settings, such as `line:10% align:left`. */
  readonly settings?: string | undefined;
}

/** A chunk of captions to parse. */
export interface CaptionChunk {
  /** The payload of its `mdat`. */
  readonly payload: Uint8Array;
  /** Seconds, on the stream's clock. */
  readonly start: number;
  readonly end: number;
}

/** Reads the cues of a chunk; none if it can't be parsed. */
export type ReadCaptions = (chunk: CaptionChunk) => readonly CaptionCue[];
