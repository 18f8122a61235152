import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ticks } from '../../../src/base/time.ts';
import { writeLiveManifest } from '../live/live-manifest.ts';
import type { LiveSource } from '../live/live-source.ts';
import { writeServerManifest } from '../write-manifests.ts';
import type { AnnouncedTrack } from './announced-track.ts';
import { LevelFile } from './level-file.ts';
import { type PublishedLevel, PublishedStream } from './published-stream.ts';
import type { PushedFragment } from './pushed-fragment.ts';

/** Chunks that a reconnecting encoder may send again; one that goes back further has begun anew. */
const RESENT = 4n;

interface OpenTrack {
  readonly stream: PublishedStream;
  readonly level: PublishedLevel;
}

/** One event: its streams as encoders push them, kept as a presentation on disk. */
export class LiveEvent implements LiveSource {
  /** Of its server manifest, in the archive. */
  readonly presentation: string;
  readonly streams: PublishedStream[] = [];
  readonly protection: LiveSource['protection'] = [];
  readonly keepsAll = true;
  readonly #archive: string;
  readonly #name: string;
  #ending: Promise<void> | undefined;
  #isOver = false;

  constructor(archive: string, name: string) {
    this.#archive = archive;
    this.#name = name;
    this.presentation = `${name}.ism`;
  }

  get isEnded(): boolean {
    return this.#isOver;
  }

  /** Whether every stream has a chunk with so many behind it; text may come later. */
  hasBegun(lookAhead: number): boolean {
    if (this.#isOver) return true;
    const leading = this.streams.filter(({ kind }) => kind !== 'text');
    return leading.length > 0 && leading.every((stream) => stream.newest(lookAhead + 1).length > lookAhead);
  }

  get state(): 'running' | 'stopped' | 'ended' {
    if (this.#isOver) return 'ended';
    return this.#levels().some(({ pushers }) => pushers > 0) ? 'running' : 'stopped';
  }

  /** An encoder's connection: it announces tracks, and pushes them. */
  open(tracks: readonly AnnouncedTrack[], header: Buffer) {
    const opened = new Map(tracks.map((track) => [track.trackId, this.#openTrack(track, header)]));
    for (const { level } of opened.values()) {
      level.pushers += 1;
      level.isEnded = false;
    }
    let isOpen = true;
    let isFirst = true;
    const of = (trackId: number): OpenTrack => {
      const track = opened.get(trackId);
      if (!track) throw new Error(`Track ${trackId} was not announced.`);
      return track;
    };
    const close = () => {
      if (!isOpen) return;
      isOpen = false;
      for (const { level } of opened.values()) level.pushers -= 1;
    };
    return {
      kindOf: (trackId: number) => of(trackId).stream.kind,
      endOf: (trackId: number) => of(trackId).level.end,
      /** Whether this connection's first fragment begins another event: long before what is there, and nobody else is. */
      isAnew: ({ trackId, time, duration }: PushedFragment): boolean => {
        const { newestTime = time } = of(trackId).stream;
        const isAlone = this.#levels().every(
          (level) => level.pushers === ([...opened.values()].some((own) => own.level === level) ? 1 : 0),
        );
        const isAnew = isFirst && isAlone && newestTime - time > RESENT * duration;
        isFirst = false;
        return isAnew;
      },
      moveTo: (other: LiveEvent) => {
        close();
        return other.open(tracks, header);
      },
      take: async (fragment: PushedFragment) => {
        if (this.#ending) throw new Error('The event is over.');
        const { stream, level } = of(fragment.trackId);
        await stream.take(level, fragment);
      },
      /** Nothing more comes of these tracks; when nothing comes of any, the event is over. */
      end: async () => {
        for (const { level } of opened.values()) level.isEnded = level.pushers <= 1;
        if (this.#levels().every(({ isEnded }) => isEnded)) await this.end();
      },
      close,
    };
  }

  /** Writes what makes a presentation of the files, once. */
  end(): Promise<void> {
    this.#ending ??= this.#finish();
    return this.#ending;
  }

  async close(): Promise<void> {
    if (!this.#ending) await Promise.all(this.#levels().map(({ file }) => file.close()));
  }

  async #finish(): Promise<void> {
    for (const stream of this.streams) {
      for (const { bitrate, file } of stream.pushed) {
        await file.finish(
          stream.entriesOf(bitrate).map(({ time, offset }) => ({ time: ticks(time), offset })),
        );
      }
    }
    const listings = this.streams.map((stream) => ({ stream, chunks: stream.from(0n) }));
    const facts = { isLive: false, lookAhead: 0, window: 0n };
    const files = this.streams.map(({ kind, name, language, pushed }) => ({
      kind,
      name,
      language,
      levels: pushed.map(({ bitrate, file }) => ({ bitrate, trackId: file.trackId, file: file.name })),
    }));
    await writeFile(join(this.#archive, `${this.#name}.ismc`), writeLiveManifest(listings, [], facts));
    await writeFile(join(this.#archive, this.presentation), writeServerManifest(`${this.#name}.ismc`, files));
    this.#isOver = true;
  }

  #levels(): readonly PublishedLevel[] {
    return this.streams.flatMap(({ pushed }) => pushed);
  }

  /** The level that a track is of; a stream or a level of its own where there is none yet. */
  #openTrack(track: AnnouncedTrack, header: Buffer): OpenTrack {
    const name = this.#nameOf(track);
    let stream = this.streams.find((one) => one.name.toLowerCase() === name.toLowerCase());
    if (!stream) {
      stream = new PublishedStream(name, track);
      this.streams.push(stream);
    }
    if (stream.kind !== track.kind || stream.timescale !== track.timescale)
      throw new Error(`Track ${track.trackId} does not fit the stream ${name}.`);
    let level = stream.pushed.find(({ bitrate }) => bitrate === track.bitrate);
    if (!level) {
      const extension = track.kind === 'audio' ? 'isma' : 'ismv';
      const safe = name.replace(/[^\w-]/g, '_');
      const file = `${this.#name}_${safe}_${track.bitrate}.${extension}`;
      level = {
        bitrate: track.bitrate,
        attributes: track.attributes,
        file: new LevelFile(this.#archive, file, track.trackId, header),
        pushers: 0,
        isEnded: false,
        end: 0n,
      };
      stream.pushed.push(level);
    }
    return { stream, level };
  }

  /** Encoders name every sound `audio`, whatever its language. */
  #nameOf({ name, kind, language }: AnnouncedTrack): string {
    const taken = this.streams.find((one) => one.name.toLowerCase() === name.toLowerCase());
    if (!taken || (taken.kind === kind && taken.language === language)) return name;
    return `${name}_${language ?? kind}`;
  }
}
