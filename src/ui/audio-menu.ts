import type { AudioTrackInfo } from '../player/tracks.ts';
import type { MenuItem } from './menu-item.ts';

/** One item per audio track; with its name in the manifest if two share a language. */
export function audioItems(
  tracks: readonly AudioTrackInfo[],
  current: AudioTrackInfo | undefined,
): readonly MenuItem[] {
  return tracks.map((track) => {
    const isShared = tracks.some((other) => other !== track && other.label === track.label);
    const item = { value: track.id, label: track.label, checked: track.id === current?.id };
    return isShared ? { ...item, note: track.id } : item;
  });
}

/** The first track whose language starts like `wanted`: `en` matches `en-us` and `eng`. */
export function trackForLanguage<Track extends { readonly language: string | undefined }>(
  tracks: readonly Track[],
  wanted: string,
): Track | undefined {
  const [tag] = canonical(wanted);
  const exact = tracks.find((track) => track.language?.toLowerCase() === wanted.toLowerCase());
  return (
    exact ?? tracks.find((track) => track.language !== undefined && canonical(track.language)[0] === tag)
  );
}

/** Subtags, with the language in its shortest form: `eng` becomes `en`. */
function canonical(language: string): readonly string[] {
  try {
    return new Intl.Locale(language.replaceAll('_', '-')).toString().toLowerCase().split('-');
  } catch {
    return language.toLowerCase().split('-');
  }
}
