import { DEFAULT_TIMESCALE, rescale } from '../../base/time.ts';
import { writeComposite } from '../../manifest/write-composite.ts';
import type { CutSource, Settings } from '../options.ts';
import { clipOf, endOf, invalid, loadTitles } from './clips.ts';
import { loadTitle } from './load-title.ts';

/** The clips as a composite manifest. Throws the errors of `load`, except those of codecs and keys. */
export async function exportClips(
  source: CutSource,
  settings: Settings,
  signal = new AbortController().signal,
): Promise<Blob> {
  const whole = { ...source, url: source.clips[0]?.url ?? '' };
  const titles = await loadTitles(whole, settings, () => {}, signal, loadTitle);
  const clips = titles.map(({ clip, title }, index) => {
    const path = `clips[${index}]`;
    const { url, begin, end } = clipOf(clip, title, path);
    const { presentation } = title;
    const moved = presentation.streams.find(({ urlShift }) => urlShift !== undefined);
    if (moved)
      throw invalid(`: ${path} can't be exported: "${moved.name}" counts from another time than the video`);
    const { origin, timescale } = presentation;
    return {
      url,
      presentation,
      begin: begin ?? rescale(origin, timescale, DEFAULT_TIMESCALE),
      end: end ?? endOf(presentation),
    };
  });
  return new Blob([writeComposite(clips)], { type: 'text/xml' });
}
