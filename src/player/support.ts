import { isTypeSupported, mediaSourceKind } from '../mse/media-source.ts';

/** What this browser can play, by codec. */
export interface SupportReport {
  /** The kind of media source; `undefined` if there is none. */
  readonly mediaSource: 'standard' | 'managed' | undefined;
  readonly h264: boolean;
  readonly hevc: boolean;
  readonly aac: boolean;
  readonly heAac: boolean;
  readonly mp3: boolean;
  readonly ac3: boolean;
  readonly eac3: boolean;
  /** Key systems that it supports for H.264. Clear Key is for tests. */
  readonly keySystems: readonly string[];
}

const KEY_SYSTEMS = [
  'com.microsoft.playready.recommendation',
  'com.microsoft.playready',
  'com.widevine.alpha',
  'org.w3.clearkey',
];

export async function probeSupport(): Promise<SupportReport> {
  const plays = (kind: 'video' | 'audio', codec: string) => isTypeSupported(`${kind}/mp4; codecs="${codec}"`);
  return {
    mediaSource: mediaSourceKind(),
    h264: plays('video', 'avc1.64001F'),
    hevc: plays('video', 'hvc1.1.6.L93.B0') || plays('video', 'hev1.1.6.L93.B0'),
    aac: plays('audio', 'mp4a.40.2'),
    heAac: plays('audio', 'mp4a.40.5'),
    mp3: plays('audio', 'mp4a.6B'),
    ac3: plays('audio', 'ac-3'),
    eac3: plays('audio', 'ec-3'),
    keySystems: await grantedKeySystems(),
  };
}

async function grantedKeySystems(): Promise<readonly string[]> {
  const videoCapabilities = [{ contentType: 'video/mp4; codecs="avc1.64001F"' }];
  const granted = await Promise.all(
    KEY_SYSTEMS.map((name) =>
      // Not available on insecure pages.
      Promise.resolve(navigator.requestMediaKeySystemAccess?.(name, [{ videoCapabilities }])).catch(
        () => undefined,
      ),
    ),
  );
  return KEY_SYSTEMS.filter((_, index) => granted[index]);
}
