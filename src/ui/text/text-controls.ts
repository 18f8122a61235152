import type { SmoothPlayer } from '../../player/player.ts';
import type { TextTrackInfo } from '../../text/text-streams.ts';
import { trackForLanguage } from '../audio-menu.ts';

/** Shows or hides text: the last selected track or, initially, the one that best suits the page and the audio. */
export function toggleText(
  player: SmoothPlayer,
  last: string | undefined,
  language: string,
): string | undefined {
  if (player.textTrack) {
    player.textTrack = undefined;
    return undefined;
  }
  const track =
    player.textTracks.find(({ id }) => id === last) ??
    suitableTrack(player.textTracks, [language, player.audioTrack?.language]);
  player.textTrack = track;
  return track?.id;
}

/** The first track in one of the languages, in order of preference; otherwise the first track. Forced text is shown without being selected. */
export function suitableTrack(
  tracks: readonly TextTrackInfo[],
  languages: readonly (string | undefined)[],
): TextTrackInfo | undefined {
  const readable = tracks.filter(({ isForced }) => !isForced);
  const [found] = languages.flatMap((wanted) => (wanted ? (trackForLanguage(readable, wanted) ?? []) : []));
  return found ?? readable[0];
}
