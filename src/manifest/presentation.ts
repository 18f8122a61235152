import type { SmoothError } from '../base/errors.ts';
import type { Ticks, Timescale } from '../base/time.ts';

/** Everything that a client manifest describes; immutable. [MS-SSTR] 2.2.2.1, SmoothStreamingMedia. */
export interface Presentation {
  readonly isLive: boolean;
  /** The timescale of `origin`, `duration` and `dvrWindow`, in ticks per second. */
  readonly timescale: Timescale;
  /** The first playable time in ticks: 0 on the media element's clock. */
  readonly origin: Ticks;
  /** Ticks from `origin` to the end; `undefined` while it isn't known (live). */
  readonly duration: Ticks | undefined;
  /** How far back a live viewer may seek, in ticks; `undefined`: to the beginning. */
  readonly dvrWindow: Ticks | undefined;
  /** Number of following chunks that a live fragment announces. */
  readonly lookAhead: number;
  readonly protection: readonly Protection[];
  readonly streams: readonly Stream[];
  /** What was ignored or repaired, and why. */
  readonly warnings: readonly SmoothError[];
}

/** The header of one content protection system. [MS-SSTR] 2.2.2.2. */
export interface Protection {
  /** 32 lower-case hexadecimal digits. */
  readonly systemId: string;
  readonly data: Uint8Array;
  /** The `attributes` of the only stream that it applies to; absent: it applies to all. */
  readonly scope?: ReadonlyMap<string, string> | undefined;
}

export type StreamType = 'video' | 'audio' | 'text';

/** One component of the presentation in all its qualities. [MS-SSTR] 2.2.2.3, StreamIndex. */
export interface Stream {
  readonly type: StreamType;
  /** Unique within the presentation: the manifest's `Name`, or the type, with a suffix if repeated. */
  readonly name: string;
  readonly language: string | undefined;
  /** As written: `SUBT`, `CAPT`, `SCMD`, … */
  readonly subtype: string | undefined;
  readonly timescale: Timescale;
  /** Template of its fragment URLs, relative to the manifest's URL; `undefined` if there are no fragments to request. */
  readonly urlTemplate: string | undefined;
  /** Ascending by bitrate. */
  readonly levels: readonly [QualityLevel, ...QualityLevel[]];
  readonly chunks: ChunkList;
  /** Its server writes negative times as unsigned 64-bit numbers. */
  readonly wrapsTimes?: boolean;
  /** What its server adds to the times of chunks, in ticks; absent: nothing. */
  readonly urlShift?: Ticks;
  /** Display width and height, if their aspect ratio differs from the coded one. */
  readonly displaySize: { readonly width: number; readonly height: number } | undefined;
  /** Name of the parent stream of this sparse stream. */
  readonly parent: string | undefined;
  /** All attributes as written, by name as written. */
  readonly attributes: ReadonlyMap<string, string>;
  /** Payloads of a text stream in the manifest itself, ascending by start; absent if there are none. */
  readonly embedded?: readonly EmbeddedText[];
}

/**
 * A timed payload in the manifest: of `c/f` under `ManifestOutput` ([MS-SSTR] 2.2.2.6.1), or of a `Content` element
 * (IIS Smooth Streaming, client manifest format).
 */
export interface EmbeddedText {
  readonly kind: 'fragment' | 'sample' | 'command' | 'marker';
  readonly start: Ticks;
  /** In ticks; 0 if the manifest gives none. */
  readonly duration: Ticks;
  /** The decoded payload of a fragment; for the others their text as UTF-8. */
  readonly data: Uint8Array;
  /** The `Type` of a script command. */
  readonly type?: string;
}

/** One alternative encoding of a stream. [MS-SSTR] 2.2.2.5, QualityLevel. */
export interface QualityLevel {
  /** The `Index` attribute, or its position in the manifest: identity within the stream, not a rank. */
  readonly index: number;
  /** Average bits per second; used in the fragment URL as written. */
  readonly bitrate: number;
  /** Upper case, trimmed; inferred from AudioTag if empty. */
  readonly fourCC: string;
  /** RFC 6381 codec string; `undefined` if the codec is unknown. */
  readonly codec: string | undefined;
  /** Parameter sets (video) or AudioSpecificConfig (audio), from hexadecimal. */
  readonly codecPrivateData: Uint8Array;
  readonly width?: number;
  readonly height?: number;
  readonly samplingRate?: number;
  readonly channels?: number;
  /** Size of a NAL unit's length prefix in bytes; 4 by default. */
  readonly nalUnitLength: number;
  /** `CustomAttributes`, in the manifest's order; part of the fragment URL. */
  readonly customAttributes: readonly { readonly name: string; readonly value: string }[];
}

/** A time span on a stream's clock, the same for all its levels. [MS-SSTR] 2.2.2.6, `c`. */
export interface Chunk {
  /** Its index in the list, from 0. */
  readonly index: number;
  readonly start: Ticks;
  readonly duration: Ticks;
}

/**
 * Consecutive chunks of equal duration; `count` may be in the thousands of millions. In joined streams `duration` is
 * that of the first chunk, and the others may last some ticks more or less.
 */
export interface ChunkRun {
  /** Index of its first chunk in the whole list. */
  readonly first: number;
  readonly start: Ticks;
  readonly duration: Ticks;
  readonly count: number;
}

/** The chunks of a stream, stored as runs and never expanded. Starts ascend; there may be gaps between runs. */
export interface ChunkList extends Iterable<Chunk> {
  readonly length: number;
  /** All runs, as a new list for each call. */
  readonly runs: readonly ChunkRun[];
  /** The runs from a chunk on; the first one begins with it. */
  runsFrom(index: number): Iterable<ChunkRun>;
  /** Start of the first chunk and end of the last, in ticks; both 0 if there is none. */
  readonly start: Ticks;
  readonly end: Ticks;
  at(index: number): Chunk | undefined;
  /** The chunk that contains `time`, or the first one after it; `undefined` past the end. Logarithmic in runs. */
  from(time: Ticks): Chunk | undefined;
  /** Size of the chunk's fragment in KiB at the level with that `index`, if the manifest has a hint (`f@s`). */
  sizeHint(chunk: number, level: number): number | undefined;
}
