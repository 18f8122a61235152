import { base64FromBytes, bytesFromHex } from '../../../src/base/bytes.ts';
import type { Protection } from '../../../src/manifest/presentation.ts';
import { PLAYREADY, systemDataOf, WIDEVINE } from '../../../src/manifest/protection.ts';
import type { Encryption } from '../../../src/transmux/encryption.ts';
import { guid, systemHeaders } from './cmaf-init.ts';

/**
 * `EXT-X-KEY` of a level under Common Encryption: one line for each key system, and one for ClearKey. `SAMPLE-AES-CTR`
 * means AES-CTR to everybody but Apple, whose systems use other ciphers.
 */
export function hlsKeys({ keyId }: Encryption, protection: readonly Protection[]): readonly string[] {
  const systems = systemHeaders(protection, []).flatMap(({ systemId, box }) => {
    const own = protection.find((one) => one.systemId === systemId);
    if (systemId === PLAYREADY && own) {
      const object = base64FromBytes(systemDataOf(own));
      return keyLine(`data:text/plain;charset=UTF-16;base64,${object}`, keyId, 'com.microsoft.playready');
    }
    if (systemId !== WIDEVINE) return [];
    return keyLine(`data:text/plain;base64,${base64FromBytes(box)}`, keyId, `urn:uuid:${guid(systemId)}`);
  });
  const raw = base64FromBytes(bytesFromHex(keyId) ?? new Uint8Array(16));
  return [...systems, keyLine(`data:text/plain;base64,${raw}`, keyId, 'org.w3.clearkey')];
}

const keyLine = (uri: string, keyId: string, format: string): string =>
  `#EXT-X-KEY:METHOD=SAMPLE-AES-CTR,URI="${uri}",KEYID=0x${keyId.toUpperCase()},KEYFORMAT="${format}",KEYFORMATVERSIONS="1"`;
