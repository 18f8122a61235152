import type { ReactiveController, ReactiveControllerHost } from 'lit';
import { windowAround } from './picture-window.ts';
import type { Span } from './time-format.ts';

const WATCHED = [
  'play', 'pause', 'playing', 'ended', 'timeupdate', 'durationchange', 'progress', 'volumechange', 'ratechange',
  'seeking', 'seeked', 'waiting', 'canplay', 'loadeddata', 'loadedmetadata', 'emptied',
  'enterpictureinpicture', 'leavepictureinpicture', 'resize',
] as const; // biome-ignore format: a list of words

/**
 * Updates the host when the media element's state changes. The media element owns the state; only what it doesn't
 * expose is stored here.
 */
export class MediaController implements ReactiveController {
  readonly media: HTMLVideoElement;
  readonly #host: ReactiveControllerHost;
  #listening: AbortController | undefined;
  #started = false;

  constructor(host: ReactiveControllerHost, media: HTMLVideoElement) {
    this.#host = host;
    this.media = media;
    host.addController(this);
    // Its player is destroyed after an element was removed.
    media.addEventListener('emptied', () => {
      this.#started = false;
    });
  }

  hostConnected(): void {
    this.#listening = new AbortController();
    const { signal } = this.#listening;
    for (const type of WATCHED) this.media.addEventListener(type, this.#onMediaEvent, { signal });
  }

  hostDisconnected(): void {
    this.#listening?.abort();
  }

  /** Playback or a seek is waiting for media. */
  get waiting(): boolean {
    const { paused, seeking, ended, readyState } = this.media;
    return (!paused || seeking) && !ended && readyState < HTMLMediaElement.HAVE_FUTURE_DATA;
  }

  /** Whether playback has begun since this title was loaded. */
  get started(): boolean {
    return this.#started;
  }

  get buffered(): readonly Span[] {
    const { buffered } = this.media;
    return Array.from({ length: buffered.length }, (_, index) => ({
      start: buffered.start(index),
      end: buffered.end(index),
    }));
  }

  get pictureInPicture(): boolean {
    const root = this.media.getRootNode();
    return (
      windowAround(this.media) !== undefined ||
      (root instanceof ShadowRoot && root.pictureInPictureElement === this.media)
    );
  }

  #onMediaEvent = (event: Event) => {
    if (event.type === 'playing') this.#started = true;
    this.#host.requestUpdate();
  };
}
