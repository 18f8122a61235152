import { base64FromBytes, bytesFromBase64, bytesFromHex, hexFromBytes, swapGuid } from '../base/bytes.ts';
import { SmoothError } from '../base/errors.ts';
import type { Protection } from '../manifest/presentation.ts';
import { PLAYREADY, type PlayReadyKey, readPlayReady, systemDataOf } from '../manifest/protection.ts';

export const base64UrlFromBytes = (bytes: Uint8Array): string =>
  base64FromBytes(bytes).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');

const bytesFromBase64Url = (text: string): Uint8Array | undefined =>
  bytesFromBase64(text.replaceAll('-', '+').replaceAll('_', '/'));

/**
 * Answers a ClearKey request with the given keys, by their ids; `undefined` if none of the requested keys is known.
 * Encrypted Media Extensions, 9.1.3 and 9.1.4.
 */
export function clearKeyLicence(
  message: ArrayBuffer,
  clearKeys: Readonly<Record<string, string>>,
): Uint8Array | undefined {
  const known = new Map(Object.entries(clearKeys).map(([id, key]) => [digits(id), digits(key)]));
  const keys = readRequest(message)
    .map((id) => ({ id, key: bytesFromHex(known.get(id) ?? '') }))
    .filter(({ key }) => key?.length === 16);
  if (keys.length === 0) return undefined;
  const set = keys.map(({ id, key = new Uint8Array() }) => ({
    kty: 'oct',
    kid: base64UrlFromBytes(bytesFromHex(id) ?? new Uint8Array()),
    k: base64UrlFromBytes(key),
  }));
  return new TextEncoder().encode(JSON.stringify({ keys: set, type: 'temporary' }));
}

/** Ids of the keys in a licence that don't match the header's checksum; ids as in the header. */
export async function wrongKeys(licence: Uint8Array, header: readonly PlayReadyKey[]): Promise<string[]> {
  const wrong: string[] = [];
  const { keys = [] } = parse<{ keys?: unknown }>(licence);
  for (const entry of Array.isArray(keys) ? keys : []) {
    const { kid, k } = (entry ?? {}) as { kid?: unknown; k?: unknown };
    const [id, key] = [bytesFromBase64Url(String(kid)), bytesFromBase64Url(String(k))];
    const named = id && header.find((candidate) => candidate.id === hexFromBytes(id));
    if (id && key?.length === 16 && named?.checksum && !(await fits(key, id, named.checksum))) {
      wrong.push(named.id);
    }
  }
  return wrong;
}

/** Keys of the PlayReady headers, with their checksums. */
export function namedKeys(
  protection: readonly Protection[],
  warn: (error: SmoothError) => void,
): readonly PlayReadyKey[] {
  return protection.flatMap((header) => {
    if (header.systemId !== PLAYREADY) return [];
    try {
      return readPlayReady(systemDataOf(header)).keys;
    } catch (error) {
      if (error instanceof SmoothError) warn(error);
      return [];
    }
  });
}

/** First bytes of the id, in the GUID layout of Windows, encrypted with the key. PlayReady Header Specification, CHECKSUM. */
async function fits(key: Uint8Array, id: Uint8Array, checksum: Uint8Array): Promise<boolean> {
  const subtle = globalThis.crypto?.subtle;
  if (!subtle) return true;
  // The first block of CBC with a zero vector equals ECB, which the platform doesn't have.
  const name = 'AES-CBC';
  const imported = await subtle.importKey('raw', Uint8Array.from(key), name, false, ['encrypt']);
  const block = Uint8Array.from(swapGuid(id));
  const sealed = new Uint8Array(await subtle.encrypt({ name, iv: new Uint8Array(16) }, imported, block));
  return checksum.every((byte, i) => byte === sealed[i]);
}

function readRequest(message: ArrayBuffer): string[] {
  const { kids = [] } = parse<{ kids?: unknown }>(new Uint8Array(message));
  return Array.isArray(kids)
    ? kids.map((kid) => hexFromBytes(bytesFromBase64Url(String(kid)) ?? new Uint8Array()))
    : [];
}

/** Parses untrusted JSON. */
function parse<T extends object>(bytes: Uint8Array): Partial<T> {
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(bytes));
    return typeof value === 'object' && value !== null ? (value as Partial<T>) : {};
  } catch {
    return {};
  }
}

const digits = (text: string): string => text.replace(/[^0-9a-f]/gi, '').toLowerCase();
