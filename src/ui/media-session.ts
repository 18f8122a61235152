import type { SmoothVideoElement } from './smooth-video.ts';

const SKIP_SECONDS = 10;
const ACTIONS = [
  'play',
  'pause',
  'seekbackward',
  'seekforward',
  'seekto',
  'previoustrack',
  'nexttrack',
] as const;
type Action = (typeof ACTIONS)[number];

/** What the system shows about a title. */
export interface SessionTitle {
  readonly title: string;
  /** URL of a picture. */
  readonly artwork: string | undefined;
}

/** The player that the system's media controls are connected with. */
let current: object | undefined;
/** Metadata that the page sets itself are left alone. */
let ours: MediaMetadata | undefined;

/** Connects the system's media controls (lock screen, headset, keyboard) with a player that begins to play. */
export function connectMediaSession(element: SmoothVideoElement, { title, artwork }: SessionTitle): void {
  if (!('mediaSession' in navigator)) return;
  const session = navigator.mediaSession;
  if (title && (session.metadata === null || session.metadata === ours)) {
    ours = new MediaMetadata({ title, artwork: artwork ? [{ src: artwork }] : [] });
    session.metadata = ours;
  } else if (!title && session.metadata === ours) session.metadata = null;
  current = element;
  const isSeekable = !element.player.live.isLive || element.player.live.isDvr;
  for (const action of ACTIONS) {
    const canDo = isSeekable || !action.startsWith('seek');
    handle(action, canDo ? (details) => act(element, action, details) : null);
  }
  showPosition(element);
}

/** Shows the position, which the system continues by itself. */
export function showPosition(element: SmoothVideoElement): void {
  if (current !== element || !('mediaSession' in navigator)) return;
  const { duration, currentTime, playbackRate } = element;
  const isKnown = Number.isFinite(duration) && !element.player.live.isLive && playbackRate !== 0;
  if (!isKnown) navigator.mediaSession.setPositionState();
  else
    navigator.mediaSession.setPositionState({
      duration,
      playbackRate,
      position: Math.min(duration, Math.max(0, currentTime)),
    });
}

/** Gives the system's controls back, if this player has them. */
export function disconnectMediaSession(element: SmoothVideoElement): void {
  if (current !== element || !('mediaSession' in navigator)) return;
  current = undefined;
  for (const action of ACTIONS) handle(action, null);
  if (navigator.mediaSession.metadata === ours) navigator.mediaSession.metadata = null;
  navigator.mediaSession.setPositionState();
}

function act(element: SmoothVideoElement, action: Action, details: MediaSessionActionDetails): void {
  const offset = details.seekOffset ?? SKIP_SECONDS;
  switch (action) {
    case 'play':
      element.play().catch(() => undefined);
      break;
    case 'pause':
      element.pause();
      break;
    case 'seekbackward':
      element.currentTime -= offset;
      break;
    case 'seekforward':
      element.currentTime += offset;
      break;
    case 'seekto':
      element.currentTime = details.seekTime ?? element.currentTime;
      break;
    case 'previoustrack':
    case 'nexttrack':
      element.dispatchEvent(new Event(action));
      break;
    default:
      action satisfies never;
  }
}

/** Browsers throw on actions that they don't know. */
function handle(action: Action, handler: MediaSessionActionHandler | null): void {
  try {
    navigator.mediaSession.setActionHandler(action, handler);
  } catch {
    // The system's controls do without it.
  }
}
