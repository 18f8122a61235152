import { open } from 'node:fs/promises';
import { boxesIn, readAt } from '../boxes.ts';
import type { ManifestChunk, Written } from '../client-manifest.ts';
import type { FragmentBytes } from '../fragment-resource.ts';
import type { LevelRates } from '../level-rates.ts';
import { asLive } from '../live/live-moof.ts';
import type { FragmentRoute, LiveStream } from '../live/live-source.ts';
import type { FileSpan, Part } from '../resource.ts';
import type { AnnouncedTrack } from './announced-track.ts';
import type { ArchiveFile } from './archive-file.ts';
import { numberChunks } from './number-chunks.ts';
import type { PushedFragment } from './pushed-fragment.ts';
import type { ArchivedFragment } from './scan-archive-file.ts';

/** A chunk, and the bytes of each level that has it. */
interface Chunk {
  readonly time: bigint;
  readonly duration: bigint;
  readonly levels: Map<number, Part>;
  /** In base64, if the manifest contains it. */
  payload?: string | undefined;
  /** Number of earlier messages that this one replaces. */
  replaced: number;
}

/** A level of a stream that encoders push. */
export interface PublishedLevel {
  readonly track: AnnouncedTrack;
  /** `undefined` before its first fragment. */
  file: ArchiveFile | undefined;
  /** Number of connections that push it. While there are any, other levels wait for its fragments. */
  pushers: number;
  /** When the first of these connections, or of the last ones, was opened. As all such times, by `performance.now()`. */
  openedAt: number;
  /** When the last connection was closed; 0: never. */
  closedAt: number;
  /** Found in the archive after a restart: its encoder is expected to return. */
  isAwaited: boolean;
  /** Whether its encoder has ended it. */
  isEnded: boolean;
  /** Start of the next fragment, if it doesn't specify one. */
  end: bigint;
  /** Totals of its fragments, and the peak in bits per second. */
  readonly measured: { bits: number; seconds: number; peak: number };
}

/** Larger messages are not included in the manifest. */
const MAX_PAYLOAD = 256 * 1024;

/** Offset of the numbers of messages that replace others. */
const NUMBERS_REPLACED = 0x10000;

/** Stores the bytes of a fragment. */
export type StoreFragment = (level: PublishedLevel, bytes: Buffer) => Promise<Part>;

/** After this many chunks nobody waits for a level that lags. */
const PATIENCE = 2;

/** A stream as pushed by encoders: its chunks, each once, however many encoders send it. */
export class PublishedStream implements LiveStream {
  readonly name: string;
  readonly kind: AnnouncedTrack['kind'];
  readonly language: string | undefined;
  readonly timescale: bigint;
  readonly pushed: PublishedLevel[] = [];
  readonly #track: AnnouncedTrack;
  readonly #store: StoreFragment;
  /** Duration of a chunk of the main stream in seconds. */
  readonly #chunkSeconds: () => number | undefined;
  #chunks: Chunk[] = [];
  #taking: Promise<unknown> = Promise.resolve();

  constructor(
    name: string,
    track: AnnouncedTrack,
    store: StoreFragment,
    chunkSeconds: () => number | undefined,
  ) {
    const { kind, language, timescale } = track;
    this.name = name;
    this.kind = kind;
    this.language = language;
    this.timescale = timescale;
    this.#track = track;
    this.#store = store;
    this.#chunkSeconds = chunkSeconds;
  }

  get attributes(): Written {
    const largest = (attribute: string) =>
      Math.max(0, ...this.pushed.map(({ track }) => Number(track.attributes.get(attribute) ?? 0)));
    const { parent, subtype, displaySize, isInManifest } = this.#track;
    const [width, height] = [largest('MaxWidth'), largest('MaxHeight')];
    return new Map([
      ['Type', this.kind],
      ['Name', this.name],
      ...pairs({ Subtype: subtype, Language: this.language, ParentStreamIndex: parent }),
      ...pairs({ ManifestOutput: isInManifest ? 'TRUE' : undefined }),
      ...(width > 0 && height > 0 ? pairs({ MaxWidth: `${width}`, MaxHeight: `${height}` }) : []),
      ...pairs({ DisplayWidth: displaySize?.width, DisplayHeight: displaySize?.height }),
      ['Url', `QualityLevels({bitrate})/Fragments(${this.name}={start time})`],
    ]);
  }

  /** The best first. */
  get levels(): LiveStream['levels'] {
    return [...this.pushed]
      .sort((a, b) => b.track.bitrate - a.track.bitrate)
      .map(({ track }, index) => ({
        attributes: new Map([['Index', `${index}`], ...track.attributes]),
        custom: this.scheme === undefined ? [] : [['Scheme', this.scheme]],
      }));
  }

  get subtype(): string | undefined {
    return this.#track.subtype;
  }

  /** Its parent stream. */
  get parent(): string | undefined {
    return this.#track.parent;
  }

  get scheme(): string | undefined {
    return this.#track.scheme;
  }

  get isInManifest(): boolean {
    return this.#track.isInManifest;
  }

  from(time: bigint, atMost = Infinity): readonly ManifestChunk[] {
    const first = this.#indexFrom(time);
    return this.#chunks.slice(first, Math.min(first + atMost, this.#whole()));
  }

  newest(count: number): readonly ManifestChunk[] {
    const whole = this.#whole();
    return this.#chunks.slice(Math.max(0, whole - count), whole);
  }

  /** Encoders continue where they are: a fragment shortly after is possible. */
  isToCome(time: bigint): boolean {
    const last = this.#chunks.at(-1);
    if (this.pushed.every(({ isEnded }) => isEnded)) return false;
    if (!last) return true;
    const hidden = this.#chunks.slice(this.#whole());
    return (
      hidden.some((chunk) => chunk.time === time) ||
      (time >= last.time + last.duration && time < last.time + 10n * last.duration)
    );
  }

  /** Duration of its first chunk in seconds. */
  get firstSeconds(): number | undefined {
    const [first] = this.#chunks;
    return first && Number(first.duration) / Number(this.timescale);
  }

  numbers(): (time: bigint) => number {
    const numbers = numberChunks(this.#chunks, this.timescale, this.#chunkSeconds());
    return (time) => numbers.get(time) ?? 0;
  }

  async ratesOf({ bitrate }: FragmentRoute): Promise<LevelRates | undefined> {
    const level = this.pushed.find(({ track }) => track.bitrate === bitrate);
    if (!level || level.measured.seconds === 0) return undefined;
    const { bits, seconds, peak } = level.measured;
    return { peak, average: bits / seconds };
  }

  async bytes(route: FragmentRoute, next: readonly ManifestChunk[]): Promise<FragmentBytes | undefined> {
    const index = this.#indexFrom(route.time);
    const chunk = this.#chunks[index];
    const part = chunk?.time === route.time ? chunk.levels.get(route.bitrate) : undefined;
    if (!chunk || !part) return undefined;
    const sequence = index + 1 + chunk.replaced * NUMBERS_REPLACED;
    return asLive(await readFragment(part, this.kind), { sequence, self: chunk, next });
  }

  /**
   * Stores a fragment unless it exists or overlaps others. Returns whether it was stored. Levels whose encoders round
   * differently share a chunk; of two messages with the same time the later one counts.
   */
  take(level: PublishedLevel, fragment: PushedFragment): Promise<boolean> {
    // One after another: two encoders may send the same fragment at the same time.
    const taken = this.#taking.then(() => this.#take(level, fragment));
    this.#taking = taken.catch(() => undefined);
    return taken;
  }

  async #take(level: PublishedLevel, { time, duration, bytes }: PushedFragment): Promise<boolean> {
    const chunk = this.#placeFor(level, time, duration);
    const known = chunk?.levels.get(level.track.bitrate);
    if (!chunk || (known && (await hasPayload(known, bytes)))) return false;
    const { moof, mdatHeader, payload } = asLive(bytes, { sequence: 1, self: chunk, next: [] });
    const parts = [moof, mdatHeader, ...payload].filter((part) => Buffer.isBuffer(part));
    // A fragment is not visible before it is stored.
    const part = await this.#store(level, Buffer.concat(parts));
    if (this.isInManifest) chunk.payload = await payloadOf(bytes);
    this.#add(level, chunk, part);
    return true;
  }

  /** Restores a fragment that is already in its file. */
  async restore(
    level: PublishedLevel,
    path: string,
    { time, duration, offset, length }: ArchivedFragment,
  ): Promise<void> {
    const chunk = this.#placeFor(level, time, duration);
    if (!chunk) return;
    const part = { path, offset, length };
    if (this.isInManifest) chunk.payload = await payloadOf(await readFragment(part, this.kind));
    this.#add(level, chunk, part);
  }

  /** Drops the oldest chunk that is only in memory; returns how many bytes that frees. */
  dropOldestInMemory(): number {
    const at = this.#chunks.findIndex(({ levels }) => [...levels.values()].some(Buffer.isBuffer));
    const [dropped] = at < 0 ? [] : this.#chunks.splice(at, 1);
    return [...(dropped?.levels.values() ?? [])]
      .filter(Buffer.isBuffer)
      .reduce((sum, { length }) => sum + length, 0);
  }

  /** Start of the oldest chunk that is only in memory. */
  get oldestInMemory(): bigint | undefined {
    return this.#chunks.find(({ levels }) => [...levels.values()].some(Buffer.isBuffer))?.time;
  }

  /** Index entries of a level's file. */
  entriesOf(bitrate: number): readonly { readonly time: bigint; readonly offset: number }[] {
    return this.#chunks.flatMap(({ time, levels }) => {
      const part = levels.get(bitrate);
      return part && !Buffer.isBuffer(part) ? [{ time, offset: part.offset }] : [];
    });
  }

  /** Chunks that are on disk at every level that has a file. */
  get archived(): readonly ManifestChunk[] {
    const bitrates = this.pushed.flatMap(({ file, track }) => (file ? [track.bitrate] : []));
    return this.#chunks.filter(({ levels }) =>
      bitrates.some((bitrate) => levels.has(bitrate) && !Buffer.isBuffer(levels.get(bitrate))),
    );
  }

  /** Every chunk, complete or not, with the levels that have it. */
  get all(): readonly { readonly time: bigint; readonly duration: bigint; readonly bitrates: number[] }[] {
    return this.#chunks.map(({ time, duration, levels }) => ({
      time,
      duration,
      bitrates: [...levels.keys()],
    }));
  }

  /** Whether a level has a chunk with this start. */
  has(time: bigint, bitrate: number): boolean {
    const chunk = this.#chunks[this.#indexFrom(time)];
    return chunk?.time === time && chunk.levels.has(bitrate);
  }

  /** A stored fragment; `undefined` if there is none. */
  partOf(time: bigint, bitrate: number): Part | undefined {
    const chunk = this.#chunks[this.#indexFrom(time)];
    return chunk?.time === time ? chunk.levels.get(bitrate) : undefined;
  }

  /** Whether anything is missing between its first chunk and its last, at any level. */
  get hasHole(): boolean {
    const chunks = this.#chunks.slice(0, this.#whole());
    const levels = this.pushed.length;
    return chunks.some(({ time, levels: own }, i) => {
      const before = chunks[i - 1];
      return own.size < levels || (before && (time - before.time - before.duration) * 2n > before.duration);
    });
  }

  /** Start of its newest chunk; `undefined` before the first. */
  get newestTime(): bigint | undefined {
    return this.#chunks.at(-1)?.time;
  }

  #add(level: PublishedLevel, chunk: Chunk, part: Part): void {
    if (chunk.levels.has(level.track.bitrate)) chunk.replaced += 1;
    chunk.levels.set(level.track.bitrate, part);
    level.end = chunk.time + chunk.duration;
    const seconds = Number(chunk.duration) / Number(this.timescale);
    level.measured.bits += part.length * 8;
    level.measured.seconds += seconds;
    if (seconds > 0) level.measured.peak = Math.max(level.measured.peak, (part.length * 8) / seconds);
    const at = this.#indexFrom(chunk.time);
    if (this.#chunks[at] !== chunk) this.#chunks.splice(at, 0, chunk);
  }

  /** The chunk of a fragment, existing or new; `undefined` if it exists already or overlaps another. */
  #placeFor(level: PublishedLevel, time: bigint, duration: bigint): Chunk | undefined {
    if (duration <= 0n && this.parent === undefined) return undefined;
    if (this.kind === 'text') return this.#textPlaceFor(level, time, duration);
    const at = this.#indexFrom(time);
    for (const near of this.#chunks.slice(Math.max(0, at - 1), at + 1)) {
      const apart = near.time < time ? time - near.time : near.time - time;
      if (apart * 4n <= near.duration) return near.levels.has(level.track.bitrate) ? undefined : near;
    }
    const before = this.#chunks[at - 1];
    const after = this.#chunks[at];
    const overlaps =
      (before && (before.time + before.duration - time) * 4n > duration) ||
      (after && (time + duration - after.time) * 4n > duration);
    return overlaps ? undefined : newChunk(time, duration);
  }

  /** Text is irregular, of any length, and may overlap; messages may be sent again. */
  #textPlaceFor({ track }: PublishedLevel, time: bigint, duration: bigint): Chunk | undefined {
    const known = this.#chunks[this.#indexFrom(time)];
    if (known?.time !== time) return newChunk(time, duration);
    return known.levels.has(track.bitrate) && this.parent === undefined ? undefined : known;
  }

  /** How many chunks are complete at every level that is being pushed, or have been waited for long enough. */
  #whole(): number {
    const { length } = this.#chunks;
    const active = this.pushed.filter(({ pushers, isEnded }) => pushers > 0 && !isEnded);
    const awaited = this.pushed.filter((level) => level.isAwaited && !active.includes(level));
    for (let count = Math.max(0, length - PATIENCE); count < length; count += 1) {
      const levels = this.#chunks[count]?.levels;
      const before = this.#chunks[count - 1]?.levels;
      const lacks = ({ track }: PublishedLevel) => !levels?.has(track.bitrate);
      // A level that had ended before a restart didn't hold others back either.
      if (active.some(lacks) || awaited.some((one) => lacks(one) && before?.has(one.track.bitrate) !== false))
        return count;
    }
    return length;
  }

  /** Index of the first chunk that begins at a time or later. */
  #indexFrom(time: bigint): number {
    let low = 0;
    let high = this.#chunks.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#chunks[middle]?.time ?? 0n) < time) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

const newChunk = (time: bigint, duration: bigint): Chunk => ({
  time,
  duration,
  levels: new Map(),
  replaced: 0,
});

/** A message's payload in base64; `undefined` if it is too large. */
async function payloadOf({ payload }: FragmentBytes): Promise<string | undefined> {
  const size = payload.reduce((sum, { length }) => sum + length, 0);
  if (size > MAX_PAYLOAD) return undefined;
  return Buffer.concat(await Promise.all(payload.map((part) => readPart(part)))).toString('base64');
}

/** Whether a message repeats a stored one: encoders send each more than once. */
async function hasPayload(kept: Part, { payload }: FragmentBytes): Promise<boolean> {
  const bytes = Buffer.concat(payload.filter((part) => Buffer.isBuffer(part)));
  return bytes.length <= kept.length && bytes.equals(await readPart(kept, kept.length - bytes.length));
}

/** The bytes of a part from an offset on. */
async function readPart(part: Part, from = 0): Promise<Buffer> {
  if (Buffer.isBuffer(part)) return part.subarray(from);
  const file = await open(part.path);
  try {
    return await readAt(file, part.offset + from, part.length - from);
  } finally {
    await file.close();
  }
}

const pairs = (values: Readonly<Record<string, string | undefined>>): [string, string][] =>
  Object.entries(values).flatMap(([name, value]): [string, string][] =>
    value === undefined ? [] : [[name, value]],
  );

/** A fragment written by `take`: `moof`, and `mdat` with a short header. */
async function readFragment(part: Part, kind: FragmentBytes['kind']): Promise<FragmentBytes> {
  if (Buffer.isBuffer(part)) {
    const at = part.readUInt32BE(0);
    return {
      kind,
      moof: part.subarray(0, at),
      mdatHeader: part.subarray(at, at + 8),
      payload: [part.subarray(at + 8)],
      payloadAt: at + 8,
    };
  }
  return readFromFile(part, kind);
}

async function readFromFile(
  { path, offset, length }: FileSpan,
  kind: FragmentBytes['kind'],
): Promise<FragmentBytes> {
  const file = await open(path);
  try {
    const header = await readAt(file, offset, 8);
    const moof = await readAt(file, offset, header.readUInt32BE(0));
    if (boxesIn(moof)[0]?.type !== 'moof') throw new Error('The archive was modified.');
    const at = moof.length + 8;
    return {
      kind,
      moof,
      mdatHeader: { path, offset: offset + moof.length, length: 8 },
      payload: [{ path, offset: offset + at, length: length - at }],
      payloadAt: at,
    };
  } finally {
    await file.close();
  }
}
