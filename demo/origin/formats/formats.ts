import type { Library } from '../library.ts';
import type { ErrorResponse, LiveTitle } from '../live/live-title.ts';
import type { Resource } from '../resource.ts';
import { answerFormat } from './answer-format.ts';
import type { FormatRequest } from './format-request.ts';
import { libraryTitle } from './library-title.ts';
import type { NamedFilter } from './title-filter.ts';
import { TitleReader } from './title-reader.ts';

/** The maximum number of cached titles; the least recently used is removed first. */
const MAX_TITLES = 100;

/** The titles of an origin in HLS and DASH. */
export class Formats {
  readonly #filters: Readonly<Record<string, NamedFilter>>;
  readonly #onDemand = new Map<string, TitleReader>();
  readonly #live = new WeakMap<LiveTitle, TitleReader>();

  constructor(filters: Readonly<Record<string, NamedFilter>> = {}) {
    this.#filters = filters;
  }

  ofLive(title: LiveTitle, request: FormatRequest): Promise<Resource | ErrorResponse | undefined> {
    let reader = this.#live.get(title);
    if (!reader) {
      reader = new TitleReader(title.smooth);
      this.#live.set(title, reader);
    }
    return answerFormat(reader, request, this.#filters);
  }

  /** `at`: the path where the library is mounted. */
  ofLibrary(
    library: Library,
    at: string,
    presentation: string,
    request: FormatRequest,
  ): Promise<Resource | ErrorResponse | undefined> {
    const key = `${at} ${presentation}`;
    const reader = this.#onDemand.get(key) ?? new TitleReader(libraryTitle(library, presentation));
    this.#onDemand.delete(key);
    this.#onDemand.set(key, reader);
    if (this.#onDemand.size > MAX_TITLES) this.#onDemand.delete(this.#onDemand.keys().next().value ?? '');
    return answerFormat(reader, request, this.#filters);
  }
}
