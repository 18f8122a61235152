import { once } from '../base/async.ts';
import { SmoothError } from '../base/errors.ts';
import { fromTimeRanges, type Ranges } from '../base/ranges.ts';
import type { AttachedSource } from './media-source.ts';

/**
 * One SourceBuffer with a serial queue: operations run one at a time, in order. Owned by a playback. After an operation
 * has failed, every later one fails with the same error, since some platforms crash when a failed buffer is written to.
 */
export class BufferQueue {
  readonly #source: MediaSource;
  #buffer: SourceBuffer | undefined;
  readonly #stream: string;
  readonly #signal: AbortSignal;
  /** The ranges since the last operation. */
  #ranges: Ranges | undefined;
  #tail: Promise<unknown>;
  #failure: SmoothError | undefined;

  /** Created when the source opens; until then operations wait, and all fail with `codec-unsupported` if it can't be created. */
  constructor({ source, opened }: AttachedSource, mimeType: string, stream: string, signal: AbortSignal) {
    this.#source = source;
    this.#stream = stream;
    this.#signal = signal;
    this.#tail = opened.then(() => {
      try {
        this.#buffer = source.addSourceBuffer(mimeType);
        // A managed one is emptied by the browser, too.
        this.#buffer.addEventListener('bufferedchange', () => this.#forget(), { signal });
        // The ranges of an ended source reach to the end of the longest.
        for (const type of ['sourceended', 'sourceopen'])
          source.addEventListener(type, () => this.#forget(), { signal });
      } catch (cause) {
        this.#failure = new SmoothError('codec-unsupported', { stream, codecs: [mimeType] }, { cause });
      }
    });
    this.#tail.catch(() => {});
  }

  /** The buffered ranges, in seconds on the media element's clock. */
  get buffered(): Ranges {
    const isOurs = this.#source.readyState !== 'closed' && !this.#failure;
    const buffer = this.#buffer;
    if (!isOurs || !buffer) return [];
    // Asked for many times as often as it changes.
    const ranges = this.#ranges ?? fromTimeRanges(buffer.buffered);
    this.#ranges = buffer.updating ? undefined : ranges;
    return ranges;
  }

  #forget(): void {
    this.#ranges = undefined;
  }

  /** Appends bytes. Throws `media-quota` if the browser has no room for them, `media-append` if it rejects them. */
  append(bytes: Uint8Array): Promise<void> {
    return this.#enqueue(async (buffer) => {
      let isRejected = false;
      const reject = () => {
        isRejected = true;
      };
      buffer.addEventListener('error', reject, { once: true });
      try {
        buffer.appendBuffer(bytes as Uint8Array<ArrayBuffer>);
        await once(buffer, 'updateend', this.#signal);
      } catch (cause) {
        if (!isQuota(cause)) throw cause;
        throw new SmoothError('media-quota', { stream: this.#stream }, { cause });
      } finally {
        buffer.removeEventListener('error', reject);
      }
      if (isRejected) throw this.#rejected('the bytes do not match the codec string');
    });
  }

  /** Removes a range in seconds. */
  remove(start: number, end: number): Promise<void> {
    if (!(end > start)) return Promise.resolve();
    return this.#enqueue(async (buffer) => {
      buffer.remove(Math.max(0, start), end);
      await once(buffer, 'updateend', this.#signal);
    });
  }

  /** Discards a partially appended segment, so that another may follow. */
  reset(): Promise<void> {
    return this.#enqueue(async (buffer) => {
      if (this.#source.readyState === 'open') buffer.abort();
    });
  }

  /** Changes settings for the segments that follow: codec, offset, append window. */
  adjust(change: (buffer: SourceBuffer) => void): Promise<void> {
    return this.#enqueue(async (buffer) => change(buffer));
  }

  #enqueue<T>(operation: (buffer: SourceBuffer) => Promise<T>): Promise<T> {
    const result = this.#tail.then(async () => {
      this.#signal.throwIfAborted();
      if (this.#failure) throw this.#failure;
      this.#forget();
      try {
        return await operation(this.#buffer as SourceBuffer);
      } catch (error) {
        this.#signal.throwIfAborted();
        const known = error instanceof SmoothError ? error : this.#rejected(String(error), error);
        if (known.code !== 'media-quota') this.#failure = known;
        throw known;
      } finally {
        this.#forget();
      }
    });
    this.#tail = result.catch(() => {});
    return result;
  }

  #rejected(problem: string, cause?: unknown): SmoothError {
    return new SmoothError('media-append', { stream: this.#stream, problem }, { cause });
  }
}

const isQuota = (error: unknown) => error instanceof DOMException && error.name === 'QuotaExceededError';
