import { SmoothError } from '../base/errors.ts';
import type { Protection } from '../manifest/presentation.ts';
import { clearKeyLicence, namedKeys, wrongKeys } from './clear-key.ts';
import type { DrmOptions, LicenceMessage } from './drm-options.ts';
import type { KeySystemCandidate, LicenceServer } from './key-systems.ts';
import { licenceRequest, withHeaders } from './licence-request.ts';

/** What is needed to know about a title for its licences. */
export interface LicensedTitle {
  readonly protection: readonly Protection[];
  /** Known keys, the default first. */
  readonly keyIds: readonly string[];
  readonly options: DrmOptions;
}

export interface LicencePorts {
  /** Sends a request to a licence server, and resolves with the response body. */
  readonly send: (server: LicenceServer, message: LicenceMessage, signal: AbortSignal) => Promise<Uint8Array>;
  readonly warn: (error: SmoothError) => void;
}

/** Obtains a licence for a key system's message: from the app's own keys, or from a licence server. */
export async function requestLicence(
  title: LicensedTitle,
  ports: LicencePorts,
  candidate: KeySystemCandidate,
  event: MediaKeyMessageEvent,
  signal: AbortSignal,
): Promise<Uint8Array> {
  const { keySystem, family, server } = candidate;
  const { clearKeys } = title.options;
  const own = clearKeys && family === 'clearkey' && clearKeyLicence(event.message, clearKeys);
  const licence = own || (server && (await askServer(title, ports, candidate, server, event, signal)));
  if (!licence) {
    const [keyId = ''] = title.keyIds;
    throw new SmoothError('drm-key-missing', { keyId, status: undefined });
  }
  const keyIds =
    family === 'clearkey' ? await wrongKeys(licence, namedKeys(title.protection, ports.warn)) : [];
  if (keyIds.length > 0) throw new SmoothError('drm-key-wrong', { keyIds }, { cause: keySystem });
  return licence;
}

async function askServer(
  { options }: LicensedTitle,
  ports: LicencePorts,
  { keySystem, family }: KeySystemCandidate,
  server: LicenceServer,
  { message: challenge, messageType: type }: MediaKeyMessageEvent,
  signal: AbortSignal,
): Promise<Uint8Array> {
  const { headers, request = unchanged, response = unchanged } = options;
  const { headers: needed, body } = licenceRequest(family, challenge);
  const own = server.isTrusted && headers ? Object.fromEntries(new Headers(headers)) : {};
  const { url } = server;
  try {
    const sent = await request({ keySystem, type, url, headers: withHeaders(needed, own), body });
    const answer = await ports.send({ ...server, url: sent.url }, sent, signal);
    return (await response({ keySystem, type, url: sent.url, headers: {}, body: answer })).body;
  } catch (cause) {
    signal.throwIfAborted();
    if (cause instanceof SmoothError) throw cause;
    throw new SmoothError('drm-licence-failed', { url, status: undefined }, { cause });
  }
}

const unchanged = (message: LicenceMessage): LicenceMessage => message;
