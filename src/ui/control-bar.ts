import { html, nothing } from 'lit';
import type { Previews } from '../player/navigate/previews.ts';
import type { SmoothPlayer } from '../player/player.ts';
import { audioItems } from './audio-menu.ts';
import { audioIcon, chaptersIcon, qualityIcon, speedIcon } from './icons.ts';
import type { LiveControls } from './live/live-controls.ts';
import type { MediaController } from './media-controller.ts';
import type { ChooseEvent } from './menu-button.ts';
import { qualityItems, qualityLabel } from './quality-menu.ts';
import type { ControlRequest } from './requests.ts';
import { speedItems, speedLabel } from './speed-menu.ts';
import type { Strings } from './strings.ts';
import { type Chapter, chapterAt, chapterItems } from './text/chapters.ts';
import { renderTextButton } from './text/text-controls.ts';
import type { TimeFormat } from './time-format.ts';

/** The state of the bar, and the handlers of its menus. */
export interface ControlBar {
  readonly player: SmoothPlayer;
  readonly media: MediaController;
  /** The element's time, which differs from the video's during trick play. */
  readonly time: number;
  readonly paused: boolean;
  readonly face: TimeFormat;
  /** Available after the first live title was loaded. */
  readonly live: LiveControls | undefined;
  readonly rates: readonly number[];
  /** The chosen playback rate. */
  readonly rate: number;
  readonly strings: Strings;
  readonly chapters: readonly Chapter[];
  readonly isFullscreen: boolean;
  readonly canPictureInPicture: boolean;
  /** A different function for each title. */
  readonly openPreviews: (() => Promise<Previews>) | undefined;
  readonly perform: (request: ControlRequest) => void;
}

/** The controls at the lower edge of the picture: the seek bar above a row of buttons. */
export function renderControlBar(bar: ControlBar) {
  const { strings, media, face } = bar;
  const video = media.media;
  return html`
    <div class="bar" part="controls">
      <smooth-seek-bar exportparts="track, buffered, played, mark, knob, tooltip"
        ?hidden=${face.range.start === face.range.end} .time=${bar.time} .face=${face} .buffered=${media.buffered} .chapters=${bar.chapters} .strings=${strings}
        .gliding=${!bar.paused && !media.waiting} .seeking=${video.seeking} .openPreviews=${bar.openPreviews}></smooth-seek-bar>
      <div class="row">
        <smooth-play-button .paused=${bar.paused} .ended=${video.ended} .strings=${strings}></smooth-play-button>
        ${renderTrickButtons(bar)}
        <smooth-volume .volume=${video.volume} .muted=${video.muted} .strings=${strings}></smooth-volume>
        ${renderTextButton(bar.player, strings, bar.perform)}
        ${bar.live?.button(strings.language)}
        <smooth-time-display .texts=${face.display}></smooth-time-display>
        <slot name="bottom" class="middle"></slot>
        ${renderMenus(bar)}
        <slot name="settings"></slot>
        <smooth-pip-button ?hidden=${!bar.canPictureInPicture} .active=${media.pictureInPicture}
          .strings=${strings}></smooth-pip-button>
        <smooth-fullscreen-button .active=${bar.isFullscreen} .strings=${strings}></smooth-fullscreen-button>
      </div>
    </div>
  `;
}

function renderTrickButtons({ player, strings }: ControlBar) {
  if (player.qualities.length === 0) return nothing;
  return html`
    <smooth-trick-button class="trick" back .strings=${strings}></smooth-trick-button>
    <smooth-trick-button class="trick" .strings=${strings}></smooth-trick-button>
  `;
}

function renderMenus({
  player,
  media,
  face,
  chapters,
  rates,
  rate,
  strings,
  openPreviews,
  perform,
}: ControlBar) {
  const { qualities, quality: chosen, playingQuality: playing, audioTracks, audioTrack } = player;
  const quality = { qualities, chosen, playing, auto: strings.auto, language: strings.language };
  const { currentTime } = media.media;
  return html`
    ${
      chapters.length > 1
        ? html`<smooth-menu-button class="chapters" exportparts="menu, item" .label=${strings.chapters}
            .value=${chapterAt(chapters, currentTime)?.name ?? ''} .icon=${chaptersIcon} .openPreviews=${openPreviews}
            .items=${chapterItems(chapters, currentTime, (time) => face.text(time))}
            @smooth-choose=${(event: ChooseEvent) => perform({ type: 'seek', to: Number(event.value) })}></smooth-menu-button>`
        : nothing
    }
    ${
      qualities.length > 1
        ? html`<smooth-menu-button class="quality" with-value exportparts="menu, item" .label=${strings.quality}
            .value=${qualityLabel(quality)} .icon=${qualityIcon} .items=${qualityItems(quality)}
            @smooth-choose=${(event: ChooseEvent) => perform({ type: 'quality', choice: event.value })}></smooth-menu-button>`
        : nothing
    }
    ${
      audioTracks.length > 1
        ? html`<smooth-menu-button class="audio" exportparts="menu, item" .label=${strings.audio}
            .value=${audioTrack?.label ?? ''} .icon=${audioIcon} .items=${audioItems(audioTracks, audioTrack)}
            @smooth-choose=${(event: ChooseEvent) => perform({ type: 'audio', id: event.value })}></smooth-menu-button>`
        : nothing
    }
    <smooth-menu-button class="speed" ?with-value=${rate !== 1} exportparts="menu, item" .label=${strings.speed}
      .value=${rate === 1 ? strings.normal : speedLabel(rate, strings.language)} .icon=${speedIcon}
      .items=${speedItems(rates, rate, strings)}
      @smooth-choose=${(event: ChooseEvent) => perform({ type: 'rate', to: Number(event.value) })}></smooth-menu-button>
  `;
}
