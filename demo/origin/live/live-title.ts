import { createHash } from 'node:crypto';
import { ticks } from '../../../src/base/time.ts';
import type { ChildTracks } from '../child-track.ts';
import { routeToFragment, type SmoothTitle } from '../formats/smooth-title.ts';
import { nounResource } from '../fragment-resource.ts';
import type { Resource } from '../resource.ts';
import { largest } from './bigints.ts';
import { writeLiveManifest } from './live-manifest.ts';
import type { FragmentRoute, LiveSource, LiveStream } from './live-source.ts';

/** How a live title is served. */
export interface LiveRules {
  /** Number of later fragments that must exist before a fragment is available, and that it announces. */
  readonly lookAhead: number;
  /** Seconds behind the newest listed fragment that are kept; 0: all. */
  readonly windowSeconds: number;
  /** Status of a fragment that is not available yet. */
  readonly earlyStatus: 404 | 412;
  /** Status of a fragment before the window. */
  readonly goneStatus: 404 | 410;
  /** The rate of the title's clock relative to real time. */
  readonly rate: () => number;
}

/** A response without the resource. */
export interface ErrorResponse {
  readonly status: number;
  readonly sentence: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** How long fragments stay available after leaving the window, in fragment durations: a recent manifest may still list them. */
const GRACE = 2n;

/** How long any fragment may be cached, in seconds. */
const MIN_AGE = 60;

/** Older sparse fragments are not named. */
const MOST_SECONDS_BACK = 24n * 3600n;

/**
 * Shared caches may keep such a response for a second, so that an audience that is early causes one request; browsers
 * ask again.
 */
const BRIEF = { 'Cache-Control': 'public, max-age=0, s-maxage=1' };

/** A live title as clients see it: its manifest, and the available fragments. */
export class LiveTitle {
  readonly #source: LiveSource;
  readonly #rules: LiveRules;

  constructor(source: LiveSource, rules: LiveRules) {
    this.#source = source;
    this.#rules = rules;
  }

  get streams(): readonly LiveStream[] {
    return this.#source.streams;
  }

  /** The source for other formats. */
  get smooth(): SmoothTitle {
    const streamOf = (name: string) =>
      this.streams.find((stream) => stream.name.toLowerCase() === name.toLowerCase());
    return {
      manifest: async () => this.manifest(),
      fragment: async (place) => {
        const route = routeToFragment(place);
        return route && this.fragment(route);
      },
      facts: () => {
        const numbers = new Map(
          this.streams.map((stream) => [stream.name.toLowerCase(), stream.numbers?.()]),
        );
        return {
          clockOffset: this.#source.clockOffset,
          numberOf: ({ name }, time) => numbers.get(name.toLowerCase())?.(time) ?? 0,
          ratesOf: async (stream, level) => {
            const route = routeToFragment({ stream, level, time: ticks(0), noun: 'fragments' });
            return route && streamOf(stream.name)?.ratesOf?.(route);
          },
        };
      },
    };
  }

  manifest(): Resource {
    const { isEnded: hasEnded, protection } = this.#source;
    const { lookAhead, windowSeconds } = this.#rules;
    const listings = this.streams.map((stream) => ({ stream, chunks: this.#listed(stream) }));
    const facts = { isLive: !hasEnded, lookAhead, window: BigInt(Math.round(windowSeconds * 1e7)) };
    const body = Buffer.from(writeLiveManifest(listings, protection, facts));
    return {
      parts: [body],
      contentType: 'text/xml',
      etag: digest(body),
      cacheControl: this.#rules.rate() > 1 ? 'no-cache' : 'public, max-age=1',
    };
  }

  async fragment(route: FragmentRoute): Promise<Resource | ErrorResponse> {
    const stream = this.streams.find(({ name }) => name.toLowerCase() === route.stream.toLowerCase());
    const isThere = stream?.levels.some(({ attributes }) => attributes.get('Bitrate') === `${route.bitrate}`);
    if (!stream || !isThere) return errorResponse(404, 'There is no such stream or level.');
    const { earlyStatus, goneStatus } = this.#rules;
    const lookAhead = this.#lookAhead(stream);
    const [found, ...next] = stream.from(route.time, lookAhead + 1);
    if (found?.time !== route.time) {
      if (stream.isToCome(route.time)) return errorResponse(earlyStatus, 'The fragment does not exist yet.');
      return this.#isBehind(stream, route.time)
        ? errorResponse(goneStatus, 'The fragment is before the window.')
        : errorResponse(404, 'There is no fragment at that time.');
    }
    if (next.length < lookAhead && !this.#source.isEnded) {
      return errorResponse(earlyStatus, 'The fragments that it announces do not exist yet.');
    }
    if (this.#isBehind(stream, route.time))
      return errorResponse(goneStatus, 'The fragment is before the window.');
    const bytes = await stream.bytes(route, next);
    if (!bytes) return errorResponse(404, 'The fragment is unavailable.');
    return nounResource(bytes, route.noun, {
      etag: `${digest(bytes.moof)}-${route.noun}`,
      cacheControl: `public, max-age=${this.#maxAge()}`,
      childTracks: this.#childTracks(stream, route.time),
    });
  }

  /** The chunks in a manifest: all that are available, as far back as the window reaches. */
  #listed(stream: LiveStream) {
    const last = this.#lastSent(stream);
    if (!last) return [];
    return stream.from(this.#windowStart(stream)).filter(({ time }) => time <= last.time);
  }

  /** For each sparse stream of a stream, the newest fragment up to a time; for a sparse one, the previous one. */
  #childTracks(stream: LiveStream, time: bigint): ChildTracks {
    const found = new Map<string, bigint>();
    if (isSparse(stream)) {
      const previous = this.#latest(stream, time - 1n);
      return previous === undefined ? found : found.set(stream.name, previous);
    }
    for (const sparse of this.streams) {
      if (this.#parentOf(sparse) !== stream) continue;
      const newest = this.#latest(sparse, (time * sparse.timescale) / stream.timescale);
      if (newest !== undefined) found.set(sparse.name, newest);
    }
    return found;
  }

  /** The newest fragment up to a time that clients may still request. */
  #latest(sparse: LiveStream, upTo: bigint): bigint | undefined {
    const begin = largest(this.#windowStart(sparse), [upTo - MOST_SECONDS_BACK * sparse.timescale]);
    for (let span = 60n * sparse.timescale; ; span *= 8n) {
      const from = largest(begin, [upTo - span]);
      const found = sparse.from(from).findLast(({ time }) => time <= upTo);
      if (found || from === begin) return found?.time;
    }
  }

  #parentOf({ attributes }: LiveStream): LiveStream | undefined {
    const parent = attributes.get('ParentStreamIndex')?.toLowerCase();
    return this.streams.find(({ name }) => name.toLowerCase() === parent);
  }

  #lastSent(stream: LiveStream) {
    const lookAhead = this.#source.isEnded ? 0 : this.#lookAhead(stream);
    const newest = stream.newest(lookAhead + 1);
    return newest.length > lookAhead ? newest[0] : undefined;
  }

  /** Fragments of a sparse stream are irregular: none waits for the next, or announces it. [MS-SSTR] 2.2.5. */
  #lookAhead(stream: LiveStream): number {
    return isSparse(stream) ? 0 : this.#rules.lookAhead;
  }

  /** On the stream's clock. A sparse stream's window is that of its parent. */
  #windowStart(stream: LiveStream): bigint {
    const { windowSeconds } = this.#rules;
    const leading = this.#parentOf(stream) ?? stream;
    const last = this.#lastSent(leading);
    if (!last || windowSeconds === 0 || (this.#source.isEnded && this.#source.keepsAll)) return 0n;
    const edge = ((last.time + last.duration) * stream.timescale) / leading.timescale;
    return edge - (BigInt(Math.round(windowSeconds * 1e3)) * stream.timescale) / 1000n;
  }

  #isBehind(stream: LiveStream, time: bigint): boolean {
    const leading = this.#parentOf(stream) ?? stream;
    const length = ((this.#lastSent(leading)?.duration ?? 0n) * stream.timescale) / leading.timescale;
    return time < this.#windowStart(stream) - GRACE * length;
  }

  /**
   * A fragment never changes once it is available, and nobody requests it after it has left the window; but the next
   * event may have another one at its URL.
   */
  #maxAge(): number {
    if (!this.#source.countsFromEpoch) return MIN_AGE;
    const { windowSeconds } = this.#rules;
    return windowSeconds === 0 ? 86_400 : Math.max(MIN_AGE, Math.ceil(windowSeconds));
  }
}

const isSparse = ({ attributes }: LiveStream) => attributes.has('ParentStreamIndex');

export const isErrorResponse = (found: Resource | ErrorResponse): found is ErrorResponse =>
  'sentence' in found;

const errorResponse = (status: number, sentence: string): ErrorResponse => ({
  status,
  sentence,
  headers: BRIEF,
});

const digest = (bytes: Buffer) => createHash('sha1').update(bytes).digest('base64url').slice(0, 16);
