import type { SessionContext } from '../session-context.ts';
import type { PictureSegment } from './in-band-reader.ts';
import type { TextController } from './text-controller.ts';

/** Seconds of video that are kept to search them for captions once the code is loaded. */
const KEPT = 12;

/**
 * The text of a title. Its code is loaded as soon as the manifest has a text stream, otherwise after the first picture.
 * Owned by a session.
 */
export class LazyText {
  readonly #context: SessionContext;
  readonly #signal: AbortSignal;
  #loading: Promise<TextController> | undefined;
  #controller: TextController | undefined;
  #media: HTMLMediaElement | undefined;
  #waiting: PictureSegment[] = [];

  constructor(context: SessionContext, signal: AbortSignal) {
    this.#context = context;
    this.#signal = signal;
  }

  /** Available once loaded. */
  get current(): TextController | undefined {
    return this.#controller;
  }

  /** Rejects if a chunk of the library can't be fetched; another call tries again. */
  load(): Promise<TextController> {
    this.#loading ??= this.#load().catch((error: unknown) => {
      this.#loading = undefined;
      throw error;
    });
    return this.#loading;
  }

  attach(media: HTMLMediaElement): void {
    this.#media = media;
    this.#controller?.attach(media);
  }

  detach(): void {
    this.#media = undefined;
    this.#controller?.detach();
  }

  get wantsPictures(): boolean {
    const kept = this.#waiting.reduce((sum, { start, end }) => sum + end - start, 0);
    return this.#controller?.wantsPictures ?? kept < KEPT;
  }

  onPicture(segment: PictureSegment): void {
    if (this.#controller) this.#controller.onPicture(segment);
    else this.#waiting.push(segment);
  }

  async #load(): Promise<TextController> {
    const { openTextController } = await import('./text-controller.ts');
    this.#signal.throwIfAborted();
    const controller = openTextController(this.#context, this.#signal);
    // Text works without events.
    await controller.openEvents().catch(() => {});
    this.#controller = controller;
    if (this.#media) controller.attach(this.#media);
    for (const segment of this.#waiting) controller.onPicture(segment);
    this.#waiting = [];
    return controller;
  }
}
