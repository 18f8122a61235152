import { Line } from './line.ts';
import { type ActiveRule, isMatch, type RequestFacts, type RuleEffect, type Rules } from './rules.ts';

type Bandwidth = Extract<RuleEffect, { type: 'bandwidth' }>;

/** The lines of bandwidth rules, each shared by all that its rule is about. */
export class SharedLines {
  readonly #rules: Rules;
  readonly #byRule = new Map<number, Line>();

  constructor(rules: Rules) {
    this.#rules = rules;
  }

  /**
   * What a response passes through at this moment, given the rules that its request met. A line changes under what
   * is on its way: a rule that is removed lets go, and a new one holds at once unless it counts requests.
   */
  over(facts: RequestFacts, met: readonly ActiveRule[]): readonly Line[] {
    return this.#rules.active.flatMap((rule) => {
      const { id, effect, match = {} } = rule;
      if (effect.type !== 'bandwidth') return [];
      const isCounted = match.from !== undefined || match.count !== undefined;
      const holds = isCounted ? met.some((one) => one.id === id) : isMatch(match, facts);
      return holds ? [this.#lineOf(id, effect)] : [];
    });
  }

  #lineOf(id: number, { steps }: Bandwidth): Line {
    const known = this.#byRule.get(id);
    if (known) return known;
    for (const old of this.#byRule.keys()) {
      if (!this.#rules.active.some((rule) => rule.id === old)) this.#byRule.delete(old);
    }
    const line = new Line(steps, performance.now() / 1000);
    this.#byRule.set(id, line);
    return line;
  }
}
