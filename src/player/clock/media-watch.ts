import type { AttachedSource } from '../../mse/media-source.ts';

export interface MediaWatchPorts {
  readonly onSeeking: () => void;
  readonly onSeeked: () => void;
  readonly onPlay: () => void;
  readonly onEnded: () => void;
  readonly onFirstFrame: () => void;
  /** The browser wants media again, or no more for now. */
  readonly onDemand: () => void;
  /** A failed network may have recovered. */
  readonly onReconnect: () => void;
  readonly onMediaError: (error: MediaError) => void;
  /** The element has another source, or ours was closed. */
  readonly onTaken: () => void;
}

/** Reports what happens to an element and its media source, including what happened before the call. */
export function watchMedia(
  media: HTMLMediaElement,
  attached: AttachedSource,
  ports: MediaWatchPorts,
  signal: AbortSignal,
): void {
  const failed = () => {
    if (attached.isReplaced) ports.onTaken();
    else if (media.error) ports.onMediaError(media.error);
  };
  // An element that has failed reports that by `error`.
  const closed = () => media.error || ports.onTaken();
  const listen = (target: EventTarget, listeners: Readonly<Record<string, () => void>>) => {
    for (const type in listeners) target.addEventListener(type, listeners[type] as () => void, { signal });
  };
  listen(media, {
    seeking: ports.onSeeking,
    seeked: ports.onSeeked,
    play: ports.onPlay,
    ended: ports.onEnded,
    loadeddata: ports.onFirstFrame,
    error: failed,
    // A source that isn't open yet is not closed when the element gets another.
    emptied: () => attached.isReplaced && ports.onTaken(),
  });
  listen(attached.events, {
    startstreaming: ports.onDemand,
    endstreaming: ports.onDemand,
    sourceclose: closed,
  });
  listen(globalThis, { online: ports.onReconnect });
  listen(document, { visibilitychange: () => document.hidden || ports.onReconnect() });
  attached.opened.then(
    () => !signal.aborted && attached.source.readyState === 'closed' && closed(),
    () => {},
  );
  failed();
}
