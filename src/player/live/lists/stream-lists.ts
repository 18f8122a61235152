import type { Chunk, ChunkList } from '../../../manifest/presentation.ts';
import type { Timeline } from '../../../timeline/timeline.ts';
import { type ListAge, UNKNOWN_AGE } from './list-age.ts';
import { ListPace } from './list-pace.ts';

/** What the lists of one stream tell besides its chunks: how far they reach, how they come, how old they may be. Seconds. */
export class StreamLists {
  readonly pace = new ListPace();
  readonly #timeline: Timeline;
  #start = 0;
  #end = 0;
  #age = UNKNOWN_AGE;
  /** Where the last list ended that lay far behind what is known. */
  #backAt: number | undefined;

  constructor(timeline: Timeline) {
    this.#timeline = timeline;
  }

  /** Start of the first chunk that the last one has: what lies before may be gone. */
  get start(): number {
    return this.#start;
  }

  /** End of the last chunk that it has. */
  get end(): number {
    return this.#end;
  }

  /** What a list lacks may have been there for so long. */
  get behind(): number {
    const { age, keptFor } = this.#age;
    // Ages are whole seconds, rounded down.
    return age === undefined ? keptFor : age + 1;
  }

  /** There is one that reaches from the first of these to the last. */
  reaches(first: Chunk | undefined, last: Chunk | undefined): void {
    if (first) this.#start = this.#timeline.startOf(first);
    if (last) this.#end = this.#timeline.endOf(last);
  }

  /** It is so old, on a title with chunks of so many seconds. */
  aged(age: ListAge, chunkSeconds: number): void {
    this.#age = age;
    this.pace.held(age.keptFor / chunkSeconds);
  }

  /** Whether lists that end before a place grow there; `isSilent`: nothing comes where it should. */
  growBefore(place: number, fresh: ChunkList, isSilent: boolean): boolean {
    const end = this.#endOf(fresh) ?? Number.POSITIVE_INFINITY;
    const before = this.#backAt;
    this.#backAt = end < place && isSilent ? end : undefined;
    return this.#backAt !== undefined && before !== undefined && end > before;
  }

  /** What was seen of them was of another run of the encoder. */
  restart(): void {
    this.#backAt = undefined;
  }

  /** Whether a list ends before so many seconds of the title's own clock. */
  endsBefore(room: number, fresh: ChunkList): boolean {
    return (this.#endOf(fresh) ?? Number.POSITIVE_INFINITY) < room;
  }

  #endOf(fresh: ChunkList): number | undefined {
    const last = fresh.at(fresh.length - 1);
    return last && this.#timeline.endOf(last);
  }
}
