import { base64FromBytes, bytesFromHex, hexFromBytes, swapGuid } from '../base/bytes.ts';
import type { Protection } from '../manifest/presentation.ts';
import { keyIdsOf, PLAYREADY, playReadyObject, systemDataOf, WIDEVINE } from '../manifest/protection.ts';
import { writeSystemHeader } from '../mp4/common-encryption.ts';
import { base64UrlFromBytes } from './clear-key.ts';

/** Key systems with the same message format. */
export type KeySystemFamily = 'clearkey' | 'playready' | 'widevine';

/** The initialization data of a session. */
export interface InitData {
  readonly type: 'cenc' | 'keyids';
  readonly data: Uint8Array<ArrayBuffer>;
  /** Keys that its licence is expected to contain. */
  readonly keyIds: readonly string[];
}

/** The initialization data for a title: its header in the manifest, or the ids of the keys. */
export function initDataOf(
  family: KeySystemFamily,
  protection: readonly Protection[],
  keyIds: readonly string[],
): readonly InitData[] {
  const systemId = { clearkey: undefined, playready: PLAYREADY, widevine: WIDEVINE }[family];
  const headers = protection.filter((header) => header.systemId === systemId);
  if (headers.length === 0) return keyIds.length > 0 ? [initDataFor(family, keyIds)] : [];
  return headers.map((header) => {
    const named = keyIdsOf([header]);
    const data = writeSystemHeader(header.systemId, systemDataOf(header));
    return { type: 'cenc', data, keyIds: named.length > 0 ? named : keyIds };
  });
}

/** The initialization data for keys without a header. */
export function initDataFor(family: KeySystemFamily, keyIds: readonly string[]): InitData {
  const bytes = keyIds.map((id) => bytesFromHex(id) ?? new Uint8Array(16));
  switch (family) {
    case 'clearkey': {
      const kids = bytes.map(base64UrlFromBytes);
      return { type: 'keyids', data: new TextEncoder().encode(JSON.stringify({ kids })), keyIds };
    }
    case 'widevine': {
      // Fields of the Widevine header: 1, the algorithm, is AES-CTR; 2 is a key id.
      const data = Uint8Array.from([0x08, 0x01, ...bytes.flatMap((id) => [0x12, 16, ...id])]);
      return { type: 'cenc', data: writeSystemHeader(WIDEVINE, data), keyIds };
    }
    case 'playready':
      return { type: 'cenc', data: writeSystemHeader(PLAYREADY, objectOfKeys(bytes)), keyIds };
    default:
      return family satisfies never;
  }
}

/** Compares key ids, in the byte order of Common Encryption or of Windows. */
export const isSameKey = (a: string, b: string): boolean =>
  a === b || hexFromBytes(swapGuid(bytesFromHex(a) ?? new Uint8Array())) === b;

/** A PlayReady Object that contains only key ids. PlayReady Header Specification, 4.2. */
function objectOfKeys(keyIds: readonly Uint8Array[]): Uint8Array {
  const kids = keyIds.map((id) => `<KID ALGID="AESCTR" VALUE="${base64FromBytes(swapGuid(id))}"></KID>`);
  const text = `<WRMHEADER xmlns="http://schemas.microsoft.com/DRM/2007/03/PlayReadyHeader" version="4.2.0.0"><DATA><PROTECTINFO><KIDS>${kids.join('')}</KIDS></PROTECTINFO></DATA></WRMHEADER>`;
  return playReadyObject(text);
}
