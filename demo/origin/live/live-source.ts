import type { ClientManifest, ManifestChunk, ManifestLevel, Written } from '../client-manifest.ts';
import type { FragmentBytes } from '../fragment-resource.ts';
import type { LevelRates } from '../level-rates.ts';
import type { Route } from '../route.ts';

export type FragmentRoute = Extract<Route, { type: 'fragment' }>;

/** Where media of a live title comes from: fragments that grow in number as time passes. */
export interface LiveSource {
  readonly streams: readonly LiveStream[];
  readonly protection: ClientManifest['protection'];
  /** Whether it was told that nothing more will come. */
  readonly isEnded: boolean;
  /** Milliseconds since 1970 minus those on the streams' clock, where that is known. */
  readonly clockOffset?: number | undefined;
  /** Whether all that ever came can be had once it has ended, whatever the window was. */
  readonly keepsAll: boolean;
}

/** One stream of a live title. Times are in its own ticks, and rise. */
export interface LiveStream {
  readonly name: string;
  /** Ticks a second. */
  readonly timescale: bigint;
  /** As they stand in `StreamIndex`. */
  readonly attributes: Written;
  readonly levels: readonly ManifestLevel[];
  /** Of the fragments that exist as a whole, those that begin at a time or later, at most so many. */
  from(time: bigint, atMost?: number): readonly ManifestChunk[];
  /** The last so many fragments that exist. */
  newest(count: number): readonly ManifestChunk[];
  /** Whether a fragment may yet come that begins then. */
  isToCome(time: bigint): boolean;
  /**
   * Numbers of chunks in HLS, by their time: the same at every origin of the title and for as long as it lasts. Those that are
   * known to be missing have numbers too.
   */
  numbers?(): (time: bigint) => number;
  /** Bits a second of a level, as far as they were measured. */
  ratesOf?(route: FragmentRoute): Promise<LevelRates | undefined>;
  /** An existing fragment, which tells of those that follow; `undefined` where it isn't to be had at that level. */
  bytes(route: FragmentRoute, next: readonly ManifestChunk[]): Promise<FragmentBytes | undefined>;
}
