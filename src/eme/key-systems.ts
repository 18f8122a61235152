import { SmoothError } from '../base/errors.ts';
import type { Protection } from '../manifest/presentation.ts';
import { PLAYREADY, readPlayReady, systemDataOf } from '../manifest/protection.ts';
import type { DrmOptions } from './drm-options.ts';
import type { KeySystemFamily } from './init-data.ts';
import { withTimeout } from './with-timeout.ts';

/** A key system that could be used, and the configurations to request from the browser. */
export interface KeySystemCandidate {
  readonly keySystem: string;
  readonly family: KeySystemFamily;
  /** Its licence server; `undefined` if the keys are given. */
  readonly server: LicenceServer | undefined;
  /** In order of preference; the empty one leaves it to the key system. */
  readonly robustness: readonly string[];
}

export interface LicenceServer {
  readonly url: string;
  /** Whether the app named it, rather than the manifest. */
  readonly isTrusted: boolean;
}

/** MIME types of the levels that may be played. */
export interface ContentTypes {
  readonly video: readonly string[];
  readonly audio: readonly string[];
}

export const CLEAR_KEY = 'org.w3.clearkey';
const DEFAULT_ORDER = [
  'com.microsoft.playready.recommendation',
  'com.microsoft.playready',
  'com.widevine.alpha',
];
/** The highest available is used; licences for high resolutions require it. */
const ROBUSTNESS: Readonly<Record<KeySystemFamily, readonly string[]>> = {
  clearkey: [''],
  playready: ['3000', '2000', '150', ''],
  widevine: [
    'HW_SECURE_ALL',
    'HW_SECURE_DECODE',
    'HW_SECURE_CRYPTO',
    'SW_SECURE_DECODE',
    'SW_SECURE_CRYPTO',
    '',
  ],
};
/** Audio isn't decoded in hardware, so its robustness level differs from that of the video. */
const AUDIO_ROBUSTNESS: Readonly<Record<string, string>> = {
  '3000': '2000',
  HW_SECURE_ALL: 'SW_SECURE_CRYPTO',
  HW_SECURE_DECODE: 'SW_SECURE_CRYPTO',
  HW_SECURE_CRYPTO: 'SW_SECURE_CRYPTO',
  SW_SECURE_DECODE: 'SW_SECURE_CRYPTO',
};
const ANSWER_WITHIN_MS = 10_000;

/** Key systems with a source of keys, in order of preference. */
export function candidatesFor(
  options: DrmOptions,
  protection: readonly Protection[],
): readonly KeySystemCandidate[] {
  const clearKey = options.clearKeys || serverOf(CLEAR_KEY, options) ? [CLEAR_KEY] : [];
  const named = Object.keys(options.servers ?? {}).filter((name) => familyOf(name));
  const wanted = [...(options.preferred ?? []), ...clearKey, ...DEFAULT_ORDER, ...named];
  return [...new Set(wanted)].flatMap((keySystem) => {
    const family = familyOf(keySystem);
    if (!family) return [];
    const hasKeys = family === 'clearkey' && options.clearKeys !== undefined;
    const server = serverOf(keySystem, options) ?? manifestServer(family, options, protection);
    if (!server && !hasKeys) return [];
    const robustness = options.robustness === undefined ? ROBUSTNESS[family] : [options.robustness];
    return [{ keySystem, family, server, robustness }];
  });
}

/** The first candidate that the browser supports. Throws `drm-no-server` or `drm-no-key-system`. */
export async function chooseKeySystem(
  candidates: readonly KeySystemCandidate[],
  types: ContentTypes,
  signal: AbortSignal,
): Promise<{ readonly candidate: KeySystemCandidate; readonly access: MediaKeySystemAccess }> {
  if (candidates.length === 0) throw new SmoothError('drm-no-server', {});
  const reasons: unknown[] = [];
  for (const candidate of candidates) {
    try {
      const asking = navigator.requestMediaKeySystemAccess(
        candidate.keySystem,
        configurationsOf(candidate, types),
      );
      return { candidate, access: await withTimeout(ANSWER_WITHIN_MS, asking, signal) };
    } catch (error) {
      signal.throwIfAborted();
      reasons.push(error);
    }
  }
  const systems = candidates.map(({ keySystem }) => keySystem);
  throw new SmoothError('drm-no-key-system', { systems }, { cause: reasons[0] });
}

function configurationsOf(
  { family, robustness }: KeySystemCandidate,
  { video, audio }: ContentTypes,
): MediaKeySystemConfiguration[] {
  const capabilities = (types: readonly string[], level: string) =>
    types.map((contentType) => ({ contentType, ...(level !== '' && { robustness: level }) }));
  return robustness.map((level) => ({
    initDataTypes: [family === 'clearkey' ? 'keyids' : 'cenc'],
    ...(video.length > 0 && { videoCapabilities: capabilities(video, level) }),
    ...(audio.length > 0 && { audioCapabilities: capabilities(audio, AUDIO_ROBUSTNESS[level] ?? level) }),
    sessionTypes: ['temporary'],
  }));
}

function familyOf(keySystem: string): KeySystemFamily | undefined {
  if (keySystem === CLEAR_KEY) return 'clearkey';
  if (/^com\.microsoft\.playready(\.|$)/.test(keySystem)) return 'playready';
  return /^com\.widevine\.alpha(\.|$)/.test(keySystem) ? 'widevine' : undefined;
}

/** The one with exactly this name, or that of its family. */
function serverOf(keySystem: string, { servers = {} }: DrmOptions): LicenceServer | undefined {
  const family = familyOf(keySystem);
  const own = Object.hasOwn(servers, keySystem) ? servers[keySystem] : undefined;
  const url = own ?? Object.entries(servers).find(([name]) => familyOf(name) === family)?.[1];
  return url === undefined ? undefined : { url, isTrusted: true };
}

/** LA_URL, if the app allows it. */
function manifestServer(
  family: KeySystemFamily,
  { trustManifestUrl = false }: DrmOptions,
  protection: readonly Protection[],
): LicenceServer | undefined {
  if (!trustManifestUrl || family !== 'playready') return undefined;
  for (const header of protection) {
    if (header.systemId !== PLAYREADY) continue;
    try {
      const url = readPlayReady(systemDataOf(header)).licenceUrl;
      if (url !== undefined && /^https?:/i.test(url)) return { url, isTrusted: false };
    } catch {
      // A header that can't be parsed names no server.
    }
  }
  return undefined;
}
