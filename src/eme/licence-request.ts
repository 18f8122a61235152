import { bytesFromBase64, decodeText } from '../base/bytes.ts';
import { XmlReader } from '../base/xml.ts';
import type { KeySystemFamily } from './init-data.ts';

/** The request to a licence server. */
export interface LicenceRequest {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

const SOAP_HEADERS = {
  'Content-Type': 'text/xml; charset=utf-8',
  SOAPAction: '"http://schemas.microsoft.com/DRM/2007/03/protocols/AcquireLicense"',
};

/** Makes a request from a key system's message; PlayReady's message is XML that contains the challenge and its headers. */
export function licenceRequest(family: KeySystemFamily, message: ArrayBuffer): LicenceRequest {
  const body = new Uint8Array(message);
  if (family === 'clearkey') return { headers: { 'Content-Type': 'application/json' }, body };
  if (family === 'widevine') return { headers: { 'Content-Type': 'application/octet-stream' }, body };
  const unwrapped = unwrapChallenge(body);
  return { headers: withHeaders(SOAP_HEADERS, unwrapped?.headers), body: unwrapped?.body ?? body };
}

/** Headers with others, which replace those of the same name in any case. */
export function withHeaders(
  headers: LicenceRequest['headers'],
  others: LicenceRequest['headers'] = {},
): LicenceRequest['headers'] {
  const replaced = new Set(Object.keys(others).map((name) => name.toLowerCase()));
  const kept = Object.entries(headers).filter(([name]) => !replaced.has(name.toLowerCase()));
  return { ...Object.fromEntries(kept), ...others };
}

/**
 * The challenge within a `PlayReadyKeyMessage`, and its headers; `undefined` if the message is the bare challenge, as
 * in some content decryption modules.
 */
function unwrapChallenge(message: Uint8Array): LicenceRequest | undefined {
  const text = decodeText(message);
  if (!text.includes('PlayReadyKeyMessage')) return undefined;
  let [name, value]: (string | undefined)[] = [];
  const headers: Record<string, string> = {};
  let body: Uint8Array | undefined;
  try {
    const reader = new XmlReader(text, ({ kind }) => new Error(kind));
    for (let step = reader.next(); step !== 'end'; step = reader.next()) {
      if (step === 'open' && reader.name === 'Challenge') body = bytesFromBase64(reader.readContent());
      else if (step === 'open' && reader.name === 'name') name = reader.readContent().trim();
      else if (step === 'open' && reader.name === 'value') value = reader.readContent().trim();
      else if (step === 'close' && reader.name === 'HttpHeader' && name && value !== undefined) {
        // The name in older modules.
        headers[name === 'Content' ? 'Content-Type' : name] = value;
        name = value = undefined;
      }
    }
  } catch {
    return undefined;
  }
  return body && { headers, body };
}
