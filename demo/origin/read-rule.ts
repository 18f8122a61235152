import type { Rule, RuleEffect } from './rules.ts';

type Fields = Readonly<Record<string, unknown>>;
type Check = (value: unknown) => boolean;

const isText: Check = (value) => typeof value === 'string';
const isAmount: Check = (value) => typeof value === 'number' && value >= 0;
const isCount: Check = (value) => Number.isInteger(value) && isAmount(value);
const isStatus: Check = (value) => isCount(value) && Number(value) >= 200 && Number(value) <= 599;
const isFlag: Check = (value) => typeof value === 'boolean';
const isSteps: Check = (value) =>
  Array.isArray(value) &&
  value.every((step) => Array.isArray(step) && step.length === 2 && step.every(isAmount)) &&
  value.some(([seconds]) => seconds > 0);
const isHeaders: Check = (value) => isFields(value) && Object.values(value).every(isText);
const isBox: Check = (value) => value === 'moof' || value === 'mdat';
const maybe =
  (check: Check): Check =>
  (value) =>
    value === undefined || check(value);

const PLACE = {
  afterBytes: maybe(isCount),
  afterShare: maybe((value) => isAmount(value) && Number(value) <= 1),
};

const EFFECTS: Readonly<Record<RuleEffect['type'], Readonly<Record<string, Check>>>> = {
  bandwidth: { steps: isSteps },
  latency: { ms: isAmount },
  status: { status: isStatus, headers: maybe(isHeaders) },
  redirect: { to: isText },
  reset: PLACE,
  cut: { ...PLACE, withLength: maybe(isFlag) },
  stall: PLACE,
  silence: {},
  replace: { body: isText, contentType: maybe(isText) },
  alter: { box: isBox, count: maybe(isCount), seed: maybe(isCount) },
};

const MATCH = {
  url: maybe(isText),
  stream: maybe(isText),
  bitrate: maybe(isCount),
  time: maybe(isText),
  from: maybe(isCount),
  count: maybe(isCount),
};

/** Validates a rule from outside; returns an error message if it is invalid. */
export function readRule(value: unknown): Rule | string {
  if (!isFields(value) || !('effect' in value)) return 'a rule needs an effect';
  const { effect, match = {} } = value;
  if (!isFields(effect)) return 'an effect needs a type';
  const { type: named } = effect;
  const type = String(named);
  if (!isEffect(type)) return `an effect's type is one of ${Object.keys(EFFECTS).join(', ')}`;
  if (!isFields(match)) return 'match must be an object';
  const wrong = firstWrong(EFFECTS[type], effect, ['type']) ?? firstWrong(MATCH, match);
  return wrong === undefined ? (value as unknown as Rule) : `${wrong} is missing or invalid`;
}

/** The first field that is missing, unknown or of the wrong type. */
function firstWrong(
  checks: Readonly<Record<string, Check>>,
  fields: Fields,
  known: readonly string[] = [],
): string | undefined {
  const unknown = Object.keys(fields).find((name) => !Object.hasOwn(checks, name) && !known.includes(name));
  return unknown ?? Object.keys(checks).find((name) => checks[name]?.(fields[name]) === false);
}

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isEffect = (type: string): type is RuleEffect['type'] => Object.hasOwn(EFFECTS, type);
