import { type Seconds, seconds, type Ticks, type Timescale } from '../base/time.ts';

declare const unit: unique symbol;
/**
 * A time or duration on a document's or a stream's clock. A bigint: documents may count from 1970, and keep their
 * milliseconds.
 */
export type Nanoseconds = bigint & { readonly [unit]: 'nanoseconds' };

const IN_A_SECOND = 1_000_000_000n;

export const nanoseconds = (value: bigint): Nanoseconds => value as Nanoseconds;
export const NO_TIME = nanoseconds(0n);

export const plus = (a: Nanoseconds, b: Nanoseconds): Nanoseconds => nanoseconds(a + b);

/** The earlier of two that may be open. */
export function earlierOf(a: Nanoseconds | undefined, b: Nanoseconds | undefined): Nanoseconds | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  const isFirst = a < b;
  return isFirst ? a : b;
}

export function later(a: Nanoseconds, b: Nanoseconds): Nanoseconds {
  const isFirst = a > b;
  return isFirst ? a : b;
}

/** Rounded to the nearest. */
export function fromTicks(value: Ticks, scale: Timescale): Nanoseconds {
  const scaled = value * IN_A_SECOND * 2n + scale;
  const quotient = scaled / (scale * 2n);
  return nanoseconds(scaled % (scale * 2n) < 0n ? quotient - 1n : quotient);
}

export const fromSeconds = (value: number): Nanoseconds =>
  nanoseconds(
    BigInt(Math.floor(value)) * IN_A_SECOND + BigInt(Math.round((value - Math.floor(value)) * 1e9)),
  );

/** Exact if the distance from zero is at most some months; so subtract an origin first. */
export const inSeconds = (value: bigint): Seconds =>
  seconds(Number(value / IN_A_SECOND) + Number(value % IN_A_SECOND) / 1e9);
