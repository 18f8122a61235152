import type { SmoothError } from '../base/errors.ts';
import { manifestUrl } from '../timeline/fragment-url.ts';
import { lacksConfiguration } from '../transmux/configuration.ts';
import type { Line } from './line.ts';
import type { LiveSession } from './live-ports.ts';
import { loadTitle, type Title } from './load-title.ts';
import type { Settings, SmoothSource } from './options.ts';
import type { StatsBook } from './stats-book.ts';

/** What opening a title needs of its session. */
export interface OpenPorts {
  readonly line: Line;
  readonly settings: () => Settings;
  readonly stats: StatsBook;
  readonly warn: (error: SmoothError) => void;
  readonly retried: (error: SmoothError) => void;
  readonly emit: (event: Event) => void;
  /** The same title has to be loaded again. */
  readonly beganAnew: () => void;
}

/** A title that can be played, and what it takes besides when it is live. */
export interface OpenTitle {
  readonly title: Title;
  readonly live: LiveSession | undefined;
}

/**
 * From a source to a title that can be played: loads its manifest, learns from that what the line can do, and gets what
 * the manifest lacks. Throws as `loadTitle` does.
 */
export async function openTitle(
  source: SmoothSource,
  ports: OpenPorts,
  signal: AbortSignal,
): Promise<OpenTitle> {
  const { line, settings, stats } = ports;
  const load = (until: AbortSignal, cache?: RequestCache) =>
    loadTitle(source, settings(), ports.retried, until, cache);
  const loading = load(signal);
  const recalling = settings().heuristics.remember && recallLine(source, line, signal);
  const bare = await loading;
  stats.manifestLoaded(performance.now());
  await recalling;
  line.learnStart(bare.transfer);
  if (!bare.presentation.isLive) return { title: await complete(bare, settings(), signal), live: undefined };
  // What live titles take besides is loaded for them only.
  const { awaitStart, openLive } = await import('./live/live.ts');
  const livePorts = { ...ports, reload: (until: AbortSignal) => load(until, 'no-cache') };
  const begun = await complete(await awaitStart(bare, livePorts, signal), settings(), signal);
  const live = openLive(begun, livePorts, signal);
  return { title: live.title, live };
}

/** What can't be loaded is done without. */
async function recallLine({ url }: SmoothSource, line: Line, signal: AbortSignal): Promise<void> {
  await import('./remembered-lines.ts').then(
    ({ rememberLine }) => rememberLine(line, manifestUrl(url, document.baseURI), signal),
    () => {},
  );
}

/** What the manifest should say of codecs and doesn't, fragments may. */
async function complete(title: Title, settings: Settings, signal: AbortSignal): Promise<Title> {
  if (!title.presentation.streams.some(lacksConfiguration)) return title;
  const { completeTitle } = await import('./complete-title.ts');
  return completeTitle(title, settings, signal);
}
