import type { SmoothPlayer } from '../../player/player.ts';
import { audioItems } from '../audio-menu.ts';
import type { OptionalControl } from '../bar-fit.ts';
import {
  captionsIcon,
  chaptersIcon,
  forwardIcon,
  loudIcon,
  pipIcon,
  rewindIcon,
  skipBackIcon,
  skipForwardIcon,
} from '../icons.ts';
import { audioIcon, qualityIcon, speedIcon } from '../late-icons.ts';
import { qualityItems, qualityLabel } from '../quality-menu.ts';
import { speedItems, speedLabel } from '../speed-menu.ts';
import type { Strings } from '../strings.ts';
import { type Chapter, chapterAt, chapterItems } from '../text/chapters.ts';
import { TEXT_STYLE, textItems, trackIdOf } from '../text/text-menu.ts';
import type { TimeFormat } from '../time-format.ts';
import type { MenuAction, MenuModel, MenuPage } from './menu-model.ts';

/** What the menu is about. */
export interface MenuContext {
  readonly player: SmoothPlayer;
  readonly time: number;
  readonly face: TimeFormat;
  readonly strings: Strings;
  readonly chapters: readonly Chapter[];
  readonly rates: readonly number[];
  /** The chosen playback rate. */
  readonly rate: number;
  /** From 0 to 1. */
  readonly volume: number;
  /** Whether the bar has a volume slider, or the volume can't be set. */
  readonly hasVolume: boolean;
  /** Whether the page lets the speed be chosen. */
  readonly hasSpeed: boolean;
  /** Controls that this title and browser have. */
  readonly available: ReadonlySet<OptionalControl>;
  /** Those that are in the bar. */
  readonly shown: ReadonlySet<OptionalControl>;
}

/** The pages of the menu and its actions: the settings, and what has no room in the bar. */
export function menuModel(context: MenuContext): MenuModel {
  return { pages: pagesOf(context), actions: actionsOf(context) };
}

function pagesOf(context: MenuContext): readonly MenuPage[] {
  const { player, strings, chapters } = context;
  return [
    ...(chapters.length > 1 ? [chaptersPage(context)] : []),
    ...(player.qualities.length > 1 ? [qualityPage(context)] : []),
    ...(player.audioTracks.length > 1 ? [audioPage(context)] : []),
    ...(player.textTracks.some(({ isForced }) => !isForced) ? [captionsPage(player, strings)] : []),
    ...(context.hasSpeed ? [speedPage(context)] : []),
    ...(context.hasVolume ? [] : [volumePage(context)]),
  ];
}

function chaptersPage({ chapters, time, face, strings }: MenuContext): MenuPage {
  return {
    id: 'chapters',
    label: strings.chapters,
    value: chapterAt(chapters, time)?.name ?? '',
    icon: chaptersIcon,
    items: chapterItems(chapters, time, (at) => face.text(at)),
    request: (value) => ({ type: 'seek', to: Number(value) }),
  };
}

function qualityPage({ player, strings }: MenuContext): MenuPage {
  const { qualities, quality: chosen, playingQuality: playing } = player;
  const quality = { qualities, chosen, playing, auto: strings.auto, language: strings.language };
  return {
    id: 'quality',
    label: strings.quality,
    value: qualityLabel(quality),
    icon: qualityIcon,
    items: qualityItems(quality),
    request: (choice) => ({ type: 'quality', choice }),
  };
}

function audioPage({ player: { audioTracks, audioTrack }, strings }: MenuContext): MenuPage {
  return {
    id: 'audio',
    label: strings.audio,
    value: audioTrack?.label ?? '',
    icon: audioIcon,
    items: audioItems(audioTracks, audioTrack),
    request: (id) => ({ type: 'audio', id }),
  };
}

function captionsPage({ textTracks, textTrack }: SmoothPlayer, strings: Strings): MenuPage {
  return {
    id: 'captions',
    label: strings.captions,
    value: textTrack?.label ?? strings.off,
    icon: captionsIcon,
    items: textItems(textTracks, textTrack, strings),
    request: (value) =>
      value === TEXT_STYLE ? { type: 'caption-style' } : { type: 'text', id: trackIdOf(value) },
  };
}

function speedPage({ rates, rate, strings }: MenuContext): MenuPage {
  return {
    id: 'speed',
    label: strings.speed,
    value: rate === 1 ? strings.normal : speedLabel(rate, strings.language),
    icon: speedIcon,
    items: speedItems(rates, rate, strings),
    request: (value) => ({ type: 'rate', to: Number(value) }),
  };
}

const LEVELS = [1, 0.75, 0.5, 0.25, 0.1, 0];

/** A list of levels, since a menu can't contain a slider. */
function volumePage({ volume, strings }: MenuContext): MenuPage {
  const percent = new Intl.NumberFormat(strings.language, { style: 'percent' });
  const nearest = LEVELS.toSorted((a, b) => Math.abs(a - volume) - Math.abs(b - volume))[0];
  return {
    id: 'volume',
    label: strings.volume,
    value: percent.format(volume),
    icon: loudIcon,
    items: LEVELS.map((level) => ({
      value: String(level),
      label: percent.format(level),
      checked: level === nearest,
    })),
    request: (value) => ({ type: 'volume', to: Number(value) }),
  };
}

function actionsOf({ strings, available, shown }: MenuContext): readonly MenuAction[] {
  const isHidden = (name: OptionalControl) => available.has(name) && !shown.has(name);
  return [
    ...(isHidden('skip')
      ? ([
          { label: strings.skipBack, icon: skipBackIcon, request: { type: 'seek-by', seconds: -10 } },
          { label: strings.skipForward, icon: skipForwardIcon, request: { type: 'seek-by', seconds: 10 } },
        ] as const)
      : []),
    ...(isHidden('trick')
      ? ([
          { label: strings.rewind, icon: rewindIcon, request: { type: 'trick-step', by: -1 } },
          { label: strings.forward, icon: forwardIcon, request: { type: 'trick-step', by: 1 } },
        ] as const)
      : []),
    ...(isHidden('pip')
      ? ([{ label: strings.enterPip, icon: pipIcon, request: { type: 'toggle-pip' } }] as const)
      : []),
  ];
}
