import { createCipheriv } from 'node:crypto';
import type { ContentKey } from './encrypt-fragment.ts';

export interface HeaderOptions {
  readonly keys: readonly ContentKey[];
  readonly licenceUrl?: string | undefined;
  readonly hasChecksum?: boolean;
}

const SYSTEM = '9a04f079-9840-4286-ab92-e65be0885f95';
const NAMESPACE = 'http://schemas.microsoft.com/DRM/2007/03/PlayReadyHeader';

/** `Protection` with a PlayReady header. [MS-SSTR] 2.2.2.2. */
export function protectionElement(options: HeaderOptions): string {
  const data = playReadyObject(options).toString('base64');
  return `  <Protection>\n    <ProtectionHeader SystemID="${SYSTEM}">${data}</ProtectionHeader>\n  </Protection>`;
}

/** An object of one record: the header, 4.0 for one key and 4.2 for several. PlayReady Header Specification. */
function playReadyObject(options: HeaderOptions): Buffer {
  const header = Buffer.from(headerText(options), 'utf16le');
  const head = Buffer.alloc(10);
  head.writeUInt32LE(head.length + header.length, 0);
  head.writeUInt16LE(1, 4);
  head.writeUInt16LE(1, 6);
  head.writeUInt16LE(header.length, 8);
  return Buffer.concat([head, header]);
}

function headerText({ keys, licenceUrl, hasChecksum = true }: HeaderOptions): string {
  const [first] = keys;
  const url = licenceUrl === undefined ? '' : `<LA_URL>${escapeXml(licenceUrl)}</LA_URL>`;
  if (keys.length === 1 && first) {
    const checksum = hasChecksum ? `<CHECKSUM>${checksumOf(first)}</CHECKSUM>` : '';
    const info = '<PROTECTINFO><KEYLEN>16</KEYLEN><ALGID>AESCTR</ALGID></PROTECTINFO>';
    return wrap('4.0.0.0', `${info}<KID>${keyIdOf(first).toString('base64')}</KID>${checksum}${url}`);
  }
  const kids = keys.map((key) => {
    const checksum = hasChecksum ? ` CHECKSUM="${checksumOf(key)}"` : '';
    return `<KID ALGID="AESCTR"${checksum} VALUE="${keyIdOf(key).toString('base64')}"></KID>`;
  });
  return wrap('4.2.0.0', `<PROTECTINFO><KIDS>${kids.join('')}</KIDS></PROTECTINFO>${url}`);
}

const wrap = (version: string, data: string): string =>
  `<WRMHEADER xmlns="${NAMESPACE}" version="${version}"><DATA>${data}</DATA></WRMHEADER>`;

/** In the GUID layout of Windows: the first three fields little-endian. */
function keyIdOf({ keyId }: ContentKey): Buffer {
  const bytes = Buffer.from(keyId, 'hex');
  bytes.subarray(0, 4).reverse();
  bytes.subarray(4, 6).reverse();
  bytes.subarray(6, 8).reverse();
  return bytes;
}

/** The first 8 bytes of the key id encrypted with the key. */
function checksumOf(key: ContentKey): string {
  const cipher = createCipheriv('aes-128-ecb', Buffer.from(key.key, 'hex'), null);
  return cipher.update(keyIdOf(key)).subarray(0, 8).toString('base64');
}

const escapeXml = (text: string): string =>
  text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
