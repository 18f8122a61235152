import { open } from 'node:fs/promises';
import { boxesIn, readAt } from '../boxes.ts';
import type { ManifestChunk, Written } from '../client-manifest.ts';
import type { FragmentBytes } from '../fragment-resource.ts';
import { asLive } from '../live/live-moof.ts';
import type { FragmentRoute, LiveStream } from '../live/live-source.ts';
import type { FileSpan } from '../resource.ts';
import type { AnnouncedTrack } from './announced-track.ts';
import type { LevelFile } from './level-file.ts';
import type { PushedFragment } from './pushed-fragment.ts';

/** A chunk, and where it lies of each level that has it. */
interface Chunk {
  readonly time: bigint;
  readonly duration: bigint;
  readonly levels: Map<number, FileSpan>;
}

/** A level of a stream that encoders push. */
export interface PublishedLevel {
  readonly bitrate: number;
  readonly attributes: Written;
  readonly file: LevelFile;
  /** Connections that push it. While there are any, others wait for its fragments. */
  pushers: number;
  /** Whether its end was told. */
  isEnded: boolean;
  /** Where its next fragment would begin that doesn't say so itself. */
  end: bigint;
}

/** Chunks after which nobody waits for a level that lags behind. */
const PATIENCE = 2;

/** A stream as encoders push it: its chunks, each once, however many encoders send it. */
export class PublishedStream implements LiveStream {
  readonly name: string;
  readonly kind: AnnouncedTrack['kind'];
  readonly language: string | undefined;
  readonly timescale: bigint;
  readonly pushed: PublishedLevel[] = [];
  readonly #track: AnnouncedTrack;
  #chunks: Chunk[] = [];
  #taking: Promise<unknown> = Promise.resolve();

  constructor(name: string, track: AnnouncedTrack) {
    const { kind, language, timescale } = track;
    this.name = name;
    this.kind = kind;
    this.language = language;
    this.timescale = timescale;
    this.#track = track;
  }

  get attributes(): Written {
    const largest = (attribute: string) =>
      Math.max(0, ...this.pushed.map(({ attributes }) => Number(attributes.get(attribute) ?? 0)));
    const { parent, subtype, displaySize } = this.#track;
    const [width, height] = [largest('MaxWidth'), largest('MaxHeight')];
    return new Map([
      ['Type', this.kind],
      ['Name', this.name],
      ...pairs({ Subtype: subtype, Language: this.language, ParentStreamIndex: parent }),
      ...(width > 0 && height > 0 ? pairs({ MaxWidth: `${width}`, MaxHeight: `${height}` }) : []),
      ...pairs({ DisplayWidth: displaySize?.width, DisplayHeight: displaySize?.height }),
      ['Url', `QualityLevels({bitrate})/Fragments(${this.name}={start time})`],
    ]);
  }

  /** The best first. */
  get levels(): LiveStream['levels'] {
    return [...this.pushed]
      .sort((a, b) => b.bitrate - a.bitrate)
      .map(({ attributes }, index) => ({
        attributes: new Map([['Index', `${index}`], ...attributes]),
        custom: [],
      }));
  }

  from(time: bigint, atMost = Infinity): readonly ManifestChunk[] {
    const first = this.#indexFrom(time);
    return this.#chunks.slice(first, Math.min(first + atMost, this.#whole()));
  }

  newest(count: number): readonly ManifestChunk[] {
    const whole = this.#whole();
    return this.#chunks.slice(Math.max(0, whole - count), whole);
  }

  /** Encoders go on where they are: what follows closely may come. */
  isToCome(time: bigint): boolean {
    const last = this.#chunks.at(-1);
    if (this.pushed.every(({ isEnded }) => isEnded)) return false;
    if (!last) return true;
    const whole = this.#chunks.slice(this.#whole());
    return (
      whole.some((chunk) => chunk.time === time) ||
      (time >= last.time + last.duration && time < last.time + 10n * last.duration)
    );
  }

  async bytes(route: FragmentRoute, next: readonly ManifestChunk[]): Promise<FragmentBytes | undefined> {
    const index = this.#indexFrom(route.time);
    const chunk = this.#chunks[index];
    const span = chunk?.time === route.time ? chunk.levels.get(route.bitrate) : undefined;
    if (!chunk || !span) return undefined;
    return asLive(await readFragment(span, this.kind), { sequence: index + 1, self: chunk, next });
  }

  /**
   * Takes a fragment in; one that is there already, or that lies over others, is left out. Gives whether it was
   * taken. Levels whose encoders round differently share a chunk.
   */
  take(level: PublishedLevel, fragment: PushedFragment): Promise<boolean> {
    // One after another: two encoders may bring the same at once.
    const taken = this.#taking.then(() => this.#take(level, fragment));
    this.#taking = taken.catch(() => undefined);
    return taken;
  }

  async #take(level: PublishedLevel, { time, duration, bytes }: PushedFragment): Promise<boolean> {
    if (duration <= 0n) return false;
    const place = this.#placeOf(time, duration);
    if (place === undefined || place.levels.has(level.bitrate)) return false;
    level.end = place.time + place.duration;
    const { moof, mdatHeader, payload } = asLive(bytes, { sequence: 1, self: place, next: [] });
    const parts = [moof, mdatHeader, ...payload].filter((part) => Buffer.isBuffer(part));
    const span = await level.file.append(Buffer.concat(parts));
    place.levels.set(level.bitrate, span);
    if (!this.#chunks.includes(place)) this.#chunks.splice(this.#indexFrom(place.time), 0, place);
    return true;
  }

  /** Of a level's file, for its index. */
  entriesOf(bitrate: number): readonly { readonly time: bigint; readonly offset: number }[] {
    return this.#chunks.flatMap(({ time, levels }) => {
      const span = levels.get(bitrate);
      return span ? [{ time, offset: span.offset }] : [];
    });
  }

  /** Where its newest chunk begins; `undefined` before the first. */
  get newestTime(): bigint | undefined {
    return this.#chunks.at(-1)?.time;
  }

  /** The chunk that a fragment belongs to, or a new one; `undefined` where it lies over another. */
  #placeOf(time: bigint, duration: bigint): Chunk | undefined {
    const at = this.#indexFrom(time);
    for (const near of this.#chunks.slice(Math.max(0, at - 1), at + 1)) {
      const apart = near.time < time ? time - near.time : near.time - time;
      if (apart * 4n <= near.duration) return near;
    }
    const before = this.#chunks[at - 1];
    const after = this.#chunks[at];
    const isOver =
      (before && (before.time + before.duration - time) * 4n > duration) ||
      (after && (time + duration - after.time) * 4n > duration);
    return isOver ? undefined : { time, duration, levels: new Map() };
  }

  /** How many chunks are there at every level that is being pushed, or have been waited for long enough. */
  #whole(): number {
    const active = this.pushed.filter(({ pushers, isEnded }) => pushers > 0 && !isEnded);
    const { length } = this.#chunks;
    for (let count = Math.max(0, length - PATIENCE); count < length; count += 1) {
      const chunk = this.#chunks[count];
      if (active.some(({ bitrate }) => !chunk?.levels.has(bitrate))) return count;
    }
    return length;
  }

  /** Of the first chunk that begins at a time or later. */
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

const pairs = (values: Readonly<Record<string, string | undefined>>): [string, string][] =>
  Object.entries(values).flatMap(([name, value]): [string, string][] =>
    value === undefined ? [] : [[name, value]],
  );

/** A fragment that was written by `take`: `moof`, and `mdat` with a short header. */
async function readFragment({ path, offset, length }: FileSpan, kind: FragmentBytes['kind']) {
  const file = await open(path);
  try {
    const header = await readAt(file, offset, 8);
    const moof = await readAt(file, offset, header.readUInt32BE(0));
    if (boxesIn(moof)[0]?.type !== 'moof') throw new Error('The archive is not as it was written.');
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
