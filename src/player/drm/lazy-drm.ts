import type { SmoothError } from '../../base/errors.ts';
import type { QualityLevel } from '../../manifest/presentation.ts';
import type { EncryptionReader } from '../../transmux/encryption.ts';
import type { DrmController } from './drm-controller.ts';

type Title = ConstructorParameters<typeof DrmController>;

/** Not needed for clear titles. */
const loadController = () => import('./drm-controller.ts');

/**
 * Holds back encrypted media from the buffer until its keys can be obtained. For a clear title it holds nothing back,
 * and loads nothing. Owned by a session.
 */
export class LazyDrm {
  readonly #title: Title;
  #loading: Promise<DrmController> | undefined;
  #controller: DrmController | undefined;
  #media: HTMLMediaElement | undefined;

  constructor(...title: Title) {
    this.#title = title;
  }

  /** Available once the title is known to be protected. */
  get readEncryption(): EncryptionReader | undefined {
    return this.#controller?.readEncryption;
  }

  /** Whether neither the manifest nor the page mentions keys. */
  get isClear(): boolean {
    const [{ presentation }, , options] = this.#title;
    return presentation.protection.length === 0 && Object.keys(options).length === 0;
  }

  /** Whether playback may have to wait for a key. */
  get isWaiting(): boolean {
    return this.#controller?.isWaiting ?? false;
  }

  /** Loads the controller for a title that is known to be protected. */
  load(): Promise<DrmController> {
    this.#loading ??= loadController().then(({ DrmController }) => {
      this.#controller = new DrmController(...this.#title);
      if (this.#media) this.#controller.attach(this.#media);
      return this.#controller;
    });
    return this.#loading;
  }

  /** The title plays on this element from now on. */
  attach(media: HTMLMediaElement): void {
    this.#media = media;
    this.#controller?.attach(media);
  }

  /** Resolves when a request's media, which begins at `start`, may be appended: with a key, or clear in a track that has one. */
  async unlock(...media: Parameters<DrmController['unlock']>): Promise<void> {
    await (await this.load()).unlock(...media);
  }

  /** Whether the output is secure enough for a level's key. */
  isShowable(level: QualityLevel): boolean {
    return this.#controller?.isShowable(level) ?? true;
  }

  /** The DRM error behind a failure of the decoder or of the buffer. */
  explain(error: unknown): unknown {
    return this.#controller?.explain(error) ?? error;
  }

  /** Makes playback fail with this error, once the buffered media whose keys are available has been played. */
  failWhenKeyIsNeeded(error: SmoothError, fail: (error: unknown) => void): void {
    if (this.#controller) void this.#controller.failAtEnd(error);
    else fail(error);
  }

  /** Closes all sessions with key systems. */
  async close(): Promise<void> {
    await (await this.#loading?.catch(() => undefined))?.close();
  }
}
