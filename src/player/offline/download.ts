import { childController } from '../../base/async.ts';
import { isAbort, isSmoothError, SmoothError } from '../../base/errors.ts';
import type { ClipSource, Settings, SmoothSource, StoredSource } from '../options.ts';
import type { TextSource } from '../text/side-loaded.ts';
import { defer } from './deferred.ts';
import { DownloadProgressEvent } from './download-progress-event.ts';
import { type DownloadRecord, readRecord, writeRecord } from './download-record.ts';
import { runDownload } from './download-run.ts';
import type { Folder } from './folder.ts';
import { StoredTitle } from './stored-source.ts';
import { TitleFiles } from './title-files.ts';

/** `paused`: by the app, by `error`, or because an earlier page was closed. */
export type DownloadState = 'downloading' | 'paused' | 'complete' | 'removed';

/** Events of a `Download`, by type. */
export interface DownloadEventMap {
  readonly progress: DownloadProgressEvent;
  readonly statechange: Event;
}

/** How often the record is written while a download runs, in milliseconds. */
const SAVE_EVERY_MS = 2000;

/** Where a download is stored. */
export interface DownloadHome {
  readonly id: string;
  readonly folder: Folder;
  /** Removes the folder. */
  readonly discard: () => Promise<void>;
}

/** The properties of a source that are never stored. */
export type GivenSource = Omit<SmoothSource, 'url' | 'clips' | 'stored'>;

/**
 * A stored title, or one that is being stored; `SmoothPlayer.load` accepts it as a source. Fires `progress`
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
  /** Whether it is known what will be stored. */
  #planned: Promise<void> = Promise.resolve();
  #removing: Promise<void> | undefined;
  #saving: Promise<void> = Promise.resolve();
  #savedAt = 0;

  /** Use `SmoothPlayer.download`. @internal */
  constructor(home: DownloadHome, record: DownloadRecord, settings: () => Settings) {
    super();
    this.id = home.id;
    this.#home = home;
    this.#record = record;
    this.#settings = settings;
    this.#files = new TitleFiles(home.folder);
    this.#stored = new StoredTitle(
      this.#files,
      () => this.#record,
      () => this.isRemoved(),
    );
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

  /** In seconds; `undefined` until the manifest has been read. */
  get duration(): number | undefined {
    return this.#record.duration;
  }

  get state(): DownloadState {
    return this.#state;
  }

  /** The error that stopped it, while `state` is `paused`; `undefined` if the app paused it. */
  get error(): SmoothError | undefined {
    return this.#error;
  }

  /** Stored bytes. After an interruption it may be a little too low, until the download is resumed. */
  get bytes(): number {
    return this.#record.bytes;
  }

  /** Expected total in bytes; `undefined` until the manifest has been read. */
  get estimatedBytes(): number | undefined {
    return this.#record.estimatedBytes;
  }

  /** 0 to 1. */
  get fraction(): number {
    return this.#record.fraction;
  }

  /** Number of fragments that the title's servers don't have. Playback continues across these holes. */
  get missing(): number {
    return this.#record.missing.length;
  }

  /** Stored external text, for `addTextTrack`. */
  get textTracks(): readonly TextSource[] {
    return this.#record.textTracks;
  }

  /**
   * Resolves once everything is stored; pauses don't settle it. Rejects with the error that stopped the download (`network-…`,
   * `storage-full`, …), or with an `AbortError` when it is removed. After a failure, `resume()` creates a new promise.
   */
  get finished(): Promise<Download> {
    return this.#finished.promise;
  }

  /** @internal */
  get stored(): StoredSource {
    return this.#stored;
  }

  /** In this tab or another, or by the browser. @internal */
  async isRemoved(): Promise<boolean> {
    await this.#removing?.catch(() => {});
    await this.#saving.catch(() => {});
    const stored = await readRecord(this.#home.folder).catch(() => this.#record);
    // After a removal, another tab may have begun to store it again.
    if (this.#state !== 'removed' && stored?.createdAt === this.#record.createdAt) return false;
    this.#toRemoved();
    return true;
  }

  #toRemoved(): void {
    const reason = new DOMException('The download was removed', 'AbortError');
    this.#run?.abort(reason);
    this.#setState('removed');
    this.#finished.reject(reason);
  }

  /** Continues. Requests use the options of the player that created the download. */
  resume(): void {
    this.begin(this.#given, this.#settings).catch(() => {});
  }

  /** Stops; what is stored is kept. */
  async pause(): Promise<void> {
    this.#run?.abort(new DOMException('The download was paused', 'AbortError'));
    await this.#ended;
  }

  /** Stops, and deletes what is stored. If that fails, it can be removed again. */
  remove(): Promise<void> {
    this.#removing ??= this.#discard().finally(() => {
      this.#removing = undefined;
    });
    return this.#removing;
  }

  async #discard(): Promise<void> {
    if (this.#state === 'removed') return;
    await this.pause();
    // The record may not have fitted.
    await this.#saving.catch(() => {});
    // A tab that is downloading it loses its lock, and stops.
    await navigator.locks.request(this.#lockName, { steal: true }, () => this.#home.discard());
    this.#toRemoved();
  }

  /** Continues, with the source and settings of this call. Resolves once it is known what will be stored. @internal */
  async begin(given: GivenSource, settings: () => Settings, signal?: AbortSignal): Promise<void> {
    this.#given = given;
    this.#settings = settings;
    if (this.#state === 'downloading') return this.#planned;
    if (this.#state !== 'paused' || this.#removing) return;
    if (this.#error) {
      this.#finished = defer<Download>();
    }
    this.#error = undefined;
    const run = childController(signal ?? new AbortController().signal);
    const planned = defer<void>();
    this.#run = run;
    this.#planned = planned.promise;
    this.#setState('downloading');
    this.#ended = this.#work(run, planned.resolve).then(planned.resolve, planned.reject);
    await planned.promise;
  }

  /** Rejects with the error that stopped it. */
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
      const failure = this.#failed(error, run.signal);
      this.#setState('paused');
      throw failure;
    } finally {
      run.dispose();
      this.#run = undefined;
    }
  }

  #failed(error: unknown, signal: AbortSignal): unknown {
    if (signal.aborted && isAbort(signal.reason)) return signal.reason;
    const failure = isSmoothError(error)
      ? error
      : new SmoothError('internal', { problem: String(error) }, { cause: error });
    this.#error = failure;
    this.#finished.reject(failure);
    return failure;
  }

  /** Prevents two tabs from writing the same files. */
  async #underLock(run: AbortController, action: () => Promise<void>): Promise<void> {
    const held = navigator.locks.request(this.#lockName, { signal: run.signal }, action);
    await held.catch((error: unknown) => {
      // Another tab has removed the download.
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

  /** Writes are serial, so that the latest record is what remains. */
  #save(): Promise<void> {
    this.#savedAt = performance.now();
    const write = async () => {
      if (this.#state !== 'removed') await writeRecord(this.#home.folder, this.#record);
    };
    this.#saving = this.#saving.then(write, write);
    return this.#saving;
  }

  #setState(state: DownloadState): void {
    if (this.#state === state || this.#state === 'removed') return;
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
