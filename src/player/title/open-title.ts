import type { SmoothError } from '../../base/errors.ts';
import { lacksConfiguration } from '../../transmux/configuration.ts';
import type { Live } from '../live/live.ts';
import type { Settings, SmoothSource } from '../options.ts';
import type { StatsBook } from '../report/stats-book.ts';
import type { EarlyPorts } from './early-fragments.ts';
import { loadTitle } from './load-title.ts';
import type { Title } from './title.ts';

/** What opening a title needs from its session. */
export interface OpenPorts extends EarlyPorts {
  readonly stats: StatsBook;
  readonly warn: (error: SmoothError) => void;
  readonly retried: (error: SmoothError) => void;
  readonly emit: (event: Event) => void;
  /** The same title has to be loaded again. */
  readonly encoderRestarted: () => void;
  /** Whether trick play moves through the title while the element's own position stands still. */
  readonly isTrick: () => boolean;
}

/** A playable title and, if it is live, its live part. */
export interface OpenTitle {
  readonly title: Title;
  readonly live: Live | undefined;
}

/**
 * From a source to a playable title: loads its manifest, takes a first bandwidth estimate from it, and gets what the
 * manifest lacks. Throws as `loadTitle` does.
 */
export async function openTitle(ports: OpenPorts, signal: AbortSignal): Promise<OpenTitle> {
  const { source, bandwidth, settings, stats } = ports;
  const load = (until: AbortSignal, cache?: RequestCache, early?: EarlyPorts, from = source) =>
    (source.stored?.load ?? loadTitle)(from, settings(), ports.retried, until, cache, early);
  const loading = load(signal, undefined, ports);
  // Without it, playback starts with the default estimate.
  const recalling =
    settings().heuristics.remember &&
    import('../quality/remembered-bandwidth.ts')
      .then(({ rememberBandwidth }) => rememberBandwidth(bandwidth, source.url, signal))
      .catch(() => {});
  const bare = await loading;
  stats.manifestLoaded(performance.now());
  await recalling;
  bandwidth.learnStart(bare.transfer);
  if (!bare.presentation.isLive) return { title: await complete(bare, settings(), signal), live: undefined };
  // The code for live titles is loaded for them only.
  const { awaitStart, openLive } = await import('../live/live.ts');
  const reload = (until: AbortSignal, place = 0) =>
    load(until, 'no-cache', undefined, beginningAt(source, place));
  const livePorts = { ...ports, reload };
  const begun = await complete(await awaitStart(bare, livePorts, signal), settings(), signal);
  const live = openLive(begun, livePorts, signal);
  return { title: live.title, live };
}

/** The same source; of its hosts, the one at a place is the first, counted in a circle. */
function beginningAt(source: SmoothSource, place: number): SmoothSource {
  const { url, alternatives = [] } = source;
  const urls = [url, ...alternatives];
  const at = place % urls.length;
  return { ...source, url: urls[at] ?? url, alternatives: [...urls.slice(at + 1), ...urls.slice(0, at)] };
}

/** Fragments may contain the codec configuration that the manifest lacks. */
async function complete(title: Title, settings: Settings, signal: AbortSignal): Promise<Title> {
  if (!title.presentation.streams.some(lacksConfiguration)) return title;
  const { completeTitle } = await import('./complete-title.ts');
  return completeTitle(title, settings, signal);
}
