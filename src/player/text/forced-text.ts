import { TEXT_LIMITS } from '../../text/cue.ts';
import { isSameLanguage, languageTag } from '../../text/language.ts';
import { chooseTextTrack, type TextTrackInfo } from '../../text/text-streams.ts';
import type { CueSource } from './cue-source.ts';

/** What is on screen of a title's text. */
export interface ShownText {
  readonly track: TextTrackInfo | undefined;
  /** Only those of its cues that are shown with captions off, too. IMSC 1.1, 8.2: `displayForcedOnlyMode`. */
  readonly isForcedOnly: boolean;
}

/**
 * What is chosen or, without a choice, the text that the sound's own audience can't do without: a track of nothing else, or such
 * cues of an ordinary one.
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

/** Only TTML tells which cues are forced. */
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
 * Whether a text fragment may hold forced cues: documents that have any declare the namespace, or name the attribute, and every
 * fragment is a whole document. `undefined` for a fragment without one.
 */
export function mentionsForced(fragment: Uint8Array): boolean | undefined {
  // As ASCII in any encoding: in UTF-16 every other byte is 0.
  const text = new TextDecoder('latin1')
    .decode(fragment.subarray(0, TEXT_LIMITS.fragmentBytes))
    .replaceAll('\0', '');
  if (!/<(?:[\w.-]{1,32}:)?tt[\s>]/i.test(text)) return undefined;
  return /forcedDisplay|profile\/imsc1(?:\.1)?#styling/i.test(text);
}
