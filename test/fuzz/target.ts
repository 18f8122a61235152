import type { Random } from './random.ts';

/** Something that reads what others write. `Result` is whatever its check needs. */
export interface Target<Result = unknown> {
  readonly name: string;
  /** How often it goes over its input: mended text is read as it came, mended, and read again. */
  readonly passes: number;
  seeds(): readonly Uint8Array[];
  /** Another input like one that was interesting; `others` are too. */
  mutate(input: Uint8Array, others: readonly [Uint8Array, ...Uint8Array[]], random: Random): Uint8Array;
  /** Inputs of growing size: one in which some part is there many times over. */
  grower(input: Uint8Array, random: Random): (size: number) => Uint8Array;
  /** Reads; what it throws must be the library's own error. Only this is timed. */
  read(input: Uint8Array): Result;
  /** Throws a `Violation` for a result that can't be. */
  check(result: Result, input: Uint8Array): void;
}

/** What a target did that it must not do. */
export class Violation extends Error {
  override readonly name = 'Violation';
}

export function must(condition: unknown, what: string): asserts condition {
  if (!condition) throw new Violation(what);
}

export const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
export const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

/** Inputs in which a part of another stands many times. */
export function repeatPart(input: Uint8Array, from: number, to: number): (size: number) => Uint8Array {
  const part = input.subarray(from, Math.max(to, from + 1));
  return (size) => {
    const times = Math.max(1, Math.floor((size - input.length) / Math.max(1, part.length)));
    const grown = new Uint8Array(input.length + times * part.length);
    grown.set(input.subarray(0, from));
    for (let i = 0; i < times; i++) grown.set(part, from + i * part.length);
    grown.set(input.subarray(from), from + times * part.length);
    return grown;
  };
}
