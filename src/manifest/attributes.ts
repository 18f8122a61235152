import { bytesFromHex } from '../base/bytes.ts';
import { type ExactInteger, parseInteger, parseSafe } from './exact-integer.ts';
import { mendUnread, type Place } from './notes.ts';

/** The attributes of one element, by name as written. */
export type Attributes = ReadonlyMap<string, string>;

/** The value without surrounding white space; `undefined` if it is empty. */
export const textOf = (attributes: Attributes, name: string): string | undefined =>
  attributes.get(name)?.trim() || undefined;

export const isTrue = (attributes: Attributes, name: string): boolean =>
  /^(?:true|1)$/i.test(textOf(attributes, name) ?? '');

/** An optional number; anything but an integer below 2^53 is reported and treated as absent. */
export function numberOf(attributes: Attributes, name: string, place: Place): number | undefined {
  const written = attributes.get(name);
  return written === undefined ? undefined : orMend(parseSafe(written), written, name, place);
}

/** As `numberOf`, up to 64 bits. */
export function integerOf(attributes: Attributes, name: string, place: Place): ExactInteger | undefined {
  const written = attributes.get(name);
  return written === undefined ? undefined : orMend(parseInteger(written), written, name, place);
}

/** Digits of private data: parameter sets take some hundred bytes, and messages that encoders add to them two thousand. */
const MOST_DIGITS = 8192;

/** Optional bytes in hexadecimal. */
export function hexOf(attributes: Attributes, name: string, place: Place): Uint8Array | undefined {
  const written = attributes.get(name);
  if (written === undefined) return undefined;
  return orMend(written.length > MOST_DIGITS ? undefined : bytesFromHex(written), written, name, place);
}

/** A value for messages, shortened. */
export const quote = (value: string): string => `"${value.slice(0, 40)}${value.length > 40 ? '…' : ''}"`;

function orMend<Value>(value: Value | undefined, written: string, name: string, place: Place) {
  if (value === undefined) mendUnread(place, `${name}=${quote(written)} is not valid and was ignored`);
  return value;
}
