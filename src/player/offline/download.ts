import { childController } from '../../base/async.ts';
import { isAbort, isSmoothError, SmoothError } from '../../base/errors.ts';
import type { ClipSource, Settings, SmoothSource, StoredSource } from '../options.ts';
import type { TextSource } from '../text/side-loaded.ts';
import { defer } from './deferred.ts';
import { DownloadProgressEvent } from './download-progress-event.ts';
import { type DownloadRecord, writeRecord } from './download-record.ts';
import { runDownload } from './download-run.ts';
import type { Folder } from './folder.ts';
import { StoredTitle } from './stored-source.ts';
import { TitleFiles } from './title-files.ts';

/** `paused`: asked to, stopped by `error`, or left by an earlier page. */
export type DownloadState = 'downloading' | 'paused' | 'complete' | 'removed';

/** Events of a `Download`, by type. */
export interface DownloadEventMap {
  readonly progress: DownloadProgressEvent;
  readonly statechange: Event;
}

/** How often the record is written while a download runs, in milliseconds. */
const SAVE_EVERY_MS = 2000;

/** Where a download lives. */
export interface DownloadHome {
  readonly id: string;
  readonly folder: Folder;
  /** Removes the folder. */
  readonly discard: () => Promise<void>;
}

/** What an app gives along with a source, and is never stored. */
export type GivenSource = Omit<SmoothSource, 'url' | 'clips' | 'stored'>;

/**
 * A title that is stored, or on its way there; `SmoothPlayer.load` takes it as a source. Fires `progress`
 * (`DownloadProgressEvent`) as fragments are stored, and `statechange`.
 */
export class Download extends EventTarget {
  readonly id: string;
  readonly #home: DownloadHome;
  readonly #files: TitleFiles;
  readonly #stored: StoredTitle;
  #record: DownloadRecord;
  #settings: () => Settings;
  #given: GivenSource = {};
  #state: DownloadState;
  #error: SmoothError | undefined;
  #run: (AbortController & { dispose(): void }) | undefined;
  #ended: Promise<void> = Promise.resolve();
  #finished = defer<Download>();
  #saving: Promise<void> = Promise.resolve();
  #savedAt = 0;

  /** Downloads are made by `SmoothPlayer`. @internal */
  constructor(home: DownloadHome, record: DownloadRecord, settings: () => Settings) {
    super();
    this.id = home.id;
    this.#home = home;
    this.#record = record;
    this.#settings = settings;
    this.#files = new TitleFiles(home.folder);
    this.#stored = new StoredTitle(this.#files, () => this.#record);
    this.#state = record.isComplete ? 'complete' : 'paused';
    if (record.isComplete) this.#finished.resolve(this);
  }

  /** Of the manifest. */
  get url(): string {
    return this.#record.url;
  }

  get title(): string | undefined {
    return this.#record.title;
  }

  get clips(): readonly ClipSource[] | undefined {
    return this.#record.clips;
  }

  get createdAt(): Date {
    return new Date(this.#record.createdAt);
  }

  /** In seconds; `undefined` until the manifest was read. */
  get duration(): number | undefined {
    return this.#record.duration;
  }

  get state(): DownloadState {
    return this.#state;
  }

  /** What stopped it, while `state` is `paused`; `undefined` where it was asked to pause. */
  get error(): SmoothError | undefined {
    return this.#error;
  }

  /** Bytes that are stored. Of a download that was interrupted it may be a little less than is there, until it is resumed. */
  get bytes(): number {
    return this.#record.bytes;
  }

  /** Bytes that it will have in all, as far as can be told; `undefined` until the manifest was read. */
  get estimatedBytes(): number | undefined {
    return this.#record.estimatedBytes;
  }

  /** 0 to 1. */
  get fraction(): number {
    return this.#record.fraction;
  }

  /** Fragments that the title's servers don't have: holes, which are played across. */
  get missing(): number {
    return this.#record.missing.length;
  }

  /** Text that was stored beside the title, for `addTextTrack`. */
  get textTracks(): readonly TextSource[] {
    return this.#record.textTracks;
  }

  /**
   * Resolves once everything is stored, however often it is paused until then. Rejects with what stopped it (`network-…`, `storage-full`, …), and
   * with an `AbortError` when it is removed; `resume()` makes a new one after a failure.
   */
  get finished(): Promise<Download> {
    return this.#finished.promise;
  }

  /** @internal */
  get stored(): StoredSource {
    return this.#stored;
  }

  /** Goes on where it was. Requests are made as the options of the player that it came from say. */
  resume(): void {
    this.begin(this.#given, this.#settings).catch(() => {});
  }

  /** Stops, and keeps what is stored. */
  async pause(): Promise<void> {
    this.#run?.abort(new DOMException('The download was paused', 'AbortError'));
    await this.#ended;
  }

  /** Stops, and frees the space. */
  async remove(): Promise<void> {
    if (this.#state === 'removed') return;
    await this.pause();
    this.#setState('removed');
    this.#finished.reject(new DOMException('The download was removed', 'AbortError'));
    await this.#saving;
    // Another tab that downloads it loses its lock, and stops.
    await navigator.locks.request(this.#lockName, { steal: true }, () => this.#home.discard());
  }

  /** Goes on, with what the app gives this time. Resolves once it is known what is to be stored. @internal */
  async begin(given: GivenSource, settings: () => Settings, signal?: AbortSignal): Promise<void> {
    this.#given = given;
    this.#settings = settings;
    if (this.#state !== 'paused') return;
    if (this.#error) {
      this.#finished = defer<Download>();
    }
    this.#error = undefined;
    const run = childController(signal ?? new AbortController().signal);
    const planned = defer<void>();
    this.#run = run;
    this.#setState('downloading');
    this.#ended = this.#work(run, planned.resolve).then(planned.resolve, planned.reject);
    await planned.promise;
  }

  /** Rejects with what stopped it. */
  async #work(run: AbortController & { dispose(): void }, planned: () => void): Promise<void> {
    try {
      await this.#underLock(run, () =>
        runDownload(
          {
            files: this.#files,
            record: () => this.#record,
            update: (change) => this.#update(change),
            settings: this.#settings,
            given: this.#given,
            planned,
          },
          run.signal,
        ),
      );
      await this.#save();
      this.#setState('complete');
      this.#finished.resolve(this);
    } catch (error) {
      await this.#save().catch(() => {});
      const failure = this.#told(error, run.signal);
      this.#setState('paused');
      throw failure;
    } finally {
      run.dispose();
      this.#run = undefined;
    }
  }

  #told(error: unknown, signal: AbortSignal): unknown {
    if (signal.aborted && isAbort(signal.reason)) return signal.reason;
    const failure = isSmoothError(error)
      ? error
      : new SmoothError('internal', { problem: String(error) }, { cause: error });
    this.#error = failure;
    this.#finished.reject(failure);
    return failure;
  }

  /** No two tabs write the same files. What another one has stored by then is found there. */
  async #underLock(run: AbortController, action: () => Promise<void>): Promise<void> {
    const held = navigator.locks.request(this.#lockName, { signal: run.signal }, action);
    await held.catch((error: unknown) => {
      // Another tab has taken it away.
      if (isAbort(error)) run.abort(error);
      throw error;
    });
  }

  get #lockName(): string {
    return `smooth-player download ${this.id}`;
  }

  #update(change: Partial<DownloadRecord>): void {
    if (this.#state === 'removed') return;
    const before = this.#record;
    this.#record = { ...before, ...change };
    const { bytes, estimatedBytes, fraction } = this.#record;
    if (bytes !== before.bytes || fraction !== before.fraction)
      this.dispatchEvent(new DownloadProgressEvent(bytes, estimatedBytes, fraction));
    if (performance.now() - this.#savedAt > SAVE_EVERY_MS || change.chosen) this.#save().catch(() => {});
  }

  /** One write after another: the latest record wins. */
  #save(): Promise<void> {
    this.#savedAt = performance.now();
    const write = () => writeRecord(this.#home.folder, this.#record);
    this.#saving = this.#saving.then(write, write);
    return this.#saving;
  }

  #setState(state: DownloadState): void {
    if (this.#state === state) return;
    this.#state = state;
    this.dispatchEvent(new Event('statechange'));
  }

  override addEventListener<Type extends keyof DownloadEventMap>(
    type: Type,
    listener: ((event: DownloadEventMap[Type]) => void) | null,
    options?: boolean | AddEventListenerOptions,
  ): void;
  override addEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject | null,
    options?: boolean | AddEventListenerOptions,
  ): void;
  override addEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject | null,
    options?: boolean | AddEventListenerOptions,
  ): void {
    super.addEventListener(type, listener, options);
  }
}
