import { bytesFromBase64, decodeText, hexFromBytes, swapGuid } from '../base/bytes.ts';
import { SmoothError } from '../base/errors.ts';
import { type XmlFailure, XmlReader } from '../base/xml.ts';
import type { Protection } from './presentation.ts';

/** Protection systems by their registered DASH-IF ids. */
export const PLAYREADY = '9a04f07998404286ab92e65be0885f95';
export const WIDEVINE = 'edef8ba979d64acea3c827dcd51d21ed';
/** Whole fragments are encrypted, with a key from a URL, which no browser's key system supports. ISO/IEC 23009-4. */
export const SEGMENT_ENCRYPTION = 'b47b251a24094b42958e08dbae7b4ee9';
/** Algorithms in PlayReady headers that browsers can't decrypt samples of Smooth fragments with. */
const UNSUPPORTED_ALGORITHMS = new Set(['AESCBC', 'COCKTAIL']);

/** A key of a PlayReady header. */
export interface PlayReadyKey {
  /** 32 lower-case digits, in the byte order of Common Encryption. */
  readonly id: string;
  /** First bytes of the id encrypted with the key: verifies that a key is the right one. */
  readonly checksum: Uint8Array | undefined;
  /** As written: `AESCTR`, `AESCBC`, …; `undefined` if the header doesn't specify it. */
  readonly algorithm?: string | undefined;
}

/** The parts of a PlayReady header that a player needs. */
export interface PlayReadyHeader {
  /** As written: `4.0.0.0` to `4.3.0.0`; for other versions nothing else is read. */
  readonly version: string;
  /** Each key once, in the header's order. */
  readonly keys: readonly PlayReadyKey[];
  /** The licence URL in the header; not to be trusted by itself. */
  readonly licenceUrl: string | undefined;
}

/** Real ones are smaller than 15 KB. */
const MAX_OBJECT_SIZE = 64 * 1024;
const HEADER_RECORD = 1;
const PSSH = 0x70737368;

/**
 * Reads a PlayReady Object: a length, and records of which one is the header. Throws `drm-header-malformed`. PlayReady
 * Header Specification, "PlayReady Objects".
 */
export function readPlayReady(data: Uint8Array): PlayReadyHeader {
  const view = viewOf(data);
  if (data.length > MAX_OBJECT_SIZE) throw malformed(`${data.length} bytes are too many`);
  if (data.length < 6) throw malformed(`${data.length} bytes are too few`);
  const length = view.getUint32(0, true);
  if (length < 6 || length > data.length)
    throw malformed(`its length field says ${length} bytes, but it has ${data.length}`);
  let at = 6;
  let header: Uint8Array | undefined;
  for (let left = view.getUint16(4, true); left > 0; left--) {
    if (at + 4 > length) throw malformed('its records exceed its length');
    const type = view.getUint16(at, true);
    const end = at + 4 + view.getUint16(at + 2, true);
    if (end > length) throw malformed('its records exceed its length');
    if (type === HEADER_RECORD) header ??= data.subarray(at + 4, end);
    at = end;
  }
  if (at !== length) throw malformed(`its records take ${at} of ${length} bytes`);
  if (!header) throw malformed('none of its records is a header');
  return readHeader(decodeText(header));
}

/**
 * A system's header data, extracted from the `pssh` box that some packagers put it in. A PlayReady header that some
 * write without its object gets one.
 */
export function systemDataOf({ data, systemId }: Protection): Uint8Array {
  const box = readBox(data);
  const own = box ? data.subarray(box.dataAt, box.dataAt + box.dataSize) : data;
  return systemId === PLAYREADY && isBareHeader(own) ? playReadyObject(decodeText(own)) : own;
}

const isBareHeader = (data: Uint8Array): boolean =>
  /^\ufeff?\s*<WRMHEADER\s/.test(decodeText(data.subarray(0, 64)));

/** A PlayReady Object that contains only this header. PlayReady Header Specification, "PlayReady Objects". */
export function playReadyObject(header: string): Uint8Array {
  const object = new Uint8Array(10 + 2 * header.length);
  const view = viewOf(object);
  view.setUint32(0, object.length, true);
  view.setUint16(4, 1, true);
  view.setUint16(6, HEADER_RECORD, true);
  view.setUint16(8, 2 * header.length, true);
  for (let i = 0; i < header.length; i++) view.setUint16(10 + 2 * i, header.charCodeAt(i), true);
  return object;
}

/** The encryption scheme, if no browser can decrypt it according to the headers; `undefined` if some can be decrypted. */
export function unsupportedScheme(protection: readonly Protection[]): string | undefined {
  if (protection.some(({ systemId }) => systemId === SEGMENT_ENCRYPTION))
    return 'AES-128-CBC, each fragment as a whole (MPEG-DASH SEA)';
  const algorithms = protection.flatMap(
    (one) => playReadyOf(one)?.keys.map(({ algorithm }) => algorithm) ?? [],
  );
  const isUnsupported =
    algorithms.length > 0 && algorithms.every((name) => UNSUPPORTED_ALGORITHMS.has(name ?? ''));
  return isUnsupported ? `PlayReady ${algorithms[0]}` : undefined;
}

/** The PlayReady headers that can be parsed. */
function playReadyOf(protection: Protection): PlayReadyHeader | undefined {
  if (protection.systemId !== PLAYREADY) return undefined;
  try {
    return readPlayReady(systemDataOf(protection));
  } catch {
    return undefined;
  }
}

/** The key ids in the headers, without duplicates, the first one's first; headers that can't be parsed are ignored. */
export function keyIdsOf(protection: readonly Protection[]): readonly string[] {
  return [...new Set(protection.flatMap(namedBy))];
}

function namedBy(protection: Protection): readonly string[] {
  const named = readBox(protection.data)?.keyIds ?? [];
  if (protection.systemId === WIDEVINE) return [...named, ...readWidevineKeyIds(systemDataOf(protection))];
  return [...named, ...(playReadyOf(protection)?.keys.map(({ id }) => id) ?? [])];
}

/** `version`, then ids and data. ISO/IEC 23001-7, 8.1. `undefined` if it is not a complete box. */
function readBox(data: Uint8Array) {
  const view = viewOf(data);
  if (data.length < 32 || view.getUint32(4) !== PSSH || view.getUint32(0) !== data.length) return undefined;
  const count = view.getUint8(8) > 0 ? view.getUint32(28) : 0;
  const idsAt = view.getUint8(8) > 0 ? 32 : 28;
  const sizeAt = idsAt + 16 * count;
  if (sizeAt + 4 > data.length) return undefined;
  const dataSize = view.getUint32(sizeAt);
  if (sizeAt + 4 + dataSize > data.length) return undefined;
  const keyIds = Array.from({ length: count }, (_, i) =>
    hexFromBytes(data.subarray(idsAt + 16 * i, idsAt + 16 * i + 16)),
  );
  return { keyIds, dataAt: sizeAt + 4, dataSize };
}

/** Fields 2 at the start of a Widevine header: tag 0x12, length 16. */
function readWidevineKeyIds(data: Uint8Array): readonly string[] {
  const ids: string[] = [];
  for (let at = 0; at + 2 <= data.length; ) {
    const isNumber = data[at] === 0x08;
    if (isNumber) at += 2;
    else if (data[at] === 0x12 && data[at + 1] === 16 && at + 18 <= data.length) {
      ids.push(hexFromBytes(data.subarray(at + 2, at + 18)));
      at += 18;
    } else break;
  }
  return ids;
}

/** WRMHEADER: the position of key ids depends on the version. PlayReady Header Specification, 4.0 to 4.3. */
function readHeader(text: string): PlayReadyHeader {
  const reader = new XmlReader(text, (failure) => malformed(problemOf(failure)));
  reader.next();
  if (reader.name !== 'WRMHEADER') throw malformed(`<${reader.name.slice(0, 40)}> is not a WRMHEADER`);
  const version = reader.attribute('version') ?? '';
  const isKnown = /^4\.[0-3](\.|$)/.test(version);
  const keys = new Map<string, PlayReadyKey>();
  const add = (id: string, checksum: string | undefined, algorithm: string | undefined): void => {
    const bytes = bytesFromBase64(id);
    if (bytes?.length !== 16) throw malformed('a KID is not 16 bytes of base64');
    const sum = bytesFromBase64(checksum ?? '');
    const key = {
      id: hexFromBytes(swapGuid(bytes)),
      checksum: sum?.length ? sum : undefined,
      algorithm: algorithm?.trim().toUpperCase() || undefined,
    };
    if (!keys.has(key.id)) keys.set(key.id, key);
  };
  const addElement = (): void => {
    const value = reader.attribute('VALUE');
    if (value !== undefined) add(value, reader.attribute('CHECKSUM'), reader.attribute('ALGID'));
    reader.readContent();
  };
  let [keyId, checksum, algorithm, licenceUrl]: (string | undefined)[] = [];
  const readData = (name: string): void => {
    if (name === 'KID') keyId = reader.readContent();
    else if (name === 'CHECKSUM') checksum = reader.readContent();
    else if (name === 'LA_URL') licenceUrl = reader.readContent().trim() || undefined;
    else if (name === 'PROTECTINFO') for (const child of reader.children()) readProtectInfo(child);
    else reader.readContent();
  };
  const readProtectInfo = (name: string): void => {
    if (name === 'KID') addElement();
    else if (name === 'ALGID') algorithm = reader.readContent();
    else if (name === 'KIDS') {
      for (const child of reader.children()) child === 'KID' ? addElement() : reader.readContent();
    } else reader.readContent();
  };
  for (const name of reader.children()) {
    if (name === 'DATA' && isKnown) for (const child of reader.children()) readData(child);
    else reader.readContent();
  }
  reader.next();
  if (keyId !== undefined) add(keyId, checksum, algorithm);
  return { version, keys: [...keys.values()], licenceUrl };
}

const LIMITED = {
  depth: 'nested elements',
  attributes: 'attributes',
  tag: 'characters of one tag',
} as const;

function problemOf(failure: XmlFailure): string {
  switch (failure.kind) {
    case 'truncated':
      return 'its XML is truncated';
    case 'malformed':
      return failure.problem;
    case 'too-large':
      return `more than ${failure.limit} ${LIMITED[failure.what]}`;
    default:
      return failure satisfies never;
  }
}

const malformed = (problem: string): SmoothError => new SmoothError('drm-header-malformed', { problem });

const viewOf = (bytes: Uint8Array): DataView =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
