import { access } from 'node:fs/promises';
import { join } from 'node:path';
import type { LiveSource } from '../live/live-source.ts';
import type { Part } from '../resource.ts';
import { type AnnouncedTrack, hasSameCodec } from './announced-track.ts';
import { ArchiveFile, type SyncFigures } from './archive-file.ts';
import type { ArchiveFolder } from './archive-folder.ts';
import { completeTitle } from './complete-title.ts';
import type { EventIdentity } from './event-name.ts';
import { type EventRecord, type RecordedLevel, writeEventRecord } from './event-record.ts';
import { type PublishedLevel, PublishedStream } from './published-stream.ts';
import type { PushedFragment } from './pushed-fragment.ts';

/** No encoder pushes as many; one that does is broken or malicious. */
const MAX_STREAMS = 64;
const MAX_LEVELS = 64;

const EXTENSIONS = { video: 'ismv', audio: 'isma', text: 'ismt' } as const;

/** Milliseconds until a failed disk is tried again. */
const RETRY_MS = 10_000;

export interface EventOptions {
  readonly folder: ArchiveFolder;
  /** The publishing point's path. */
  readonly point: string;
  /** Whether each fragment must be synced to disk before it is served. */
  readonly sync: boolean;
  /** Memory for fragments that can't be archived, in bytes. */
  readonly memoryBytes: number;
  /** A last chance to fetch what is missing. */
  readonly beforeEnd: () => Promise<void>;
  /** Names the event when its first fragment arrives. */
  readonly identify: (fragment: PushedFragment, timescale: bigint) => Promise<EventIdentity>;
}

/** A level pushed by a connection, and its stream. */
export interface OpenTrack {
  readonly stream: PublishedStream;
  readonly level: PublishedLevel;
}

/** Fragments of an event that could not be archived, and why. */
interface ArchiveFailure {
  readonly at: number;
  readonly problem: string;
}

/** An event: its streams as pushed by encoders, stored as a title on disk. */
export class LiveEvent implements LiveSource {
  readonly streams: PublishedStream[] = [];
  readonly protection: LiveSource['protection'] = [];
  readonly keepsAll = true;
  readonly #options: EventOptions;
  readonly #headers = new Map<PublishedLevel, Buffer>();
  #identity: EventIdentity | undefined;
  #identifying: Promise<EventIdentity> | undefined;
  #recorded: Promise<unknown> = Promise.resolve();
  #failure: ArchiveFailure | undefined;
  #memoryUsed = 0;
  #ending: Promise<void> | undefined;
  #isOver = false;

  constructor(options: EventOptions) {
    this.#options = options;
  }

  /** Continues an event of a previous process, complete or not. */
  static async recover(record: EventRecord, options: EventOptions): Promise<LiveEvent> {
    const event = new LiveEvent(options);
    const { name, clockOffset, countsFromEpoch = false } = record;
    event.#identity = { name, clockOffset, countsFromEpoch };
    for (const recorded of record.levels) await event.#restore(recorded, record.isEnded);
    if (record.isEnded) await event.end();
    return event;
  }

  /** Joins an event that another origin has begun, with the same name and clock. */
  static join(identity: EventIdentity, options: EventOptions): LiveEvent {
    const event = new LiveEvent(options);
    event.#identity = identity;
    return event;
  }

  /** Its server manifest in the archive; `undefined` before its first fragment. */
  get presentation(): string | undefined {
    return this.#identity && `${this.#identity.name}.ism`;
  }

  get identity(): EventIdentity | undefined {
    return this.#identity;
  }

  get clockOffset(): number | undefined {
    return this.#identity?.clockOffset;
  }

  get countsFromEpoch(): boolean {
    return this.#identity?.countsFromEpoch === true;
  }

  /** The time of its first fragment, in milliseconds since 1970; 0 before it. */
  get startedAt(): number {
    const { clockOffset } = this;
    const starts = this.streams.flatMap(({ all: [first], timescale }) =>
      first && clockOffset !== undefined ? [clockOffset + Number((first.time * 1000n) / timescale)] : [],
    );
    return starts.length > 0 ? Math.min(...starts) : 0;
  }

  get isEnded(): boolean {
    return this.#isOver;
  }

  /** Why new fragments are not archived; `undefined` while they are. */
  get problem(): string | undefined {
    return this.#failure?.problem;
  }

  get syncs(): SyncFigures {
    return this.#levels().reduce(
      (sum, { file }) => ({
        seconds: sum.seconds + (file?.syncs.seconds ?? 0),
        count: sum.count + (file?.syncs.count ?? 0),
      }),
      { seconds: 0, count: 0 },
    );
  }

  /** Whether every stream has a chunk with this many after it; text may start later. */
  hasBegun(lookAhead: number): boolean {
    if (this.#isOver) return true;
    const leading = this.streams.filter(({ kind }) => kind !== 'text');
    return leading.length > 0 && leading.every((stream) => stream.newest(lookAhead + 1).length > lookAhead);
  }

  get state(): 'running' | 'stopped' | 'ended' {
    if (this.#isOver) return 'ended';
    return this.#levels().some(({ pushers }) => pushers > 0) ? 'running' : 'stopped';
  }

  /** Whether anything is missing within it; sparse streams have no holes. */
  get hasHole(): boolean {
    return this.streams.some((stream) => stream.kind !== 'text' && stream.hasHole);
  }

  /** Whether only the owner of these tracks pushes audio and video. */
  isPushedBy(tracks: readonly OpenTrack[]): boolean {
    return this.#leadingLevels().every(
      (level) => level.pushers === (tracks.some((own) => own.level === level) ? 1 : 0),
    );
  }

  /**
   * Whether an encoder has come back with another configuration for a level that nobody else pushes. Never while other
   * encoders have gone on without it: they would lose their event.
   */
  isReconfiguredBy(tracks: readonly AnnouncedTrack[]): boolean {
    return tracks.some((track) => {
      const level = levelOf(this.#streamOf(this.#nameOf(track)), track);
      if (!level || level.pushers > 0 || hasSameCodec(level.track, track)) return false;
      return !this.#wentOnWithout(level);
    });
  }

  /** The levels of all tracks of an announcement, by track id; if one of them doesn't fit, nothing changes. */
  openTracks(tracks: readonly AnnouncedTrack[], header: Buffer): ReadonlyMap<number, OpenTrack> {
    const before = this.streams.map((stream) => ({ stream, levels: [...stream.pushed] }));
    try {
      return new Map(tracks.map((track) => [track.trackId, this.openTrack(track, header)]));
    } catch (error) {
      this.streams.splice(before.length);
      for (const { stream, levels } of before)
        for (const level of stream.pushed.splice(levels.length)) this.#headers.delete(level);
      throw error;
    }
  }

  /** The level of a track; creates the stream or level if necessary. */
  openTrack(track: AnnouncedTrack, header: Buffer, streamName = this.#nameOf(track)): OpenTrack {
    let stream = this.#streamOf(streamName);
    if (!stream) {
      if (this.streams.length >= MAX_STREAMS) throw new Error(`More than ${MAX_STREAMS} streams.`);
      stream = new PublishedStream(
        streamName,
        track,
        (level, bytes) => this.#store(level, bytes),
        () => this.#chunkSeconds(),
      );
      this.streams.push(stream);
    }
    let level = levelOf(stream, track);
    const isFit = stream.kind === track.kind && stream.timescale === track.timescale;
    if (!isFit || (level && !hasSameCodec(level.track, track)))
      throw new Error(`Track ${track.trackId} does not fit the stream ${streamName}.`);
    if (!level) {
      if (stream.pushed.length >= MAX_LEVELS) throw new Error(`More than ${MAX_LEVELS} levels.`);
      level = {
        track,
        file: undefined,
        pushers: 0,
        openedAt: 0,
        closedAt: 0,
        isAwaited: false,
        isEnded: false,
        end: 0n,
        measured: { bits: 0, seconds: 0, peak: 0 },
      };
      stream.pushed.push(level);
      this.#headers.set(level, header);
    }
    return { stream, level };
  }

  /** Stores a fragment; resolves with whether it was new. */
  async take({ stream, level }: OpenTrack, fragment: PushedFragment): Promise<boolean> {
    if (this.#ending) throw new Error('The event is over.');
    if (!this.#identity) {
      this.#identifying ??= this.#options.identify(fragment, stream.timescale);
      this.#identity = await this.#identifying;
    }
    return stream.take(level, fragment);
  }

  /** Ends the event when its audio and video have ended. */
  async endIfComplete(): Promise<void> {
    if (!this.#leadingLevels().every(({ isEnded }) => isEnded)) return;
    if (this.hasHole) await this.#options.beforeEnd();
    await this.end();
  }

  /** Completes the title's files, once. If the disk fails, the event ends all the same, and the next start completes them. */
  end(): Promise<void> {
    this.#ending ??= this.#finish()
      .catch((error: unknown) => this.#fail(error))
      .finally(() => {
        this.#isOver = true;
      });
    return this.#ending;
  }

  async close(): Promise<void> {
    await this.#recorded;
    if (!this.#ending) await Promise.all(this.#levels().map(({ file }) => file?.close()));
  }

  /** The boxes before a level's first fragment. */
  headerOf(level: PublishedLevel): Buffer {
    return this.#headers.get(level) ?? Buffer.of();
  }

  async #restore({ stream: name, file: fileName, track, header }: RecordedLevel, isEnded: boolean) {
    const { stream, level } = this.openTrack(track, header, name);
    level.file = this.#fileOf(level, fileName);
    level.isAwaited = !isEnded;
    for (const fragment of await level.file.recover()) await stream.restore(level, level.file.path, fragment);
  }

  /** Writes a fragment to disk or, if that fails, keeps it in memory as long as there is room. */
  async #store(level: PublishedLevel, bytes: Buffer): Promise<Part> {
    if (!this.#failure || Date.now() - this.#failure.at > RETRY_MS) {
      try {
        const file = await this.#openFile(level);
        const span = await file.append(bytes);
        this.#failure = undefined;
        return span;
      } catch (error) {
        this.#fail(error);
      }
    }
    this.#memoryUsed += bytes.length;
    while (this.#memoryUsed > this.#options.memoryBytes && this.#dropOldestInMemory());
    return bytes;
  }

  #fail(error: unknown): void {
    this.#failure = { at: Date.now(), problem: error instanceof Error ? error.message : String(error) };
  }

  #dropOldestInMemory(): boolean {
    const ages = this.streams.flatMap((stream) => {
      const oldest = stream.oldestInMemory;
      return oldest === undefined ? [] : [{ stream, seconds: Number(oldest) / Number(stream.timescale) }];
    });
    const [oldest] = ages.toSorted((a, b) => a.seconds - b.seconds);
    const freed = oldest?.stream.dropOldestInMemory() ?? 0;
    this.#memoryUsed -= freed;
    return freed > 0;
  }

  /** A level's file, which is recorded before anything is written to it. */
  async #openFile(level: PublishedLevel): Promise<ArchiveFile> {
    if (level.file) return level.file;
    await this.#options.folder.open();
    const stream = this.streams.find(({ pushed }) => pushed.includes(level));
    const safe = (stream?.name ?? '').replace(/[^\w-]/g, '_');
    const name = `${this.#identity?.name}_${safe}_${level.track.bitrate}.${EXTENSIONS[level.track.kind]}`;
    const file = this.#fileOf(level, name);
    level.file = file;
    try {
      await this.#writeRecord();
    } catch (error) {
      level.file = undefined;
      throw error;
    }
    return file;
  }

  #fileOf(level: PublishedLevel, name: string): ArchiveFile {
    const { folder, sync } = this.#options;
    const { trackId } = level.track;
    return new ArchiveFile(folder, name, { trackId, header: this.headerOf(level), sync });
  }

  /** One after another: each replaces the previous one. */
  #writeRecord(isEnded = false): Promise<void> {
    const written = this.#recorded.then(async () => {
      if (!this.#identity) return;
      const levels = this.streams.flatMap((stream) =>
        stream.pushed.flatMap((level) =>
          level.file
            ? [
                {
                  stream: stream.name,
                  file: level.file.name,
                  track: level.track,
                  header: this.headerOf(level),
                },
              ]
            : [],
        ),
      );
      const { folder, point } = this.#options;
      const own = { format: 1, point, ...this.#identity, isEnded, levels } as const;
      await writeEventRecord(folder.path, own);
    });
    this.#recorded = written.catch(() => undefined);
    return written;
  }

  async #finish(): Promise<void> {
    if (!this.#identity) return;
    const { path } = this.#options.folder;
    if (await completeTitle(path, this.#identity.name, this.streams)) await this.#writeRecord(true);
  }

  /** Duration of the first video chunk, or audio chunk if there is no video. */
  #chunkSeconds(): number | undefined {
    const leading = ['video', 'audio'].flatMap((kind) => this.streams.filter((one) => one.kind === kind));
    return leading.find(({ firstSeconds }) => firstSeconds !== undefined)?.firstSeconds;
  }

  #streamOf(name: string): PublishedStream | undefined {
    return this.streams.find((one) => one.name.toLowerCase() === name.toLowerCase());
  }

  #levels(): readonly PublishedLevel[] {
    return this.streams.flatMap(({ pushed }) => pushed);
  }

  /** Whether video, or other audio if the level is audio, has been pushed throughout the absence of a level. */
  #wentOnWithout({ track: { kind }, closedAt }: PublishedLevel): boolean {
    const leading = this.#levels().filter(({ track }) => track.kind === 'video' || track.kind === kind);
    return leading.some(({ pushers, openedAt }) => pushers > 0 && openedAt < closedAt);
  }

  /** The main streams: text ends with them. All if there is only text. */
  #leadingLevels(): readonly PublishedLevel[] {
    const leading = this.streams.filter(({ kind }) => kind !== 'text').flatMap(({ pushed }) => pushed);
    return leading.length > 0 ? leading : this.#levels();
  }

  /** Encoders name all audio `audio`, whatever its language. */
  #nameOf({ name, kind, language }: AnnouncedTrack): string {
    const taken = this.#streamOf(name);
    if (!taken || (taken.kind === kind && taken.language === language)) return name;
    return `${name}_${language ?? kind}`;
  }
}

const levelOf = (stream: PublishedStream | undefined, { bitrate }: AnnouncedTrack) =>
  stream?.pushed.find(({ track }) => track.bitrate === bitrate);

/** Whether an archive has an event of that name. */
export const hasEvent = (folder: string, name: string): Promise<boolean> =>
  access(join(folder, `${name}.event.json`)).then(
    () => true,
    () => false,
  );
