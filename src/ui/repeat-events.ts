import * as events from '../player/events.ts';
import type { SmoothPlayer } from '../player/player.ts';
import { VIDEO_EVENTS } from './video-contract.ts';

type Map = events.SmoothPlayerEventMap;

/** A new event for each of the player's. `ended` isn't here, because the native element fires it. */
const COPIES: { readonly [Type in Exclude<keyof Map, 'ended'>]: (event: Map[Type]) => Event } = {
  loaded: (event) => new events.LoadedEvent(event.presentation),
  qualitychange: (event) => new events.QualityChangeEvent(event.from, event.to, event.reason),
  qualityloading: (event) => new events.QualityLoadingEvent(event.quality, event.reason),
  trackschange: () => new events.TracksChangeEvent(),
  trackchange: (event) => new events.TrackChangeEvent(event.kind),
  fragmentload: (event) => new events.FragmentLoadEvent(event.fragment),
  update: () => new Event('update'),
  livechange: (event) => Object.assign(new Event('livechange'), { live: event.live }),
  ratechange: () => new Event('ratechange'),
  timeupdate: () => new Event('timeupdate'),
  cuechange: (event) => new events.CueChangeEvent(event.cues),
  event: (event) => new events.TimedEvent(event.track, event.cue, event.late),
  eventadd: (event) => new events.EventAddEvent(event.track, event.cue),
  stall: (event) => new events.StallEvent(event.stall),
  recover: (event) => new events.RecoverEvent(event.stall),
  keystatuschange: (event) => new events.KeyStatusChangeEvent(event.keyId, event.status),
  error: (event) => new events.FatalErrorEvent(event.error),
  warning: (event) => new events.WarningEvent(event.error),
};

/** Fires the native element's events on the host, except `error`, which the player fires with more detail. */
export function repeatVideoEvents(video: HTMLVideoElement, host: EventTarget): void {
  for (const type of VIDEO_EVENTS) video.addEventListener(type, (event) => host.dispatchEvent(copyOf(event)));
}

/** Fires the player's events on the host. The listeners are removed with the player. */
export function repeatPlayerEvents(player: SmoothPlayer, host: EventTarget): void {
  for (const type of Object.keys(COPIES) as (keyof typeof COPIES)[]) repeat(type, player, host);
}

function repeat<Type extends keyof typeof COPIES>(type: Type, player: SmoothPlayer, host: EventTarget): void {
  player.addEventListener(type, (event: Map[Type]) => host.dispatchEvent(COPIES[type](event)));
}

/** Of the same class, whichever classes the browser has: an event serves as its own class's init dictionary. */
function copyOf(event: Event): Event {
  const EventClass = event.constructor as typeof Event;
  return new EventClass(event.type, event);
}
