/**
 * An integer of any size that is cheap while it is small: a `number` up to 2^53, a `bigint` above, so that `===`, `<`
 * and `>` work between any two. Only times may be negative.
 */
export type ExactInteger = number | bigint;

const MAX_UINT64 = 2n ** 64n - 1n;
/** Eleven days of 100 ns; negative times are moments before the rest. */
const MAX_BELOW_ZERO = 10n ** 13n;
/** Decimal digits of 64 bits. */
const MAX_DIGITS = 20;
/** Any number with this many digits is exact as a `number`. */
const LOW_DIGITS = 15;
const HIGH_UNIT = 10n ** BigInt(LOW_DIGITS);
/** With white space; longer text isn't parsed. */
const MAX_TEXT = 100;

/** Decimal digits of up to 64 bits, with optional white space; `undefined` for anything else. */
export function parseInteger(text: string): ExactInteger | undefined {
  const { length } = text;
  if (length === 0 || length > MAX_DIGITS) return parseTrimmed(text);
  let high = 0;
  let low = 0;
  for (let at = 0; at < length; at++) {
    const digit = text.charCodeAt(at) - 0x30;
    if (digit < 0 || digit > 9) return parseTrimmed(text);
    if (at < length - LOW_DIGITS) high = high * 10 + digit;
    else low = low * 10 + digit;
  }
  if (high === 0) return low;
  const value = BigInt(high) * HIGH_UNIT + BigInt(low);
  return isUint64(value) ? narrow(value) : undefined;
}

/** As `parseInteger`, for text that is known to be 1 to 20 digits. */
export function parseDigits(digits: string): ExactInteger | undefined {
  if (digits.length <= LOW_DIGITS) return Number(digits);
  const value = BigInt(digits);
  return isUint64(value) ? narrow(value) : undefined;
}

/**
 * The negative time that a text stands for, signed or as an unsigned 64-bit number: packagers write such times for
 * audio priming and for edit lists. `undefined` for any other.
 */
export function belowZero(text: string, value: ExactInteger | undefined): number | undefined {
  if (value === undefined) return /^\s*-\d{1,13}\s*$/.test(text) ? Number(text) : undefined;
  return typeof value === 'bigint' && value > MAX_UINT64 - MAX_BELOW_ZERO
    ? Number(value - MAX_UINT64) - 1
    : undefined;
}

/** As `parseInteger`, for numbers that must be exact as a `number`. */
export function parseSafe(text: string): number | undefined {
  const value = parseInteger(text);
  return typeof value === 'number' ? value : undefined;
}

export function plus(a: ExactInteger, b: ExactInteger): ExactInteger {
  if (typeof a === 'number' && typeof b === 'number') {
    const sum = a + b;
    if (Number.isSafeInteger(sum)) return sum;
  }
  return BigInt(a) + BigInt(b);
}

/** `b` must not be larger. */
export function minus(a: ExactInteger, b: ExactInteger): ExactInteger {
  return typeof a === 'number' && typeof b === 'number' ? a - b : narrow(BigInt(a) - BigInt(b));
}

export function times(a: ExactInteger, b: ExactInteger): ExactInteger {
  if (typeof a === 'number' && typeof b === 'number') {
    const product = a * b;
    if (Number.isSafeInteger(product)) return product;
  }
  return narrow(BigInt(a) * BigInt(b));
}

/** Whether it fits into the 64 bits of a fragment's time field. */
export const isUint64 = (value: ExactInteger): boolean => value <= MAX_UINT64;

function parseTrimmed(text: string): ExactInteger | undefined {
  if (text.length > MAX_TEXT) return undefined;
  const trimmed = text.trim();
  return trimmed.length < text.length ? parseInteger(trimmed) : undefined;
}

function narrow(value: bigint): ExactInteger {
  const small = Number(value);
  return Number.isSafeInteger(small) ? small : value;
}
