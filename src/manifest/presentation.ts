import type { SmoothError } from '../base/errors.ts';
import type { Ticks, Timescale } from '../base/time.ts';

/** All that a client manifest describes; immutable. [MS-SSTR] 2.2.2.1, SmoothStreamingMedia. */
export interface Presentation {
  readonly isLive: boolean;
  /** The clock of `origin`, `duration` and `dvrWindow`. */
  readonly timescale: Timescale;
  /** The first playable moment: 0 on the media element's clock. */
  readonly origin: Ticks;
  /** From `origin` to the end; `undefined` while it isn't known (live). */
  readonly duration: Ticks | undefined;
  /** How far back a live viewer may seek; `undefined`: all of it. */
  readonly dvrWindow: Ticks | undefined;
  /** Chunks that a live fragment announces beyond itself. */
  readonly lookAhead: number;
  readonly protection: readonly Protection[];
  readonly streams: readonly Stream[];
  /** What was left out or mended, and why. */
  readonly warnings: readonly SmoothError[];
}

/** One content protection system's header. [MS-SSTR] 2.2.2.2. */
export interface Protection {
  /** 32 lower-case hexadecimal digits. */
  readonly systemId: string;
  readonly data: Uint8Array;
  /** The `attributes` of the only stream that it is for; absent: for all. */
  readonly scope?: ReadonlyMap<string, string> | undefined;
}

export type StreamType = 'video' | 'audio' | 'text';

/** One component of the presentation in all its qualities. [MS-SSTR] 2.2.2.3, StreamIndex. */
export interface Stream {
  readonly type: StreamType;
  /** Unique within the presentation: the manifest's `Name`, or the type, with a suffix where repeated. */
  readonly name: string;
  readonly language: string | undefined;
  /** As written: `SUBT`, `CAPT`, `SCMD`, … */
  readonly subtype: string | undefined;
  readonly timescale: Timescale;
  /** Template of its fragment URLs, relative to the manifest's; `undefined` where there is none to request. */
  readonly urlTemplate: string | undefined;
  /** Ascending by bitrate. */
  readonly levels: readonly [QualityLevel, ...QualityLevel[]];
  readonly chunks: ChunkList;
  /** Its server writes times below 0 as unsigned numbers of 64 bits. */
  readonly wrapsTimes?: boolean;
  /** Width and height to show the picture at, where they differ from the coded ones in shape. */
  readonly displaySize: { readonly width: number; readonly height: number } | undefined;
  /** Name of the stream that this sparse one hangs on. */
  readonly parent: string | undefined;
  /** Every attribute as written, by its name as written. */
  readonly attributes: ReadonlyMap<string, string>;
  /** What the manifest itself carries of a text stream, ascending by start; absent where that is nothing. */
  readonly embedded?: readonly EmbeddedText[];
}

/**
 * One timed payload in the manifest: of `c/f` under `ManifestOutput` ([MS-SSTR] 2.2.2.6.1), or of a `Content` element
 * (IIS Smooth Streaming, client manifest format).
 */
export interface EmbeddedText {
  readonly kind: 'fragment' | 'sample' | 'command' | 'marker';
  readonly start: Ticks;
  /** 0 where the manifest gives none. */
  readonly duration: Ticks;
  /** The decoded payload of a fragment; of the others their text as UTF-8. */
  readonly data: Uint8Array;
  /** The `Type` of a script command. */
  readonly type?: string;
}

/** One alternative encoding of a stream. [MS-SSTR] 2.2.2.5, QualityLevel. */
export interface QualityLevel {
  /** The `Index` attribute, or its place in the manifest: identity within the stream, not a rank. */
  readonly index: number;
  /** Average bits per second; goes into the fragment URL as written. */
  readonly bitrate: number;
  /** Upper case, trimmed; inferred from AudioTag where empty. */
  readonly fourCC: string;
  /** RFC 6381 codec string; `undefined` when no codec could be told from the level. */
  readonly codec: string | undefined;
  /** Parameter sets (video) or AudioSpecificConfig (audio), from hexadecimal. */
  readonly codecPrivateData: Uint8Array;
  readonly width?: number;
  readonly height?: number;
  readonly samplingRate?: number;
  readonly channels?: number;
  /** Bytes of a NAL unit's length prefix; 4 unless the level says otherwise. */
  readonly nalUnitLength: number;
  /** `CustomAttributes`, in the manifest's order; part of the fragment URL. */
  readonly customAttributes: readonly { readonly name: string; readonly value: string }[];
}

/** A place on a stream's clock, the same for all its levels. [MS-SSTR] 2.2.2.6, `c`. */
export interface Chunk {
  /** Its place in the list, from 0. */
  readonly index: number;
  readonly start: Ticks;
  readonly duration: Ticks;
}

/**
 * Neighbouring chunks of one duration; `count` may be in the thousands of millions. Of streams that are joined from others the first
 * chunk tells its own duration, and the others may last some ticks more or less.
 */
export interface ChunkRun {
  /** Index of its first chunk in the whole list. */
  readonly first: number;
  readonly start: Ticks;
  readonly duration: Ticks;
  readonly count: number;
}

/** The chunks of a stream, kept as runs: never expanded. Starts ascend; gaps may lie between runs. */
export interface ChunkList extends Iterable<Chunk> {
  readonly length: number;
  /** All of them, a new list for each call. */
  readonly runs: readonly ChunkRun[];
  /** The runs from a chunk on; the first one begins with it. */
  runsFrom(index: number): Iterable<ChunkRun>;
  /** Start of the first chunk and end of the last; both 0 when there is none. */
  readonly start: Ticks;
  readonly end: Ticks;
  at(index: number): Chunk | undefined;
  /** The chunk that holds `time`, or the first one after it; `undefined` past the end. Logarithmic in runs. */
  from(time: Ticks): Chunk | undefined;
  /** Size of the chunk's fragment in KiB at the level with that `index`, where the manifest hints it (`f@s`). */
  sizeHint(chunk: number, level: number): number | undefined;
}
