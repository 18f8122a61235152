declare const unit: unique symbol;
type Unit<Base, Name> = Base & { readonly [unit]: Name };

/**
 * A time or duration on a stream's clock, in ticks of its `Timescale`. A bigint: wall-clock streams exceed 2^53 ticks,
 * and a start time must appear in the fragment URL exactly as the server wrote it.
 */
export type Ticks = Unit<bigint, 'ticks'>;

/** Ticks in a second; 10,000,000 unless a manifest says otherwise. */
export type Timescale = Unit<bigint, 'timescale'>;

/** A time or duration on the media element's clock. */
export type Seconds = Unit<number, 'seconds'>;

export const ticks = (value: bigint | number): Ticks => BigInt(value) as Ticks;
export const timescale = (value: bigint | number): Timescale => BigInt(value) as Timescale;
export const seconds = (value: number): Seconds => value as Seconds;

/** 100 ns, the default clock of Smooth Streaming. [MS-SSTR] 2.2.2.1. */
export const DEFAULT_TIMESCALE: Timescale = timescale(10_000_000);

export const addTicks = (a: Ticks, b: Ticks): Ticks => (a + b) as Ticks;
export const subtractTicks = (a: Ticks, b: Ticks): Ticks => (a - b) as Ticks;

/** Splits before dividing, so that large tick values keep their fraction. */
export function toSeconds(value: Ticks, scale: Timescale): Seconds {
  return seconds(Number(value / scale) + Number(value % scale) / Number(scale));
}

/** The nearest tick to a time on the media element's clock. */
export function toTicks(value: Seconds, scale: Timescale): Ticks {
  const whole = Math.floor(value);
  return (BigInt(whole) * scale + BigInt(Math.round((value - whole) * Number(scale)))) as Ticks;
}

/** The same time on another clock, rounded down to its tick. */
export function rescale(value: Ticks, from: Timescale, to: Timescale): Ticks {
  if (from === to) return value;
  const scaled = value * to;
  const quotient = scaled / from;
  return (scaled % from < 0n ? quotient - 1n : quotient) as Ticks;
}
