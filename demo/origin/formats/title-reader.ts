import { decodeText } from '../../../src/base/bytes.ts';
import { type Ticks, toSeconds } from '../../../src/base/time.ts';
import { parseManifest } from '../../../src/manifest/parse.ts';
import type { Presentation, QualityLevel, Stream } from '../../../src/manifest/presentation.ts';
import { piecesOf } from '../body.ts';
import { boxesIn } from '../boxes.ts';
import type { LevelRates } from '../level-rates.ts';
import { isErrorResponse } from '../live/live-title.ts';
import { type Resource, sizeOf } from '../resource.ts';
import type { CaptionCue, ReadCaptions } from './caption-cue.ts';
import { type EventMessage, splicesOf } from './event-message.ts';
import { isCaptions } from './is-captions.ts';
import { isChapters } from './is-chapters.ts';
import { type LevelProbe, probeLevel } from './level-probe.ts';
import { type EmbeddedStream, embeddedStreams } from './manifest-payloads.ts';
import { type MediaClock, mediaClock } from './media-clock.ts';
import { longestSeconds, type MediaTitle, mediaTitle } from './media-title.ts';
import { readTtml } from './read-ttml.ts';
import type { SmoothTitle, TitleFacts } from './smooth-title.ts';
import { SpliceBreaks } from './splice-breaks.ts';
import { type Chapter, eventsWithin, type TitleEvents } from './title-events.ts';
import { readFilter, type TitleFilter } from './title-filter.ts';

/** A title according to its manifest at one time. */
export interface Snapshot {
  readonly etag: string;
  readonly presentation: Presentation;
  readonly embedded: readonly EmbeddedStream[];
  readonly clock: MediaClock;
  readonly facts: TitleFacts;
  /** All of it, unfiltered. */
  readonly title: MediaTitle;
  /** Milliseconds since 1970: when it was last read, and when this version was first read. */
  readonly readAt: number;
  readonly changedAt: number;
}

/** How long a manifest that was read can be used for segments. */
const FRESH_MS = 5000;
/** By then players of the live title have noticed that it has ended. */
const LEAVING_MS = 300_000;
/** The maximum number of cached caption documents and messages. */
const MAX_KEPT = 2000;
/** No caption document or message is larger. */
const MAX_TEXT = 1024 * 1024;
/** How long a cue may last beyond its chunk, in seconds. */
const MAX_OVERHANG = 30;
/** The maximum number of events of a stream; of a live title the newest. */
const MAX_EVENTS = 500;
/** Assumed peak relative to the manifest's bitrate, if nothing was measured. */
const PEAK = 1.3;

const NO_FILTER = readFilter(new Map(), {}, undefined) as TitleFilter;

/** Reads a title for other formats, and caches what is requested repeatedly. */
export class TitleReader {
  readonly source: SmoothTitle;
  readonly #readCaptions: ReadCaptions;
  readonly #probes = new Map<string, Promise<LevelProbe>>();
  readonly #rates = new Map<string, LevelRates>();
  readonly #texts = new Map<string, Promise<Uint8Array | undefined>>();
  readonly #breaks = new SpliceBreaks();
  #snapshot: Snapshot | undefined;
  #targetDuration = 0;
  /** When a formerly live title was first seen to have ended. Milliseconds since 1970. */
  #endedAt: number | undefined;

  constructor(source: SmoothTitle, readCaptions: ReadCaptions = readTtml) {
    this.source = source;
    this.#readCaptions = readCaptions;
  }

  /** The current title; for segments, which don't change, a recent version. `undefined`: there is none. */
  async snapshot(forSegments = false): Promise<Snapshot | undefined> {
    const kept = this.#snapshot;
    if (kept && forSegments && Date.now() - kept.readAt < FRESH_MS) return kept;
    const resource = await this.source.manifest();
    if (!resource) return undefined;
    if (kept?.etag === resource.etag) {
      this.#snapshot = { ...kept, readAt: Date.now() };
      return this.#snapshot;
    }
    const bytes = await bytesOf(resource);
    const presentation = parseManifest(bytes);
    const facts = this.source.facts();
    const clock = mediaClock(presentation, facts.clockOffset, Date.now());
    if (kept?.presentation.isLive && !presentation.isLive) this.#endedAt = Date.now();
    this.#snapshot = {
      etag: resource.etag,
      presentation,
      embedded: embeddedOf(bytes),
      clock,
      facts,
      title: mediaTitle({ presentation, clock, facts, filter: NO_FILTER }),
      readAt: Date.now(),
      changedAt: Date.now(),
    };
    return this.#snapshot;
  }

  /** Whether there may be players that began while the title was live. */
  get hasLiveViewers(): boolean {
    return this.#endedAt !== undefined && Date.now() - this.#endedAt < LEAVING_MS;
  }

  /** Properties of a level that only its fragments contain. */
  probe({ presentation, etag }: Snapshot, stream: Stream, level: QualityLevel): Promise<LevelProbe> {
    // An on-demand title may be packaged again; a live one stays the same.
    const version = presentation.isLive ? 'live' : etag;
    const key = [version, stream.name, level.bitrate, level.index].join(' ');
    const known = this.#probes.get(key);
    if (known) return known;
    const probed = probeLevel(this.source, presentation, stream, level);
    this.#probes.set(key, probed);
    while (this.#probes.size > MAX_KEPT) this.#probes.delete(this.#probes.keys().next().value ?? '');
    const forget = () => this.#probes.delete(key);
    // A live title may not have a fragment yet.
    probed.then((found) => {
      if (stream.chunks.length === 0 || found.level.codec === undefined) forget();
    }, forget);
    return probed;
  }

  /** Measured if possible; once published, it never decreases. */
  async rates(snapshot: Snapshot, stream: Stream, level: QualityLevel): Promise<LevelRates> {
    const { facts, presentation, etag } = snapshot;
    const version = presentation.isLive ? 'live' : etag;
    const key = [version, stream.name, level.bitrate, level.index].join(' ');
    const known = this.#rates.get(key);
    if (known && !presentation.isLive) return known;
    while (this.#rates.size > MAX_KEPT) this.#rates.delete(this.#rates.keys().next().value ?? '');
    const measured = await facts.ratesOf?.(stream, level);
    const nominal = { peak: level.bitrate * (measured ? 1 : PEAK), average: level.bitrate };
    const rates = {
      peak: Math.max(measured?.peak ?? nominal.peak, known?.peak ?? 0, 1),
      average: measured?.average ?? nominal.average,
    };
    this.#rates.set(key, rates);
    return rates;
  }

  /** The maximum duration of a chunk in whole seconds when it was first published; for a live title it must not change. */
  targetDuration(title: MediaTitle): number {
    if (!title.isEvent) return longestSeconds(title);
    this.#targetDuration ||= longestSeconds(title);
    return this.#targetDuration;
  }

  /** Captions between two times, on the stream's own clock, in seconds. */
  async cues(stream: Stream, start: number, end: number): Promise<readonly CaptionCue[]> {
    const { timescale } = stream;
    const found: CaptionCue[] = [];
    for (const chunk of stream.chunks) {
      const from = toSeconds(chunk.start, timescale);
      const to = toSeconds((chunk.start + chunk.duration) as Ticks, timescale);
      if (from >= end) break;
      if (to <= start - MAX_OVERHANG) continue;
      const payload = await this.#text(stream, chunk.start);
      if (payload) found.push(...this.#readCaptions({ payload, start: from, end: to }));
    }
    return found.filter((cue) => cue.end > start && cue.start < end);
  }

  /** Chapters and splices, on the clock of the playlists. Of a title that is complete, those within it after filtering. */
  async events(snapshot: Snapshot, title = snapshot.title): Promise<TitleEvents> {
    const events = await this.#allEvents(snapshot);
    return title.isLive ? events : eventsWithin(events, title);
  }

  async #allEvents({ presentation, embedded, clock, title }: Snapshot): Promise<TitleEvents> {
    const messages: EventMessage[] = [];
    const chapters: Chapter[] = [];
    const shiftOf = (scale: number) => Number(clock.shiftOf(BigInt(scale) as Stream['timescale'])) / scale;
    for (const { name, subtype, timescale, payloads } of embedded) {
      for (const { time, duration, bytes } of payloads) {
        const start = Number(time) / timescale - shiftOf(timescale);
        if (isChapters({ name, subtype })) chapters.push({ start, title: decodeText(bytes).trim() });
        else {
          const length = Number(duration) / timescale;
          messages.push({ stream: name, start, duration: length, timescale, payload: bytes });
        }
      }
    }
    for (const stream of presentation.streams.filter(isEventStream)) {
      const { timescale, chunks, name } = stream;
      const scale = Number(timescale);
      for (let index = Math.max(0, chunks.length - MAX_EVENTS); index < chunks.length; index += 1) {
        const chunk = chunks.at(index);
        const payload = chunk && (await this.#text(stream, chunk.start));
        if (!chunk || !payload) continue;
        const start = Number(chunk.start) / scale - shiftOf(scale);
        const duration = Number(chunk.duration) / scale;
        messages.push({ stream: name, start, duration, timescale: scale, payload });
      }
    }
    const splices = messages
      .flatMap((message) => splicesOf(message))
      .toSorted((a, b) => a.start - b.start)
      .map((splice) => ({ ...splice, breakStart: this.#breaks.startOf(splice) }));
    const isListed = (start: number) => !title.isLive || start >= title.start - 60;
    return {
      splices: splices.filter(({ start }) => isListed(start)),
      chapters: chapters.toSorted((a, b) => a.start - b.start),
    };
  }

  /** The payload of a text stream's fragment; `undefined` if unavailable. */
  #text(stream: Stream, time: Ticks): Promise<Uint8Array | undefined> {
    const key = `${stream.name} ${time}`;
    const kept = this.#texts.get(key);
    if (kept) return kept;
    const read = this.#readText(stream, time);
    this.#texts.set(key, read);
    while (this.#texts.size > MAX_KEPT) this.#texts.delete(this.#texts.keys().next().value ?? '');
    const forget = () => this.#texts.delete(key);
    read.then((payload) => {
      if (!payload) forget();
    }, forget);
    return read;
  }

  async #readText(stream: Stream, time: Ticks): Promise<Uint8Array | undefined> {
    const [level] = stream.levels;
    const resource = await this.source.fragment({ stream, level, time, noun: 'fragments' });
    if (!resource || isErrorResponse(resource) || sizeOf(resource) > MAX_TEXT) return undefined;
    const bytes = await bytesOf(resource);
    const media = boxesIn(bytes).filter(({ type }) => type === 'mdat');
    return media.length === 0
      ? bytes
      : Buffer.concat(media.map(({ start, end }) => bytes.subarray(start, end)));
  }
}

/** Text streams whose fragments are for programs. */
const isEventStream = (stream: Stream): boolean =>
  stream.type === 'text' && stream.urlTemplate !== undefined && !stream.embedded && !isCaptions(stream);

/** What can't be read, the player's parser has repaired or rejected. */
function embeddedOf(bytes: Uint8Array): readonly EmbeddedStream[] {
  try {
    return embeddedStreams(bytes);
  } catch {
    return [];
  }
}

export async function bytesOf(resource: Pick<Resource, 'parts'>): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of piecesOf(resource.parts, 0, sizeOf(resource))) pieces.push(piece);
  return Buffer.concat(pieces);
}
