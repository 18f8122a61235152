import { type CodecFamily, familyOfFourCC } from '../manifest/codec.ts';
import type { QualityLevel } from '../manifest/presentation.ts';

/** By the codec string if there is one, because it is derived from the private data; otherwise by FourCC. */
export function codecFamily({
  codec,
  fourCC,
}: Pick<QualityLevel, 'codec' | 'fourCC'>): CodecFamily | undefined {
  return familyOfCodec(codec?.toLowerCase() ?? '') ?? familyOfFourCC(fourCC.trim().toUpperCase());
}

/** `he`: spectral band replication; `he-v2`: parametric stereo too. */
export type AacProfile = 'lc' | 'he' | 'he-v2';

/** The profile according to the manifest, if the private data doesn't specify it. */
export function aacProfile({ codec, fourCC }: QualityLevel): AacProfile {
  if (codec === 'mp4a.40.29') return 'he-v2';
  if (codec === 'mp4a.40.5') return 'he';
  if (codec !== undefined) return 'lc';
  return fourCC === 'AACP' ? 'he-v2' : fourCC === 'AACH' ? 'he' : 'lc';
}

/** RFC 6381, 3.3: sample entry, then the object type of MP4RA. */
function familyOfCodec(codec: string): CodecFamily | undefined {
  if (/^avc[1-4]\./.test(codec)) return 'avc';
  if (/^(hvc1|hev1|dvhe|dvh1)\./.test(codec)) return 'hevc';
  if (/^mp4a\.(69|6b)$/.test(codec)) return 'mp3';
  if (codec === 'ac-3' || codec === 'ec-3') return codec;
  if (/^mp4a\.(40|66|67|68)/.test(codec)) return 'aac';
  return undefined;
}
