import { SmoothError } from '../../base/errors.ts';
import { DEFAULT_TIMESCALE, rescale, type Ticks, ticks } from '../../base/time.ts';
import type { Clip } from '../../manifest/composite.ts';
import type { Presentation } from '../../manifest/presentation.ts';
import { trustIn } from '../../net/trust.ts';
import { manifestUrl } from '../../timeline/fragment-url.ts';
import type { ClipSource, Settings, SmoothSource } from '../options.ts';
import { joinComposite } from './composite.ts';
import type { Title } from './title.ts';

/** The type of `loadTitle`, which imports this file. */
type Load = NonNullable<SmoothSource['stored']>['load'];

/** Joins parts of titles, as a composite manifest does. Throws `option-invalid` for invalid clips, and the errors of `load` and of joining. */
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

/** The title of each clip; a title with several clips is loaded once. Throws as `openClips` does. */
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

const CLIP_OPTIONS: readonly string[] = ['url', 'in', 'out'] satisfies readonly (keyof ClipSource)[];

/** Throws `option-invalid`. */
function checkClips(clips: readonly ClipSource[]): void {
  if (!Array.isArray(clips)) throw invalid('must be a list');
  if (clips.length === 0) throw invalid('is empty');
  for (const [index, clip] of clips.entries()) {
    const unknown = Object.keys(clip).find((name) => !CLIP_OPTIONS.includes(name));
    if (unknown) throw invalid(`[${index}] has "${unknown}": it takes ${CLIP_OPTIONS.join(', ')}`);
    const { in: from = 0, out = Number.POSITIVE_INFINITY } = clip;
    if (!(from >= 0 && out > from))
      throw invalid(`[${index}] must have an "in" of 0 or more, and an "out" after it`);
  }
}

/** The part of a title that is played: `in` and `out` in ticks of its own clock. Throws `option-invalid`. */
export function clipOf(clip: ClipSource, { presentation, url, locate }: Title, path: string): Clip {
  if (presentation.isLive) throw invalid(`: ${path} is a live title`);
  if (locate) throw invalid(`: ${path} is a composite manifest, or has a key for each stream`);
  const from = clip.in === undefined ? undefined : momentOf(presentation, clip.in);
  if (from !== undefined && from >= endOf(presentation))
    throw invalid(`: ${path} begins after the title's end`);
  const to = clip.out === undefined ? undefined : momentOf(presentation, clip.out);
  return { url, presentation, begin: from, end: to, path };
}

/** When a whole title ends, at the timescale that clips have. */
export function endOf({ origin, duration, timescale }: Presentation): Ticks {
  return rescale(ticks(origin + (duration ?? 0n)), timescale, DEFAULT_TIMESCALE);
}

/** On the presentation's clock, at the timescale that clips have. */
function momentOf({ origin, timescale }: Presentation, seconds: number): Ticks {
  const start = rescale(origin, timescale, DEFAULT_TIMESCALE);
  return ticks(start + BigInt(Math.round(seconds * Number(DEFAULT_TIMESCALE))));
}

export const invalid = (problem: string) => new SmoothError('option-invalid', { option: 'clips', problem });
