import type { ClientManifest, ManifestChunk, ManifestLevel, Written } from '../client-manifest.ts';
import type { FragmentBytes } from '../fragment-resource.ts';
import type { LevelRates } from '../level-rates.ts';
import type { Route } from '../route.ts';

export type FragmentRoute = Extract<Route, { type: 'fragment' }>;

/** The source of a live title's media: fragments whose number grows over time. */
export interface LiveSource {
  readonly streams: readonly LiveStream[];
  readonly protection: ClientManifest['protection'];
  /** Whether the end was announced. */
  readonly isEnded: boolean;
  /** Milliseconds since 1970 minus those on the streams' clock, if known. */
  readonly clockOffset?: number | undefined;
  /** Whether times count from an epoch. Otherwise the next event at the same URLs may have the same times. */
  readonly countsFromEpoch?: boolean | undefined;
  /** Whether everything is available after it has ended, regardless of the window. */
  readonly keepsAll: boolean;
}

/** A stream of a live title. Times are in its own ticks, and ascend. */
export interface LiveStream {
  readonly name: string;
  /** Ticks a second. */
  readonly timescale: bigint;
  /** Attributes of the `StreamIndex`. */
  readonly attributes: Written;
  readonly levels: readonly ManifestLevel[];
  /** The complete fragments that begin at a time or later, limited in number. */
  from(time: bigint, atMost?: number): readonly ManifestChunk[];
  /** The last `count` existing fragments. */
  newest(count: number): readonly ManifestChunk[];
  /** Whether a fragment with this start may yet appear. */
  isToCome(time: bigint): boolean;
  /**
   * Sequence numbers of chunks in HLS, by their time: the same at every origin of the title and for its lifetime.
   * Chunks that are known to be missing have numbers too.
   */
  numbers?(): (time: bigint) => number;
  /** Bits per second of a level, as far as measured. */
  ratesOf?(route: FragmentRoute): Promise<LevelRates | undefined>;
  /** An existing fragment, which announces the following ones; `undefined` if it doesn't exist at that level. */
  bytes(route: FragmentRoute, next: readonly ManifestChunk[]): Promise<FragmentBytes | undefined>;
}
