import { isTypeSupported, mediaSourceKind } from '../mse/media-source.ts';

/** What this browser can play, by codec. */
export interface SupportReport {
  /** The kind of media source; `undefined` where there is none. */
  readonly mediaSource: 'standard' | 'managed' | undefined;
  readonly h264: boolean;
  readonly hevc: boolean;
  readonly aac: boolean;
  readonly heAac: boolean;
  readonly mp3: boolean;
  readonly ac3: boolean;
  readonly eac3: boolean;
}

export function probeSupport(): SupportReport {
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
  };
}
