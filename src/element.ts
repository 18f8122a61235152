// Registers the elements. The only module with side effects.
import { SmoothControlButton } from './ui/control-button.ts';
import { SmoothPlayButton } from './ui/play-button.ts';
import { SmoothSeekBar } from './ui/seek-bar.ts';
import { SmoothPlayerElement } from './ui/smooth-player.ts';
import { SmoothVideoElement } from './ui/smooth-video.ts';
import { SmoothTimeDisplay } from './ui/time-display.ts';
import { SmoothVolume } from './ui/volume.ts';

export { type Messages, type PartialMessages, registerLocale } from './ui/messages.ts';
export { viewerMessage } from './ui/viewer-message.ts';
export { SmoothPlayerElement, SmoothVideoElement };

// The controls first, so that a player is never shown without them.
define('smooth-play-button', SmoothPlayButton);
define('smooth-seek-bar', SmoothSeekBar);
define('smooth-time-display', SmoothTimeDisplay);
define('smooth-volume', SmoothVolume);
define('smooth-control-button', SmoothControlButton);
define('smooth-video', SmoothVideoElement);
define('smooth-player', SmoothPlayerElement);

/** Does nothing on a server, where pages are only rendered. A second copy of the library on a page doesn't replace the first. */
function define(name: string, element: CustomElementConstructor): void {
  if (typeof HTMLVideoElement === 'undefined' || customElements.get(name)) return;
  customElements.define(name, element);
}

declare global {
  interface HTMLElementTagNameMap {
    'smooth-player': SmoothPlayerElement;
    'smooth-video': SmoothVideoElement;
  }
}
