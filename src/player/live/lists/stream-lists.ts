import type { Chunk, ChunkList } from '../../../manifest/presentation.ts';
import type { Timeline } from '../../../timeline/timeline.ts';
import { type ListAge, UNKNOWN_AGE } from './list-age.ts';
import { ListPace } from './list-pace.ts';

/** What the lists of one stream say besides its chunks: how far they reach, how they grow, how old they may be. Seconds. */
export class StreamLists {
  readonly pace = new ListPace();
  readonly #timeline: Timeline;
  #start = 0;
  #end = 0;
  #age = UNKNOWN_AGE;
  /** End of the last list that was far behind what is known. */
  #backAt: number | undefined;

  constructor(timeline: Timeline) {
    this.#timeline = timeline;
  }

  /** Start of the first chunk in the last list: earlier ones may be gone. */
  get start(): number {
    return this.#start;
  }

  /** End of its last chunk. */
  get end(): number {
    return this.#end;
  }

  /** How long a chunk that a list lacks may already have existed. */
  get behind(): number {
    const { age, keptFor } = this.#age;
    // Ages are whole seconds, rounded down.
    return age === undefined ? keptFor : age + 1;
  }

  /** There is a list from the first of these to the last. */
  reaches(first: Chunk | undefined, last: Chunk | undefined): void {
    if (first) this.#start = this.#timeline.startOf(first);
    if (last) this.#end = this.#timeline.endOf(last);
  }

  /** Its age, for a title with chunks of this many seconds. */
  aged(age: ListAge, chunkSeconds: number): void {
    this.#age = age;
    this.pace.held(age.keptFor / chunkSeconds);
  }

  /** Whether lists that end before a position grow there; `isSilent`: nothing appears where it should. */
  growBefore(place: number, fresh: ChunkList, isSilent: boolean): boolean {
    const end = this.#endOf(fresh) ?? Number.POSITIVE_INFINITY;
    const before = this.#backAt;
    this.#backAt = end < place && isSilent ? end : undefined;
    return this.#backAt !== undefined && before !== undefined && end > before;
  }

  /** The lists seen belong to another run of the encoder. */
  restart(): void {
    this.#backAt = undefined;
  }

  /** Whether a list ends within the first `room` seconds of the title's own clock. */
  endsBefore(room: number, fresh: ChunkList): boolean {
    return (this.#endOf(fresh) ?? Number.POSITIVE_INFINITY) < room;
  }

  #endOf(fresh: ChunkList): number | undefined {
    const last = fresh.at(fresh.length - 1);
    return last && this.#timeline.endOf(last);
  }
}
