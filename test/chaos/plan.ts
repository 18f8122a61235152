import type { Rule, RuleEffect } from '../../demo/origin/rules.ts';
import { randomFrom } from '../sim/on-demand/random.ts';

/** A rule that is active for some time, in seconds of the session. */
export interface PlannedRule {
  readonly at: number;
  readonly until: number;
  readonly rule: Rule;
}

export type PlannedAction = { readonly at: number } & (
  | { readonly do: 'seek'; readonly to: number }
  | { readonly do: 'pause'; readonly seconds: number }
  | { readonly do: 'rate'; readonly rate: number }
);

export interface SessionPlan {
  readonly seed: number;
  readonly bitsPerSecond: number;
  readonly rules: readonly PlannedRule[];
  readonly actions: readonly PlannedAction[];
}

/** Seconds of outages, and then of a healthy server. */
export const CHAOS = 40;
export const CALM = 15;
/** Of the title, which is longer than what players buffer. */
const TITLE_SECONDS = 150;
/** From one that barely allows a level of 1.5 Mbit/s to one that no level fills. */
const SPEEDS = [2, 4, 8, 20];

const EFFECTS: readonly RuleEffect[] = [
  { type: 'status', status: 503 },
  { type: 'status', status: 500 },
  { type: 'status', status: 404 },
  { type: 'status', status: 429, headers: { 'retry-after': '2' } },
  { type: 'replace', body: '<!doctype html><title>Please log in</title>', contentType: 'text/html' },
  { type: 'reset' },
  { type: 'reset', afterShare: 0.5 },
  { type: 'silence' },
  { type: 'stall', afterShare: 0.5 },
  { type: 'cut', afterShare: 0.5 },
  { type: 'alter', box: 'moof', count: 20 },
];

/** What the seed determines: outages of all fragments or of one stream's, and the user's actions meanwhile. */
export function sessionPlan(seed: number): SessionPlan {
  const random = randomFrom(seed);
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;
  const rules: PlannedRule[] = [];
  for (let at = 1 + random() * 6; at < CHAOS - 2; at += 1 - Math.log(1 - random()) * 6) {
    const until = Math.min(CHAOS, at + pick([0.5, 1, 2, 4, 8, 12]) * (0.5 + random()));
    const url = random() < 0.7 ? 'Fragments(' : pick(['Fragments(video', 'Fragments(audio']);
    rules.push({ at, until, rule: { match: { url }, effect: pick(EFFECTS) } });
  }
  const actions: PlannedAction[] = [];
  for (let at = 3 + random() * 6; at < CHAOS; at += 2 + random() * 10) {
    const chance = random();
    if (chance < 0.5) actions.push({ at, do: 'seek', to: random() * (TITLE_SECONDS - 4) });
    else if (chance < 0.75) actions.push({ at, do: 'pause', seconds: 0.5 + random() * 4 });
    else actions.push({ at, do: 'rate', rate: pick([0.5, 1, 1.5, 2]) });
  }
  return { seed, bitsPerSecond: pick(SPEEDS) * 1_000_000, rules, actions };
}
