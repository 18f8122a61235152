import type { AnySmoothError } from '../base/errors.ts';
import type { SmoothPlayerEventMap } from '../player/events.ts';
import type { AutoplayBlockedEvent } from './autoplay-event.ts';

/** The elements' own events, by type. */
interface OwnEventMap extends Omit<SmoothPlayerEventMap, 'ended' | 'error'> {
  /** Playback failed. Has no `error` if the browser plays natively. */
  error: Event & { readonly error?: AnySmoothError };
  streamtypechange: Event;
  targetlivewindowchange: Event;
  captionstylechange: Event;
  /** The browser didn't let the title start by itself. */
  autoplayblocked: AutoplayBlockedEvent;
  /** The viewer pressed PageUp (`by` −1) or PageDown (1); `preventDefault()` keeps the player from seeking. */
  pagestep: Event & { readonly by: 1 | -1 };
  /** The viewer asks for another title, by a key or the system's media controls. */
  nexttrack: Event;
  previoustrack: Event;
}

/** All events of the elements: the player's, their own, and those of a `<video>`. */
export interface SmoothElementEventMap
  extends OwnEventMap,
    Omit<HTMLVideoElementEventMap, keyof OwnEventMap> {}

type Listen = <Type extends keyof SmoothElementEventMap>(
  type: Type,
  listener: (event: SmoothElementEventMap[Type]) => void,
  options?: boolean | AddEventListenerOptions,
) => void;

/** Typed `addEventListener` and `removeEventListener`. */
export interface TypedEvents {
  addEventListener: Listen;
  removeEventListener: Listen;
}
