import type { JSX, Ref } from 'preact';
import type {
  SmoothPlayerElement,
  SmoothPlayerProps,
  SmoothVideoElement,
  SmoothVideoProps,
} from '../dist/types/jsx.js';

/** Without the handlers that Preact names by its own events. */
type Common = Omit<JSX.HTMLAttributes<HTMLElement>, keyof SmoothPlayerProps | `on${string}` | 'ref'>;

declare module 'preact' {
  namespace JSX {
    interface IntrinsicElements {
      'smooth-player': Common & SmoothPlayerProps & { ref?: Ref<SmoothPlayerElement> };
      'smooth-video': Common & SmoothVideoProps & { ref?: Ref<SmoothVideoElement> };
    }
  }
}
