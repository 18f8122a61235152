import { html, nothing } from 'lit';
import type { LiveInfo } from '../../player/live/live-info.ts';
import type { SmoothVideoElement } from '../smooth-video.ts';
import type { TimeFormat } from '../time-format.ts';
import { SmoothLiveButton } from './live-button.ts';
import { SmoothLiveNotice } from './live-notice.ts';
import { liveStringsFor } from './live-strings.ts';
import { changeText, chosenRate, liveFace, liveRates } from './live-time-format.ts';

/** The state of the controls for live titles; loaded with the first of them. For on-demand titles it provides nothing. */
export class LiveControls {
  readonly #element: SmoothVideoElement;
  #before: LiveInfo | undefined;

  constructor(element: SmoothVideoElement) {
    this.#element = element;
  }

  get #info(): LiveInfo {
    const { live } = this.#element.player;
    // While the title starts, or after a seek, media is still expected.
    const isLoading = this.#element.readyState < HTMLMediaElement.HAVE_CURRENT_DATA;
    return live.source === 'stopped' && isLoading ? { ...live, source: 'live' } : live;
  }

  face(language: string): TimeFormat | undefined {
    const { player, currentTime: time } = this.#element;
    const live = this.#info;
    return live.isLive ? liveFace({ live, time, language, toDate: (at) => player.toDate(at) }) : undefined;
  }

  /** The offered playback rates, out of the given ones. */
  rates(wanted: readonly number[]): readonly number[] {
    const live = this.#info;
    return live.isLive ? liveRates(wanted, live) : wanted;
  }

  /** The chosen playback rate. */
  rate(rates: readonly number[]): number {
    const { playbackRate } = this.#element;
    return this.#info.isLive ? chosenRate(playbackRate, rates) : playbackRate;
  }

  /** The source delivers nothing new: a message replaces the spinner. */
  get isStopped(): boolean {
    return noticeOf(this.#info, false, 'en') !== undefined;
  }

  /** Called on changes. Returns a message for screen readers. */
  changed(language: string): string | undefined {
    const live = this.#info;
    const text = changeText(this.#before, live, language);
    this.#before = live.source && live;
    const { playbackRate } = this.#element;
    if (live.isLive && live.atEdge && playbackRate > 1 && chosenRate(playbackRate, []) !== 1)
      this.#element.playbackRate = 1;
    return text;
  }

  button(language: string) {
    const { isLive, atEdge, source } = this.#info;
    if (!isLive) return nothing;
    return html`<smooth-live-button exportparts="badge: live" ?at-edge=${atEdge && source === 'live'}
      .language=${language}></smooth-live-button>`;
  }

  notice(language: string) {
    const text = noticeOf(this.#info, this.#element.ended, language);
    return text
      ? html`<smooth-live-notice exportparts="notice" .text=${text}></smooth-live-notice>`
      : nothing;
  }
}

/** The message for a source that delivers nothing; that of the end is shown only after playback got there. */
function noticeOf({ source }: LiveInfo, hasEnded: boolean, language: string): string | undefined {
  const { stopped, unreachable, ended } = liveStringsFor(language);
  if (source === 'stopped') return stopped;
  if (source === 'unreachable') return unreachable;
  return source === 'ended' && hasEnded ? ended : undefined;
}

export { SmoothLiveButton, SmoothLiveNotice };

/** A second copy of the library on the page doesn't replace the first. */
export function defineLiveControls(): void {
  if (!customElements.get('smooth-live-button')) {
    customElements.define('smooth-live-button', SmoothLiveButton);
    customElements.define('smooth-live-notice', SmoothLiveNotice);
  }
}

export function openLiveControls(element: SmoothVideoElement): LiveControls {
  defineLiveControls();
  return new LiveControls(element);
}
