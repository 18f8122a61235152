import { SmoothError } from '../base/errors.ts';
import { redactText } from '../base/redact.ts';

/** Plain JSON. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

/** Values under these names are or may be credentials; their own names may stay. */
const SECRET = /^(?:headers|clearKeys|certificate|authorization|cookie|password|secret|body)$/i;
const MOST_DEPTH = 16;

/**
 * Any value as plain JSON without tokens or credentials. Numbers stay exact: plain data can be restored with `revive`.
 */
export function plain(value: unknown, depth = 0): Json {
  if (depth > MOST_DEPTH) return '…';
  switch (typeof value) {
    case 'string':
      return redactText(value);
    case 'number':
      return isWritable(value) ? value : { number: Object.is(value, -0) ? '-0' : String(value) };
    case 'boolean':
      return value;
    case 'bigint':
      return String(value);
    case 'object':
      return value === null ? null : plainObject(value, depth + 1);
    case 'function':
      return 'a function';
    default:
      return null;
  }
}

/** The value given to `plain`, as far as it was plain data: numbers, strings, and what consists of them. */
export function revive(json: unknown): unknown {
  if (json === null) return undefined;
  if (typeof json !== 'object') return json;
  if (Array.isArray(json)) return json.map(revive);
  const { float64, number } = json as { readonly float64?: unknown; readonly number?: unknown };
  if (Array.isArray(float64)) return Float64Array.from(float64, (value) => Number(revive(value)));
  if (typeof number === 'string' && Object.keys(json).length === 1) return Number(number);
  return Object.fromEntries(Object.entries(json).map(([name, value]) => [name, revive(value)]));
}

function plainObject(value: object, depth: number): Json {
  if (value instanceof Float64Array) return { float64: Array.from(value, (number) => plain(number, depth)) };
  if (value instanceof ArrayBuffer || ArrayBuffer.isView(value)) return `${value.byteLength} bytes`;
  if (Array.isArray(value)) return value.map((entry) => plain(entry, depth));
  if (value instanceof SmoothError) return plain(value.toJSON(), depth);
  if (value instanceof Error || value instanceof URL) return redactText(String(value));
  const entries: (readonly [string, unknown])[] =
    Symbol.iterator in value ? [...(value as Iterable<[string, unknown]>)] : Object.entries(value);
  return Object.fromEntries(
    entries
      .filter(([, entry]) => entry !== undefined)
      .map(([name, entry]) => [name, SECRET.test(name) ? withheld(entry) : plain(entry, depth)]),
  );
}

/** The names of withheld values, if there are any. */
function withheld(value: unknown): Json {
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return '…';
  const names =
    Symbol.iterator in value
      ? [...(value as Iterable<[string, unknown]>)].map(([name]) => name)
      : Object.keys(value);
  return Object.fromEntries(names.map((name) => [String(name), '…']));
}

/** JSON has no others. */
const isWritable = (value: number): boolean => Number.isFinite(value) && !Object.is(value, -0);
