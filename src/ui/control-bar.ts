import { html, nothing, type TemplateResult } from 'lit';
import type { Previews } from '../player/navigate/previews.ts';
import type { SmoothPlayer } from '../player/player.ts';
import type { OptionalControl } from './bar-fit.ts';
import {
  captionsIcon,
  chaptersIcon,
  enterFullscreenIcon,
  exitFullscreenIcon,
  forwardIcon,
  gearIcon,
  pipIcon,
  rewindIcon,
  skipBackIcon,
  skipForwardIcon,
} from './icons.ts';
import type { LiveControls } from './live/live-controls.ts';
import type { MediaController } from './media-controller.ts';
import type { ControlRequest, MenuPageId } from './requests.ts';
import type { Strings } from './strings.ts';
import { type Chapter, chapterAt } from './text/chapters.ts';
import type { TimeFormat } from './time-format.ts';

/** The state of the bar. */
export interface ControlBar {
  readonly player: SmoothPlayer;
  readonly media: MediaController;
  /** The element's time, which differs from the video's during trick play. */
  readonly time: number;
  readonly paused: boolean;
  readonly face: TimeFormat;
  /** Available after the first live title was loaded. */
  readonly live: LiveControls | undefined;
  readonly strings: Strings;
  readonly chapters: readonly Chapter[];
  readonly isFullscreen: boolean;
  /** The optional controls that are in the bar. */
  readonly shown: ReadonlySet<OptionalControl>;
  /** Buttons of parts that were loaded later. */
  readonly lateButtons: readonly unknown[];
  /** The page at which the menu was opened. */
  readonly openMenu: MenuPageId | undefined;
  /** A different function for each title. */
  readonly openPreviews: (() => Promise<Previews>) | undefined;
}

/** The controls at the lower edge of the picture: the seek bar above a row of buttons. */
export function renderControlBar(bar: ControlBar) {
  const { strings, media, face } = bar;
  const video = media.media;
  return html`
    <div class="bar" part="controls">
      <smooth-seek-bar part="seek-bar" exportparts="track, buffered, played, mark, knob, tooltip"
        ?hidden=${face.range.start === face.range.end} .time=${bar.time} .face=${face} .buffered=${media.buffered} .chapters=${bar.chapters} .strings=${strings}
        .gliding=${!bar.paused && !media.waiting} .seeking=${video.seeking} .openPreviews=${bar.openPreviews}></smooth-seek-bar>
      <div class="row">
        <smooth-play-button part="play" exportparts="button: play-button" .paused=${bar.paused} .ended=${video.ended} .strings=${strings}></smooth-play-button>
        ${renderSkips(bar)}
        <smooth-volume part="volume" exportparts="button: mute-button, slider: volume-slider" .volume=${video.volume} .muted=${video.muted} .strings=${strings}></smooth-volume>
        ${bar.live?.button(strings.language)}
        <smooth-time-display part="time" .texts=${face.display}></smooth-time-display>
        <slot name="bottom" class="middle"></slot>
        ${renderMenuButtons(bar)}
        <slot name="settings"></slot>
        ${bar.lateButtons}
        ${renderWindowButtons(bar)}
      </div>
    </div>
  `;
}

interface Button {
  /** Class, and part. */
  readonly name: string;
  readonly label: string;
  readonly icon: TemplateResult;
  readonly request: ControlRequest;
  readonly keys?: string;
  readonly pressed?: boolean;
  readonly expanded?: boolean;
}

const button = ({ name, label, icon, request, keys, pressed, expanded }: Button) => html`
  <smooth-control-button class=${name} part=${name} exportparts="button: ${name}-button" .label=${label} .icon=${icon}
    .request=${request} .keys=${keys} .pressed=${pressed} .expanded=${expanded}></smooth-control-button>
`;

function renderSkips({ shown, strings }: ControlBar) {
  const skips: readonly Button[] = [
    {
      name: 'skip-back',
      label: strings.skipBack,
      icon: skipBackIcon,
      request: { type: 'seek-by', seconds: -10 },
      keys: 'J',
    },
    {
      name: 'skip-forward',
      label: strings.skipForward,
      icon: skipForwardIcon,
      request: { type: 'seek-by', seconds: 10 },
      keys: 'L',
    },
  ];
  const tricks: readonly Button[] = [
    {
      name: 'rewind',
      label: strings.rewind,
      icon: rewindIcon,
      request: { type: 'trick-step', by: -1 },
      keys: 'Shift+ArrowLeft',
    },
    {
      name: 'forward',
      label: strings.forward,
      icon: forwardIcon,
      request: { type: 'trick-step', by: 1 },
      keys: 'Shift+ArrowRight',
    },
  ];
  return html`${shown.has('skip') ? skips.map(button) : nothing}${shown.has('trick') ? tricks.map(button) : nothing}`;
}

function renderMenuButtons({ player, media, shown, strings, chapters, openMenu }: ControlBar) {
  const chapter = chapterAt(chapters, media.media.currentTime)?.name ?? '';
  return html`
    ${
      shown.has('chapters')
        ? button({
            name: 'chapters',
            label: `${strings.chapters}: ${chapter}`,
            icon: chaptersIcon,
            request: { type: 'toggle-menu', page: 'chapters' },
            expanded: openMenu === 'chapters',
          })
        : nothing
    }
    ${
      shown.has('captions')
        ? button({
            name: 'captions',
            label: strings.captions,
            icon: captionsIcon,
            request: { type: 'toggle-captions' },
            pressed: player.textTrack !== undefined,
            keys: 'C',
          })
        : nothing
    }
    ${button({
      name: 'settings',
      label: strings.settings,
      icon: gearIcon,
      request: { type: 'toggle-menu', page: 'settings' },
      expanded: openMenu === 'settings',
    })}
  `;
}

function renderWindowButtons({ media, shown, strings, isFullscreen }: ControlBar) {
  return html`
    ${
      shown.has('pip')
        ? button({
            name: 'pip',
            label: media.pictureInPicture ? strings.exitPip : strings.enterPip,
            icon: pipIcon,
            request: { type: 'toggle-pip' },
            keys: 'I',
          })
        : nothing
    }
    ${button({
      name: 'fullscreen',
      label: isFullscreen ? strings.exitFullscreen : strings.enterFullscreen,
      icon: isFullscreen ? exitFullscreenIcon : enterFullscreenIcon,
      request: { type: 'toggle-fullscreen' },
      keys: 'F',
    })}
  `;
}
