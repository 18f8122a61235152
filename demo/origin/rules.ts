/**
 * Which requests a rule applies to. All given conditions must match; without any, every request for a manifest or a
 * fragment.
 */
export interface RuleMatch {
  /** Part of the path, case-insensitive. */
  readonly url?: string;
  /** Name of the stream, such as `video`, case-insensitive. */
  readonly stream?: string;
  readonly bitrate?: number;
  /** Start time in ticks, in decimal. */
  readonly time?: string;
  /** The first match that it applies to, from 1; default 1. */
  readonly from?: number;
  /** How many matches from there on; default: all. */
  readonly count?: number;
}

/** A position in a body, in bytes or as a fraction, 0 to 1. */
export type BodyPlace = { readonly afterBytes: number } | { readonly afterShare: number };

/** What happens to a request. */
export type RuleEffect =
  /** Seconds and bits per second, repeated: `[[10, 5e6], [2, 0]]`; one link shared by all matching requests. */
  | {
      readonly type: 'bandwidth';
      readonly steps: readonly (readonly [seconds: number, bitsPerSecond: number])[];
    }
  | { readonly type: 'latency'; readonly ms: number }
  | { readonly type: 'status'; readonly status: number; readonly headers?: Readonly<Record<string, string>> }
  | { readonly type: 'redirect'; readonly to: string }
  /** The connection is reset: before the headers, or within the body. */
  | ({ readonly type: 'reset' } & Partial<BodyPlace>)
  /** The body ends early, with its length announced or not. */
  | ({ readonly type: 'cut'; readonly withLength?: boolean } & BodyPlace)
  /** The body stalls forever. */
  | ({ readonly type: 'stall' } & BodyPlace)
  /** There is no response. */
  | { readonly type: 'silence' }
  /** Another body, with status 200. */
  | { readonly type: 'replace'; readonly body: string; readonly contentType?: string }
  /** Bytes of `moof` or `mdat` are altered at positions derived from a seed. */
  | {
      readonly type: 'alter';
      readonly box: 'moof' | 'mdat';
      readonly count?: number;
      readonly seed?: number;
    };

export interface Rule {
  readonly match?: RuleMatch;
  readonly effect: RuleEffect;
}

/** The properties of a request that rules match. */
export interface RequestFacts {
  readonly path: string;
  readonly stream?: string | undefined;
  readonly bitrate?: number | undefined;
  readonly time?: string | undefined;
}

/** An active rule. */
export interface ActiveRule extends Rule {
  readonly id: number;
  /** Number of matching requests so far, including those outside of `from` and `count`. */
  readonly matched: number;
}

export function isMatch(match: RuleMatch, facts: RequestFacts): boolean {
  const { url, stream, bitrate, time } = match;
  return (
    (url === undefined || facts.path.toLowerCase().includes(url.toLowerCase())) &&
    (stream === undefined || facts.stream?.toLowerCase() === stream.toLowerCase()) &&
    (bitrate === undefined || facts.bitrate === bitrate) &&
    (time === undefined || facts.time === time)
  );
}

/** The active rules, in order of addition. */
export class Rules {
  #active: ActiveRule[] = [];
  #lastId = 0;

  get active(): readonly ActiveRule[] {
    return this.#active;
  }

  add(rule: Rule): ActiveRule {
    this.#lastId += 1;
    const active: ActiveRule = { ...rule, id: this.#lastId, matched: 0 };
    this.#active.push(active);
    return active;
  }

  /** Returns whether there was such a rule. */
  remove(id: number): boolean {
    const before = this.#active.length;
    this.#active = this.#active.filter((rule) => rule.id !== id);
    return this.#active.length < before;
  }

  clear(): void {
    this.#active = [];
  }

  /** Counts a request and returns the rules that apply to it. */
  take(facts: RequestFacts): readonly ActiveRule[] {
    const met: ActiveRule[] = [];
    this.#active = this.#active.map((rule) => {
      const { match = {} } = rule;
      if (!isMatch(match, facts)) return rule;
      const counted = { ...rule, matched: rule.matched + 1 };
      const { from = 1, count = Number.POSITIVE_INFINITY } = match;
      if (counted.matched >= from && counted.matched < from + count) met.push(counted);
      return counted;
    });
    return met;
  }
}
