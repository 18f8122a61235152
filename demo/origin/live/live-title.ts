import { createHash } from 'node:crypto';
import { nounResource } from '../fragment-resource.ts';
import type { Resource } from '../resource.ts';
import { writeLiveManifest } from './live-manifest.ts';
import type { FragmentRoute, LiveSource, LiveStream } from './live-source.ts';

/** How a live title is handed out. */
export interface LiveRules {
  /** Fragments that must exist behind one before it may be sent, and that it then tells of. */
  readonly lookAhead: number;
  /** Seconds behind the newest listed fragment that are kept; 0: all. */
  readonly windowSeconds: number;
  /** Status of a fragment that may not be sent yet. */
  readonly earlyStatus: 404 | 412;
  /** Status of a fragment behind the window. */
  readonly goneStatus: 404 | 410;
  /** How many times faster than the true clock the title's runs. */
  readonly rate: () => number;
}

/** An answer without the resource. */
export interface Refusal {
  readonly status: number;
  readonly sentence: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** Fragments stay so long behind the window, in those of their own kind: a manifest just read may still name them. */
const GRACE = 2n;

/**
 * Shared caches may keep a refusal for a second, so that an audience that asks too early is one request; browsers
 * ask anew.
 */
const BRIEF = { 'Cache-Control': 'public, max-age=0, s-maxage=1' };

/** A live title as clients see it: its manifest, and the fragments that may be sent by now. */
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

  async fragment(route: FragmentRoute): Promise<Resource | Refusal> {
    const stream = this.streams.find(({ name }) => name.toLowerCase() === route.stream.toLowerCase());
    const isThere = stream?.levels.some(({ attributes }) => attributes.get('Bitrate') === `${route.bitrate}`);
    if (!stream || !isThere) return refusal(404, 'There is no such stream or level.');
    const { earlyStatus, goneStatus } = this.#rules;
    const lookAhead = this.#lookAhead(stream);
    const [found, ...next] = stream.from(route.time, lookAhead + 1);
    if (found?.time !== route.time) {
      if (stream.isToCome(route.time)) return refusal(earlyStatus, 'The fragment does not exist yet.');
      return this.#isBehind(stream, route.time)
        ? refusal(goneStatus, 'The fragment lies behind the window.')
        : refusal(404, 'There never is a fragment at that time.');
    }
    if (next.length < lookAhead && !this.#source.isEnded) {
      return refusal(earlyStatus, 'The fragments that it tells of do not exist yet.');
    }
    if (this.#isBehind(stream, route.time))
      return refusal(goneStatus, 'The fragment lies behind the window.');
    const bytes = await stream.bytes(route, next);
    if (!bytes) return refusal(404, 'The fragment is not to be had.');
    return nounResource(bytes, route.noun, {
      etag: `${digest(bytes.moof)}-${route.noun}`,
      cacheControl: `public, max-age=${this.#maxAge()}`,
    });
  }

  /** What a manifest lists: all that may be sent, as far back as the window reaches. */
  #listed(stream: LiveStream) {
    const last = this.#lastSent(stream);
    if (!last) return [];
    const from = this.#windowStart(stream, last.time + last.duration);
    return stream.from(from).filter(({ time }) => time <= last.time);
  }

  #lastSent(stream: LiveStream) {
    const lookAhead = this.#source.isEnded ? 0 : this.#lookAhead(stream);
    const newest = stream.newest(lookAhead + 1);
    return newest.length > lookAhead ? newest[0] : undefined;
  }

  /** Fragments of a sparse stream come now and then: none waits for the next, or tells of it. [MS-SSTR] 2.2.5. */
  #lookAhead({ attributes }: LiveStream): number {
    return attributes.has('ParentStreamIndex') ? 0 : this.#rules.lookAhead;
  }

  #windowStart({ timescale }: LiveStream, edge: bigint): bigint {
    const { windowSeconds } = this.#rules;
    if (windowSeconds === 0 || (this.#source.isEnded && this.#source.keepsAll)) return 0n;
    return edge - (BigInt(Math.round(windowSeconds * 1e3)) * timescale) / 1000n;
  }

  #isBehind(stream: LiveStream, time: bigint): boolean {
    const last = this.#lastSent(stream);
    return (
      last !== undefined &&
      time < this.#windowStart(stream, last.time + last.duration) - GRACE * last.duration
    );
  }

  /** A fragment never changes once it may be sent; nobody asks for it when it lies behind the window. */
  #maxAge(): number {
    const { windowSeconds } = this.#rules;
    return windowSeconds === 0 ? 86_400 : Math.max(60, Math.ceil(windowSeconds));
  }
}

export const isRefusal = (found: Resource | Refusal): found is Refusal => 'sentence' in found;

const refusal = (status: number, sentence: string): Refusal => ({ status, sentence, headers: BRIEF });

const digest = (bytes: Buffer) => createHash('sha1').update(bytes).digest('base64url').slice(0, 16);
