import { AutoplayBlockedEvent } from './autoplay-event.ts';
import { whenSeen } from './when-seen.ts';

/** An element that may start by itself. */
interface AutoplayHost extends HTMLElement {
  readonly video: HTMLVideoElement;
  readonly autoplay: boolean | 'muted' | 'any';
}

/**
 * Starts a title whose metadata are loaded, as its `autoplay` says. The browser does that too, but
 * doesn't report when it blocks playback.
 */
export function startByItself(host: AutoplayHost): void {
  const { video } = host;
  const seen = new AbortController();
  const { signal } = seen;
  const start = () => {
    // The host ends `autoplay` when it is paused.
    if (!signal.aborted && video.paused && video.autoplay) void tryToPlay(host);
    seen.abort();
  };
  const ready = () => {
    // Browsers start what is muted when it becomes visible.
    if (video.muted) signal.addEventListener('abort', whenSeen(host, start));
    else start();
  };
  for (const type of ['play', 'emptied']) video.addEventListener(type, () => seen.abort(), { signal });
  if (video.readyState >= HTMLMediaElement.HAVE_FUTURE_DATA) ready();
  else video.addEventListener('canplay', ready, { once: true, signal });
}

async function tryToPlay(host: AutoplayHost): Promise<void> {
  const { video } = host;
  if (await isAllowed(video)) return;
  const tried = video.muted ? 'muted' : 'sound';
  if (tried === 'sound' && host.autoplay === 'any') {
    video.muted = true;
    host.dispatchEvent(new AutoplayBlockedEvent('sound'));
    if (await isAllowed(video)) return;
    video.muted = false;
    host.dispatchEvent(new AutoplayBlockedEvent('muted'));
  } else host.dispatchEvent(new AutoplayBlockedEvent(tried));
}

async function isAllowed(video: HTMLVideoElement): Promise<boolean> {
  try {
    await video.play();
    return true;
  } catch (error) {
    // Another failure, such as a new source, says nothing about it.
    return !(error instanceof DOMException && error.name === 'NotAllowedError');
  }
}
