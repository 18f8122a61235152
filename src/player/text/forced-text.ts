import { TEXT_LIMITS } from '../../text/cue.ts';
import { isSameLanguage, languageTag } from '../../text/language.ts';
import { chooseTextTrack, type TextTrackInfo } from '../../text/text-streams.ts';
import type { CueSource } from './cue-source.ts';

/** The text on screen. */
export interface ShownText {
  readonly track: TextTrackInfo | undefined;
  /** Only the cues that are also shown with captions off. IMSC 1.1, 8.2: `displayForcedOnlyMode`. */
  readonly isForcedOnly: boolean;
}

/**
 * The selected track or, without a selection, forced text in the audio's language: a forced track, or forced cues of an
 * ordinary one.
 */
export function shownText(
  chosen: TextTrackInfo | undefined,
  tracks: readonly TextTrackInfo[],
  audioLanguage: string | undefined,
): ShownText {
  const track = chosen ?? chooseTextTrack(tracks, { languages: [], audioLanguage });
  if (track) return { track, isForcedOnly: false };
  const language = languageTag(audioLanguage);
  const candidates = tracks.filter((one) => mayHaveForced(one) && isSameLanguage(one.language, language));
  const mixed = candidates.find(({ kind }) => kind === 'subtitles') ?? candidates[0];
  return { track: mixed, isForcedOnly: mixed !== undefined };
}

/** Only TTML marks forced cues. */
const mayHaveForced = ({ source, stream }: TextTrackInfo): boolean =>
  source !== 'in-band' && stream?.levels[0]?.fourCC?.toUpperCase() !== 'WVTT';

/** The forced cues of a source. */
export const onlyForced = (source: CueSource): Pick<CueSource, 'at' | 'between' | 'revision'> => ({
  get revision() {
    return source.revision;
  },
  at: (time) => source.at(time).filter(({ isForced }) => isForced),
  between: (from, to) => source.between(from, to).filter(({ isForced }) => isForced),
});

/**
 * Whether a text fragment may contain forced cues: documents that have any declare the namespace, or use the attribute,
 * and every fragment is a complete document. `undefined` for a fragment without one.
 */
export function mentionsForced(fragment: Uint8Array): boolean | undefined {
  // As ASCII in any encoding: in UTF-16 every other byte is 0.
  const text = new TextDecoder('latin1')
    .decode(fragment.subarray(0, TEXT_LIMITS.fragmentBytes))
    .replaceAll('\0', '');
  if (!/<(?:[\w.-]{1,32}:)?tt[\s>]/i.test(text)) return undefined;
  return /forcedDisplay|profile\/imsc1(?:\.1)?#styling/i.test(text);
}
