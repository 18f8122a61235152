import { rescale, type Seconds, seconds, type Ticks, ticks } from '../../base/time.ts';
import type { Chunk, Stream } from '../../manifest/presentation.ts';
import { childTracksOf } from '../../text/events/child-track.ts';
import type { EventCue } from '../../text/events/event-cue.ts';
import { addEvents, dropBefore, EMPTY_LIST, type EventList } from '../../text/events/event-list.ts';
import {
  type EventPlace,
  embeddedEvents,
  fragmentEvents,
  type ReadEvent,
} from '../../text/events/read-events.ts';
import { type ChainStep, EMPTY_CHAIN, learnNewest, learnPrevious } from '../../text/events/sparse-chain.ts';
import { fromTicks } from '../../text/moment.ts';
import type { EventKind } from '../../text/text-streams.ts';
import { type Timeline, timelineOf } from '../../timeline/timeline.ts';
import type { TextResponse } from './fetch-text.ts';
import { listedPayloads } from './read-cues.ts';
import { TextLoader } from './text-loader.ts';
import type { TextPorts } from './text-ports.ts';

/** How far ahead of the playhead events are fetched, in seconds. */
const AHEAD = 120;
const NOTHING_DROPPED = seconds(Number.NEGATIVE_INFINITY);

/** What an event stream reports. */
export interface EventStreamPorts {
  readonly onAdded: (added: readonly EventCue[]) => void;
  readonly hasFired: (cue: EventCue) => boolean;
}

/** The events of one sparse stream: those in the manifest, and those in fragments. */
export class EventStream {
  readonly stream: Stream;
  readonly kind: EventKind;
  readonly #ports: TextPorts;
  readonly #events: EventStreamPorts;
  readonly #timeline: Timeline;
  readonly #loader: TextLoader;
  #list: EventList = EMPTY_LIST;
  #chain = EMPTY_CHAIN;
  /** Announced by others, and still to be fetched. */
  #due: Ticks[] = [];
  /** Payloads in the manifest; once it has had any, a chunk that it lists is not fetched. */
  #embedded: Stream['embedded'];
  /** What ended before this has been dropped, even if it is still listed. */
  #droppedTo = NOTHING_DROPPED;

  constructor(
    stream: Stream,
    kind: EventKind,
    ports: TextPorts,
    events: EventStreamPorts,
    signal: AbortSignal,
  ) {
    this.stream = stream;
    this.kind = kind;
    this.#ports = ports;
    this.#events = events;
    this.#timeline = timelineOf(stream, ports.title.presentation);
    const demand = {
      next: (isSettled: (chunk: Chunk) => boolean) => this.#next(isSettled),
      isWanted: () => true,
      take: async (response: TextResponse) => this.#take(response),
    };
    this.#loader = new TextLoader(stream, ports, demand, signal);
  }

  get cues(): readonly EventCue[] {
    return this.#list.cues;
  }

  /** The position or the list of chunks changed. */
  look(): void {
    const embedded = listedPayloads(this.stream, this.#ports.live);
    // Nothing is dropped ahead of the playhead: the encoder has restarted on an earlier clock.
    const hasRewound = this.#ports.playhead() < this.#droppedTo;
    if (hasRewound) this.#droppedTo = NOTHING_DROPPED;
    if (embedded && (hasRewound || embedded !== this.#embedded)) {
      this.#embedded = embedded;
      this.#add(embeddedEvents(embedded, this.#placeAt(this.#origin)));
    }
    this.#loader.look();
  }

  /** A response of the parent names the newest fragment. */
  learnNewest(time: Ticks): void {
    this.#follow(learnNewest(this.#chain, time));
  }

  /** Drops what is before the window of a live title. */
  dropBefore(start: Seconds): void {
    // The chapter that lasts into the window stays.
    const current = this.kind === 'chapters' && this.cues.findLast((cue) => cue.start <= start);
    const from = current ? current.start : start;
    if (from <= this.#droppedTo) return;
    this.#droppedTo = from;
    this.#list = dropBefore(this.#list, from);
    this.#due = this.#due.filter((time) => this.#timeline.startOf(sparseChunk(time)) >= from);
    this.#loader.forget((chunk) => this.#timeline.endOf(chunk) < from);
  }

  #next(isSettled: (chunk: Chunk) => boolean): Chunk | undefined {
    const named = this.#due.filter((time) => !this.#isListed(time)).map(sparseChunk);
    const next = named.find((chunk) => !isSettled(chunk));
    if (next || this.#embedded || !this.stream.urlTemplate) return next;
    const { chunks } = this.stream;
    const position = this.#ports.playhead();
    const isWhole = this.kind === 'chapters';
    const first = this.#timeline.chunkAt(isWhole ? this.#droppedTo : position);
    for (let chunk = first; chunk; chunk = chunks.at(chunk.index + 1)) {
      if (!isWhole && this.#timeline.startOf(chunk) > position + AHEAD) return undefined;
      if (!isSettled(chunk)) return chunk;
    }
    return undefined;
  }

  #take({ bytes, headers, chunk, zero, stream, clip }: TextResponse): void {
    this.#due = this.#due.filter((start) => start !== chunk.start);
    const previous = childTracksOf(headersOf(headers)).get(this.stream.name);
    if (previous !== undefined) {
      const windowStart = this.stream.chunks.start;
      this.#follow(learnPrevious(this.#chain, ticks(previous), windowStart));
    }
    const place = { ...this.#placeAt(zero, stream.timescale), ...(clip?.bounds && { bounds: clip.bounds }) };
    this.#add(fragmentEvents(bytes, chunk, place));
  }

  #follow({ chain, fetch }: ChainStep): void {
    this.#chain = chain;
    if (fetch === undefined) return;
    this.#due.push(fetch);
    this.#loader.look();
  }

  /** Whether the manifest contains the payload of a fragment. */
  #isListed(time: Ticks): boolean {
    return this.#embedded?.some(({ start }) => start === time) ?? false;
  }

  #add(read: readonly ReadEvent[]): void {
    const events = read.filter(({ cue, isCancel }) => isCancel || !this.#isDropped(cue));
    if (events.some(({ isBroken }) => isBroken))
      this.#loader.warn('a splice message cannot be parsed; it is passed on unchanged');
    const change = addEvents(this.#list, events, this.#events.hasFired);
    this.#list = change.list;
    if (change.added.length > 0 || change.removed.length > 0) this.#events.onAdded(change.added);
  }

  #isDropped({ start, end }: EventCue): boolean {
    return start < this.#droppedTo && end <= this.#droppedTo;
  }

  get #origin(): Ticks {
    const { origin, timescale } = this.#ports.title.presentation;
    return rescale(origin, timescale, this.stream.timescale);
  }

  #placeAt(zero: Ticks, timescale = this.stream.timescale): EventPlace {
    const { name } = this.stream;
    return { timescale, zero: fromTicks(zero, timescale), prefix: `${name} `, kind: this.kind };
  }
}

/** A fragment of which only the time is known. */
const sparseChunk = (start: Ticks): Chunk => ({ index: -1, start, duration: ticks(0n) });

export const headersOf = (headers: Headers) => ({
  pragma: headers.get('pragma'),
  contentType: headers.get('content-type'),
});
