import type { AnySmoothError } from '../base/errors.ts';
import type { SmoothPlayerEventMap } from '../player/events.ts';

/** What the elements fire besides the native events, by type. */
interface OwnEventMap extends Omit<SmoothPlayerEventMap, 'ended' | 'error'> {
  /** Playback failed. Without an error of ours where the browser plays by itself. */
  error: Event & { readonly error?: AnySmoothError };
  streamtypechange: Event;
  targetlivewindowchange: Event;
  captionstylechange: Event;
}

/** Every event of the elements: the player's, theirs, and those of a `<video>`. */
export interface SmoothElementEventMap
  extends OwnEventMap,
    Omit<HTMLVideoElementEventMap, keyof OwnEventMap> {}

type Listen = <Type extends keyof SmoothElementEventMap>(
  type: Type,
  listener: (event: SmoothElementEventMap[Type]) => void,
  options?: boolean | AddEventListenerOptions,
) => void;

/** What listeners are typed by. */
export interface TypedEvents {
  addEventListener: Listen;
  removeEventListener: Listen;
}
