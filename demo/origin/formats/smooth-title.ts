import type { Ticks } from '../../../src/base/time.ts';
import type { QualityLevel, Stream } from '../../../src/manifest/presentation.ts';
import { fragmentUrl } from '../../../src/timeline/fragment-url.ts';
import type { LevelRates } from '../level-rates.ts';
import type { FragmentRoute } from '../live/live-source.ts';
import type { ErrorResponse } from '../live/live-title.ts';
import type { Resource } from '../resource.ts';
import { type FragmentNoun, routeOf } from '../route.ts';

/** A Smooth title from any source, as input for HLS and DASH. */
export interface SmoothTitle {
  /** The client manifest as it is now; `undefined` if there is none. */
  manifest(): Promise<Resource | undefined>;
  /** A fragment, or why there is none. */
  fragment(place: FragmentPlace): Promise<Resource | ErrorResponse | undefined>;
  /** Facts that are not in the manifest and fragments. */
  facts(): TitleFacts;
}

export interface FragmentPlace {
  readonly stream: Stream;
  readonly level: QualityLevel;
  /** On the stream's own clock. */
  readonly time: Ticks;
  readonly noun: Extract<FragmentNoun, 'fragments' | 'keyframes'>;
}

export interface TitleFacts {
  /** Milliseconds since 1970 minus those on the title's clock, if known. */
  readonly clockOffset?: number | undefined;
  /** The number of a chunk in HLS, the same at every origin of the title. Without it, chunks count from the first. */
  readonly numberOf?: ((stream: Stream, time: Ticks) => number) | undefined;
  /** Bits per second of a level as measured over all of its fragments. */
  readonly ratesOf?: ((stream: Stream, level: QualityLevel) => Promise<LevelRates | undefined>) | undefined;
}

/** A placeholder for the manifest's URL, which templates are relative to. */
const MANIFEST_URL = 'http://origin.invalid/title.ism/Manifest';

/** The route at this origin for a player's fragment request; `undefined` if the template leads elsewhere. */
export function routeToFragment({ stream, level, time, noun }: FragmentPlace): FragmentRoute | undefined {
  if (stream.urlTemplate === undefined) return undefined;
  const { origin, pathname } = new URL(fragmentUrl(MANIFEST_URL, stream, level, time));
  const route = origin === new URL(MANIFEST_URL).origin ? routeOf(decodeURIComponent(pathname)) : undefined;
  return route?.type === 'fragment' ? { ...route, noun } : undefined;
}
