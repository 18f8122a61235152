import type { AnnouncedTrack } from './announced-track.ts';
import type { LiveEvent, OpenTrack } from './live-event.ts';
import type { PushedFragment } from './pushed-fragment.ts';

/** Chunks that a reconnecting encoder may send again; one that goes back further has restarted. */
const RESENT = 4n;

/** An encoder's connection to an event: it announces tracks, and pushes them. */
export class EncoderConnection {
  readonly #event: LiveEvent;
  readonly #tracks: readonly AnnouncedTrack[];
  readonly #header: Buffer;
  readonly #opened: ReadonlyMap<number, OpenTrack>;
  #isOpen = true;
  #isFirst = true;

  constructor(event: LiveEvent, tracks: readonly AnnouncedTrack[], header: Buffer) {
    this.#event = event;
    this.#tracks = tracks;
    this.#header = header;
    this.#opened = event.openTracks(tracks, header);
    for (const { level } of this.#opened.values()) {
      if (level.pushers === 0) level.openedAt = performance.now();
      level.pushers += 1;
      level.isEnded = false;
      level.isAwaited = false;
    }
  }

  kindOf(trackId: number): AnnouncedTrack['kind'] {
    return this.#track(trackId).stream.kind;
  }

  /** The start of a track's next fragment, if it doesn't specify one. */
  endOf(trackId: number): bigint {
    return this.#track(trackId).level.end;
  }

  /** Whether its first fragment begins another event: it is much earlier than the existing ones, and nobody else is pushing. */
  beginsAnotherEvent({ trackId, time, duration }: PushedFragment): boolean {
    const { newestTime = time, kind } = this.#track(trackId).stream;
    // Messages are pushed over separate connections, in any order.
    if (kind === 'text') return false;
    const isAlone = this.#event.isPushedBy([...this.#opened.values()]);
    const isOther = this.#isFirst && isAlone && newestTime - time > RESENT * duration;
    this.#isFirst = false;
    return isOther;
  }

  moveTo(other: LiveEvent): EncoderConnection {
    this.close();
    return new EncoderConnection(other, this.#tracks, this.#header);
  }

  /** Stores a fragment; resolves with whether it was new. */
  take(fragment: PushedFragment): Promise<boolean> {
    return this.#event.take(this.#track(fragment.trackId), fragment);
  }

  /** These tracks have ended; when all have, the event is over. */
  async end(): Promise<void> {
    for (const { level } of this.#opened.values()) level.isEnded = level.pushers <= 1;
    await this.#event.endIfComplete();
  }

  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    for (const { level } of this.#opened.values()) {
      level.pushers -= 1;
      if (level.pushers === 0) level.closedAt = performance.now();
    }
  }

  #track(trackId: number): OpenTrack {
    const track = this.#opened.get(trackId);
    if (!track) throw new Error(`Track ${trackId} was not announced.`);
    return track;
  }
}
