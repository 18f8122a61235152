import type { TextTrackInfo } from '../../text/text-streams.ts';
import type { MenuItem } from '../menu-item.ts';
import type { Strings } from '../strings.ts';

/** The value of the menu item that turns text off. */
export const TEXT_OFF = 'off';
export const TEXT_STYLE = 'style';
const TRACK = 'track ';

/** Off, the tracks, and the caption style. */
export function textItems(
  tracks: readonly TextTrackInfo[],
  chosen: TextTrackInfo | undefined,
  strings: Strings,
): readonly MenuItem[] {
  return [
    { value: TEXT_OFF, label: strings.off, checked: chosen === undefined },
    ...tracks
      .filter(({ isForced }) => !isForced)
      .map((track) => ({
        value: TRACK + track.id,
        label: track.label,
        ...(track.kind === 'captions' && { note: 'CC' }),
        checked: track.id === chosen?.id,
      })),
    { value: TEXT_STYLE, label: strings.captionStyle, checked: false, isAction: true },
  ];
}

/** The track of an item; `undefined` for the others. */
export const trackIdOf = (value: string): string | undefined =>
  value.startsWith(TRACK) ? value.slice(TRACK.length) : undefined;
