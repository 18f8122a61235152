import type { Cue } from '../../text/cue.ts';
import type { EventTrackInfo } from '../../text/events/event-tracks.ts';
import type { TextTrackInfo } from '../../text/text-streams.ts';
import type { PictureSegment } from './in-band-reader.ts';
import type { TextController } from './text-controller.ts';
import type { TextChoice, TextPorts } from './text-ports.ts';

/** Seconds of picture that are kept for a look at their captions before there is somebody to look. */
const KEPT = 12;

/**
 * The text of a title. What handles it is loaded as soon as the manifest has a text stream, else after the first picture. Owned by
 * a session.
 */
export class LazyText {
  readonly #ports: TextPorts;
  readonly #signal: AbortSignal;
  #loading: Promise<TextController> | undefined;
  #controller: TextController | undefined;
  #media: HTMLMediaElement | undefined;
  #waiting: PictureSegment[] = [];

  constructor(ports: TextPorts, signal: AbortSignal) {
    this.#ports = ports;
    this.#signal = signal;
  }

  get tracks(): readonly TextTrackInfo[] {
    return this.#controller?.tracks ?? [];
  }

  get chosen(): TextTrackInfo | undefined {
    return this.#controller?.chosen;
  }

  /** What the viewer or the page chose; `undefined` while nobody did. */
  get choice(): TextChoice | undefined {
    return this.#controller?.choice;
  }

  get eventTracks(): readonly EventTrackInfo[] {
    return this.#controller?.eventTracks ?? [];
  }

  get activeCues(): readonly Cue[] {
    return this.#controller?.activeCues ?? [];
  }

  get isForOverlay(): boolean {
    return this.#controller?.isForOverlay ?? false;
  }

  /** Rejects when a chunk of the library can't be fetched; another call tries again. */
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

  /** The position went on although the element stands. */
  moved(): void {
    this.#controller?.moved();
  }

  choose(id: string | undefined): void {
    this.#controller?.choose(id);
  }

  reconsider(): void {
    this.#controller?.reconsider();
  }

  get wantsPictures(): boolean {
    const kept = this.#waiting.reduce((sum, { start, end }) => sum + end - start, 0);
    return this.#controller?.wantsPictures ?? kept < KEPT;
  }

  onPicture(segment: PictureSegment): void {
    if (this.#controller) this.#controller.onPicture(segment);
    else this.#waiting.push(segment);
  }

  onResponse(headers: Headers): void {
    this.#controller?.onResponse(headers);
  }

  async #load(): Promise<TextController> {
    const { TextController } = await import('./text-controller.ts');
    this.#signal.throwIfAborted();
    const controller = new TextController(this.#ports, this.#signal);
    // Without events, there is text all the same.
    await controller.openEvents().catch(() => {});
    this.#controller = controller;
    if (this.#media) controller.attach(this.#media);
    for (const segment of this.#waiting) controller.onPicture(segment);
    this.#waiting = [];
    return controller;
  }
}
