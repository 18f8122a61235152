import { html, nothing } from 'lit';
import type { SmoothPlayer } from '../../player/player.ts';
import type { TextTrackInfo } from '../../text/text-streams.ts';
import { trackForLanguage } from '../audio-menu.ts';
import { captionsIcon } from '../icons.ts';
import type { ChooseEvent } from '../menu-button.ts';
import type { ControlRequest } from '../requests.ts';
import type { Strings } from '../strings.ts';
import { TEXT_STYLE, textItems, trackIdOf } from './text-menu.ts';

/** The button beside the volume, with the menu of tracks; nothing for a title without text. */
export function renderTextButton(
  { textTracks, textTrack }: SmoothPlayer,
  strings: Strings,
  perform: (request: ControlRequest) => void,
) {
  if (!textTracks.some(({ isForced }) => !isForced)) return nothing;
  const choose = ({ value }: ChooseEvent) =>
    perform(value === TEXT_STYLE ? { type: 'caption-style' } : { type: 'text', id: trackIdOf(value) });
  return html`<smooth-menu-button class="text" exportparts="menu, item" .label=${strings.captions} .pressed=${textTrack !== undefined}
    .value=${textTrack?.label ?? strings.off} .icon=${captionsIcon} .items=${textItems(textTracks, textTrack, strings)}
    @smooth-choose=${choose}></smooth-menu-button>`;
}

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
