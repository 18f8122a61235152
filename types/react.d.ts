import type { HTMLAttributes, Ref } from 'react';
import type {
  SmoothPlayerElement,
  SmoothPlayerProps,
  SmoothVideoElement,
  SmoothVideoProps,
} from '../dist/types/jsx.js';

/** Without the handlers that React names by its own events. */
type Common = Omit<HTMLAttributes<HTMLElement>, keyof SmoothPlayerProps | `on${string}`> & { class?: string };

declare module 'react' {
  namespace JSX {
    interface IntrinsicElements {
      'smooth-player': Common & SmoothPlayerProps & { ref?: Ref<SmoothPlayerElement>; key?: string | number };
      'smooth-video': Common & SmoothVideoProps & { ref?: Ref<SmoothVideoElement>; key?: string | number };
    }
  }
}
