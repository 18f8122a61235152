import { Link } from './link.ts';
import { type ActiveRule, isMatch, type RequestFacts, type RuleEffect, type Rules } from './rules.ts';

type Bandwidth = Extract<RuleEffect, { type: 'bandwidth' }>;

/** The links of bandwidth rules, each shared by all requests that its rule applies to. */
export class SharedLinks {
  readonly #rules: Rules;
  readonly #byRule = new Map<number, Link>();

  constructor(rules: Rules) {
    this.#rules = rules;
  }

  /**
   * The links that a response currently passes through, given the rules that matched its request. Links change during a
   * response: a removed rule ends, and a new one applies at once unless it counts requests.
   */
  over(facts: RequestFacts, met: readonly ActiveRule[]): readonly Link[] {
    return this.#rules.active.flatMap((rule) => {
      const { id, effect, match = {} } = rule;
      if (effect.type !== 'bandwidth') return [];
      const isCounted = match.from !== undefined || match.count !== undefined;
      const holds = isCounted ? met.some((one) => one.id === id) : isMatch(match, facts);
      return holds ? [this.#linkOf(id, effect)] : [];
    });
  }

  #linkOf(id: number, { steps }: Bandwidth): Link {
    const known = this.#byRule.get(id);
    if (known) return known;
    for (const old of this.#byRule.keys()) {
      if (!this.#rules.active.some((rule) => rule.id === old)) this.#byRule.delete(old);
    }
    const link = new Link(steps, performance.now() / 1000);
    this.#byRule.set(id, link);
    return link;
  }
}
