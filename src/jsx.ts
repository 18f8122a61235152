// Types for pages that write the elements as JSX. `react.d.ts` and `preact.d.ts` add them to those libraries.
import type { SmoothError } from './base/errors.ts';
import type { DrmOptions } from './eme/drm-options.ts';
import type { SmoothOptions } from './player/options.ts';
import type { SmoothElementEventMap } from './ui/element-events.ts';

export type { SmoothPlayerElement } from './ui/smooth-player.ts';
export type { SmoothVideoElement } from './ui/smooth-video.ts';
export type { SmoothError };

/** Attributes and properties of `<smooth-video>` in JSX. */
export interface SmoothVideoProps extends SmoothElementHandlers {
  src?: string | undefined;
  poster?: string | undefined;
  autoplay?: boolean | 'muted' | 'any' | undefined;
  muted?: boolean | undefined;
  loop?: boolean | undefined;
  playsinline?: boolean | undefined;
  preload?: '' | 'none' | 'metadata' | 'auto' | undefined;
  crossorigin?: '' | 'anonymous' | 'use-credentials' | undefined;
  controls?: boolean | undefined;
  width?: number | string | undefined;
  height?: number | string | undefined;
  'start-time'?: number | string | undefined;
  quality?: number | string | undefined;
  'max-height'?: number | string | undefined;
  'max-bitrate'?: number | string | undefined;
  'cap-to-size'?: 'true' | 'false' | undefined;
  'audio-lang'?: string | undefined;
  'text-lang'?: string | undefined;
  captions?: boolean | undefined;
  'target-latency'?: number | string | undefined;
  'drm-license-url'?: string | undefined;
  load?: 'eager' | 'visible' | 'interaction' | undefined;
  loading?: 'eager' | 'lazy' | undefined;
  controlslist?: string | undefined;
  disablepictureinpicture?: boolean | undefined;
  disableremoteplayback?: boolean | undefined;
  options?: SmoothOptions | undefined;
  drm?: DrmOptions | undefined;
}

/** Attributes and properties of `<smooth-player>` in JSX. */
export interface SmoothPlayerProps extends SmoothVideoProps {
  'media-title'?: string | undefined;
  'playback-rates'?: string | undefined;
  hotkeys?: 'on' | 'off' | undefined;
  theme?: 'auto' | 'light' | 'dark' | 'minimal' | undefined;
  'error-docs'?: string | undefined;
  'no-persist'?: boolean | undefined;
  debug?: boolean | undefined;
}

/** Listeners: `on` and the event type in lower case, as React and Preact expect for custom elements. */
type SmoothElementHandlers = {
  [Type in keyof SmoothElementEventMap as `on${Type}`]?:
    | ((event: SmoothElementEventMap[Type]) => void)
    | undefined;
};
