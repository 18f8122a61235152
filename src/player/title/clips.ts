import { SmoothError } from '../../base/errors.ts';
import { DEFAULT_TIMESCALE, rescale, type Ticks, ticks } from '../../base/time.ts';
import type { Clip } from '../../manifest/composite.ts';
import type { Presentation } from '../../manifest/presentation.ts';
import { trustIn } from '../../net/trust.ts';
import { manifestUrl } from '../../timeline/fragment-url.ts';
import type { ClipSource, Settings, SmoothSource } from '../options.ts';
import { joinComposite } from './composite.ts';
import type { Title } from './title.ts';

/** `loadTitle`, which can't be imported from here, for it imports this. */
type Load = NonNullable<SmoothSource['stored']>['load'];

/**
 * Joins parts of titles as a composite manifest does. Throws `option-invalid` for clips that can't be meant, and what `load` and the
 * joining throw.
 */
export async function openClips(
  source: SmoothSource,
  settings: Settings,
  onRetry: (error: SmoothError) => void,
  signal: AbortSignal,
  load: Load,
): Promise<Title> {
  const titles = await loadTitles(source, settings, onRetry, signal, load);
  const [first] = titles;
  if (!first) throw invalid('is empty');
  const { locate: _, presentation: __, ...rest } = first.title;
  const urls = titles.map(({ url }) => url);
  const bare = { ...rest, hosts: undefined, trust: trustIn([...new Set(urls)], source.headers) };
  const loaded = new Set(titles.map(({ title }) => title));
  const composite = {
    timescale: DEFAULT_TIMESCALE,
    clips: titles.map(({ clip, title }, index) => clipOf(clip, title, `clips[${index}]`)),
    warnings: [...loaded].flatMap(({ presentation }) => presentation.warnings),
  };
  return joinComposite(composite, bare, settings, signal);
}

/** The title of each clip; each is loaded once, however many of its parts are played. Throws as `openClips` does. */
export async function loadTitles(
  { clips = [], ...source }: SmoothSource,
  settings: Settings,
  onRetry: (error: SmoothError) => void,
  signal: AbortSignal,
  load: Load,
): Promise<readonly { readonly clip: ClipSource; readonly url: string; readonly title: Title }[]> {
  checkClips(clips);
  const loads = new Map<string, Promise<Title>>();
  return Promise.all(
    clips.map(async (clip) => {
      const url = manifestUrl(clip.url, globalThis.document?.baseURI);
      const title = loads.get(url) ?? load({ ...source, url }, settings, onRetry, signal);
      loads.set(url, title);
      return { clip, url, title: await title };
    }),
  );
}

/** Throws `option-invalid` for what can't be meant. */
function checkClips(clips: readonly ClipSource[]): void {
  if (clips.length === 0) throw invalid('is empty');
  for (const [index, { in: from = 0, out = Number.POSITIVE_INFINITY }] of clips.entries()) {
    if (!(from >= 0 && out > from))
      throw invalid(`[${index}] must have an "in" from 0 on, and an "out" behind it`);
  }
}

/** What of a title is played: `in` and `out` in ticks of its own clock. Throws `option-invalid` for what has no end. */
export function clipOf(clip: ClipSource, { presentation, url, locate }: Title, path: string): Clip {
  if (presentation.isLive) throw invalid(`: ${path} is live, and has no end yet`);
  if (locate) throw invalid(`: ${path} is joined of clips itself, or has keys for each stream`);
  const from = clip.in === undefined ? undefined : momentOf(presentation, clip.in);
  const { origin, timescale, duration } = presentation;
  const ends =
    duration === undefined ? undefined : rescale(ticks(origin + duration), timescale, DEFAULT_TIMESCALE);
  if (from !== undefined && ends !== undefined && from >= ends)
    throw invalid(`: ${path} begins after the title's end`);
  const to = clip.out === undefined ? undefined : momentOf(presentation, clip.out);
  return { url, presentation, begin: from, end: to, path };
}

/** On the presentation's clock, at the timescale that clips have. */
function momentOf({ origin, timescale }: Presentation, seconds: number): Ticks {
  const start = rescale(origin, timescale, DEFAULT_TIMESCALE);
  return ticks(start + BigInt(Math.round(seconds * Number(DEFAULT_TIMESCALE))));
}

const invalid = (problem: string) => new SmoothError('option-invalid', { option: 'clips', problem });
