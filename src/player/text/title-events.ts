import { type Seconds, seconds, ticks, toSeconds } from '../../base/time.ts';
import type { Stream } from '../../manifest/presentation.ts';
import { childTracksOf } from '../../text/events/child-track.ts';
import type { EventCue } from '../../text/events/event-cue.ts';
import { chaptersOf } from '../../text/events/event-list.ts';
import { type EventTrackInfo, eventTracksOf } from '../../text/events/event-tracks.ts';
import {
  advance,
  type DueEvent,
  type EventSchedule,
  forget,
  isNear,
  land,
  learn,
  NO_SCHEDULE,
  rejoin,
  type ScheduleStep,
  settle,
} from '../../text/events/schedule.ts';
import { roleOf } from '../../text/text-streams.ts';
import { EventAddEvent, TimedEvent } from '../events.ts';
import { EventStream, headersOf } from './event-stream.ts';
import type { TextPorts } from './text-ports.ts';

/** Tolerance of elements' clocks, in seconds. */
const SAME_PLACE = 0.01;

/** All events of a title: collects them, and fires each at its time. */
export class TitleEvents {
  readonly #ports: TextPorts;
  readonly #streams: readonly EventStream[];
  readonly #onChange: () => void;
  #schedule: EventSchedule;
  /** Whether it is known where this load of the title began. */
  #isPlaced = false;

  constructor(ports: TextPorts, onChange: () => void, signal: AbortSignal) {
    this.#ports = ports;
    this.#schedule = ports.earlier?.schedule ?? NO_SCHEDULE;
    this.#onChange = onChange;
    this.#streams = ports.title.presentation.streams.flatMap((stream) => {
      const role = roleOf(stream);
      if (role?.kind !== 'events') return [];
      const events = {
        onAdded: (added: readonly EventCue[]) => this.#added(stream, added),
        hasFired: ({ id }: EventCue) => this.#schedule.fired.has(id),
      };
      return [new EventStream(stream, role.eventKind, ports, events, signal)];
    });
  }

  /** What has fired, for another load of the title. */
  get schedule(): EventSchedule {
    return this.#schedule;
  }

  get tracks(): readonly EventTrackInfo[] {
    return eventTracksOf(
      this.#streams.map(({ stream }) => stream),
      (stream) => this.#cuesOf(stream),
    );
  }

  /** Whether an event fires in `(from, to]`. */
  startWithin(from: Seconds, to: Seconds): boolean {
    return this.#firing.some(({ start }) => start > from && start <= to);
  }

  look(): void {
    for (const stream of this.#streams) stream.look();
  }

  /** The position advanced by itself. */
  advanced(position: Seconds, rate: number): void {
    if (!this.#isPlaced) this.landed(position, rate);
    else this.#step(advance(this.#schedule, this.#firing, position, rate));
  }

  /** A seek: by a user, or by the player, which must not fire events again. */
  landed(position: Seconds, rate: number): void {
    this.#isPlaced = true;
    const own = this.#ports.live?.soughtTo;
    if (isNear(this.#schedule, position)) this.#step(settle(this.#schedule, this.#firing, position, rate));
    else if (own !== undefined && Math.abs(position - own) < SAME_PLACE)
      this.#step(rejoin(this.#schedule, this.#firing, position));
    else this.#step(land(this.#firing, position));
  }

  /** An audio or video fragment was received: in a live title, its headers may name new ones. */
  onResponse(headers: Headers): void {
    if (!this.#ports.live) return;
    for (const [name, time] of childTracksOf(headersOf(headers)))
      this.#streams.find(({ stream }) => stream.name === name)?.learnNewest(ticks(time));
  }

  /** Drops what has left the window of a live title. */
  dropBefore(start: Seconds): void {
    for (const stream of this.#streams) stream.dropBefore(start);
    this.#schedule = forget(this.#schedule, this.#firing);
  }

  get #firing(): readonly EventCue[] {
    return this.#streams.flatMap((stream) => this.#cuesIn(stream));
  }

  #cuesOf(stream: Stream): readonly EventCue[] {
    const found = this.#streams.find((one) => one.stream === stream);
    return found ? this.#cuesIn(found) : [];
  }

  #cuesIn({ kind, cues }: EventStream): readonly EventCue[] {
    return kind === 'chapters' ? chaptersOf(cues, this.#titleEnd) : cues;
  }

  get #titleEnd(): Seconds {
    const { duration, timescale } = this.#ports.title.presentation;
    return duration === undefined ? seconds(Number.POSITIVE_INFINITY) : toSeconds(duration, timescale);
  }

  #added(stream: Stream, added: readonly EventCue[]): void {
    this.#onChange();
    if (added.length === 0) return;
    const ids = new Set(added.map(({ id }) => id));
    // Chapters have their ends only among the others.
    const known = this.#cuesOf(stream).filter(({ id }) => ids.has(id));
    const track = this.tracks.find(({ name }) => name === stream.name);
    if (track) for (const cue of known) this.#ports.emit(new EventAddEvent(track, cue));
    this.#step(learn(this.#schedule, known));
  }

  #step({ schedule, due }: ScheduleStep): void {
    this.#schedule = schedule;
    for (const one of due) this.#fire(one);
  }

  #fire({ cue, late }: DueEvent): void {
    const track = this.tracks.find(({ cues }) => cues.some(({ id }) => id === cue.id));
    if (track) this.#ports.emit(new TimedEvent(track, cue, late));
  }
}
