import type { Quality } from '../player/tracks.ts';
import type { MenuItem } from './menu-item.ts';
import { bitrateText } from './time-text.ts';

/** The input of the quality menu. */
export interface QualityMenuInput {
  /** Ascending by bitrate. */
  readonly qualities: readonly Quality[];
  readonly chosen: Quality | 'auto';
  readonly playing: Quality | undefined;
  /** The label of "auto". */
  readonly auto: string;
  readonly language?: string;
}

/** Best first, with Auto on top; its note says which quality is playing. */
export function qualityItems({
  qualities,
  chosen,
  playing,
  auto,
  language,
}: QualityMenuInput): readonly MenuItem[] {
  const levels = qualities.toReversed().map((quality) => ({
    value: String(quality.index),
    label: heightOf(quality),
    note: bitrateText(quality.bitrate, language),
    checked: chosen !== 'auto' && chosen.index === quality.index,
  }));
  const first: MenuItem = { value: 'auto', label: auto, checked: chosen === 'auto' };
  return [chosen === 'auto' && playing ? { ...first, note: heightOf(playing) } : first, ...levels];
}

/** On the button: `Auto (720p)`, or the chosen quality. */
export function qualityLabel({ chosen, playing, auto }: Omit<QualityMenuInput, 'qualities'>): string {
  if (chosen !== 'auto') return heightOf(chosen);
  return playing ? `${auto} (${heightOf(playing)})` : auto;
}

const heightOf = (quality: Quality) => (quality.height > 0 ? `${quality.height}p` : quality.label);
