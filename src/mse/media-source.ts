import { once } from '../base/async.ts';
import { SmoothError } from '../base/errors.ts';
import { attachWithAlternatives } from './alternatives.ts';

/** ManagedMediaSource, if it is the only one (iPhone): the browser decides when it needs data. */
interface ManagedMediaSource extends MediaSource {
  readonly streaming: boolean;
}
type MediaSourceClass = typeof MediaSource;

/** The browser's media source class: the standard one if it exists. `undefined` in Node and in very old browsers. */
function mediaSourceClass(): MediaSourceClass | undefined {
  const platform = globalThis as { MediaSource?: MediaSourceClass; ManagedMediaSource?: MediaSourceClass };
  return platform.MediaSource ?? platform.ManagedMediaSource;
}

/** The kind of media source that this browser has. */
export function mediaSourceKind(): 'standard' | 'managed' | undefined {
  const Source = mediaSourceClass();
  return Source && (Source === globalThis.MediaSource ? 'standard' : 'managed');
}

/** Whether this browser can decode media of this MIME type through a media source. */
export function isTypeSupported(type: string): boolean {
  return mediaSourceClass()?.isTypeSupported(type) ?? false;
}

/** A media source that is attached to a media element. */
export interface AttachedSource {
  readonly source: MediaSource;
  /** Resolves when it is open, which takes the element some time; rejects when aborted first. */
  readonly opened: Promise<unknown>;
  /** Whether the browser wants data now; always true, unless it manages the source itself. */
  readonly wantsData: boolean;
  /** Whether the element has another source now. */
  readonly isReplaced: boolean;
  /** Fires when `wantsData` may have changed, and when the source is closed from outside. */
  readonly events: EventTarget;
  /** Detaches it from the element, if it is still attached. */
  close(): void;
}

/** Attaches a new media source to the element, which opens it. Throws `mse-unsupported`. */
export function attachMediaSource(media: HTMLMediaElement, signal: AbortSignal): AttachedSource {
  const Source = mediaSourceClass();
  if (!Source) throw new SmoothError('mse-unsupported', {});
  signal.throwIfAborted();
  const source = new Source();
  const isManaged = 'streaming' in source;
  const url = URL.createObjectURL(source);
  const opened = once(source, 'sourceopen', signal);
  opened.catch(() => {});
  const before = media.disableRemotePlayback;
  const detach = isManaged ? attachWithAlternatives(media, url) : undefined;
  if (!detach) {
    // A managed source stays closed as long as remote playback is possible without an alternative source.
    if (isManaged) media.disableRemotePlayback = true;
    media.src = url;
  }
  // A replaced source is closed at once; reading `src` takes far longer.
  const isReplaced = () => !detach && source.readyState === 'closed' && media.src !== url;
  return {
    source,
    opened,
    get wantsData() {
      return !isManaged || source.readyState === 'closed' || (source as ManagedMediaSource).streaming;
    },
    get isReplaced() {
      return isReplaced();
    },
    events: source,
    close: () => {
      URL.revokeObjectURL(url);
      detach?.();
      if (detach || isReplaced()) return;
      media.removeAttribute('src');
      media.load();
      if (isManaged) media.disableRemotePlayback = before;
    },
  };
}

/** Signals the end of the stream, so that `ended` fires at the end of the buffer. */
export function endMediaSource(source: MediaSource): void {
  if (source.readyState !== 'open') return;
  if ([...source.sourceBuffers].some((buffer) => buffer.updating)) return;
  source.endOfStream();
}
