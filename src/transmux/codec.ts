import type { QualityLevel } from '../manifest/presentation.ts';

/** What a sample entry is made for; `undefined` for all that this library makes none for. */
export type CodecFamily = 'avc' | 'hevc' | 'aac' | 'mp3' | 'ac-3' | 'ec-3';

/** By the codec string where there is one, for it rests on the private data; else by FourCC. */
export function codecFamily({ codec, fourCC }: QualityLevel): CodecFamily | undefined {
  return familyOfCodec(codec?.toLowerCase() ?? '') ?? FAMILY_BY_FOURCC[fourCC.trim().toUpperCase()];
}

/** Spectral band replication, and parametric stereo besides. */
export type AacProfile = 'lc' | 'he' | 'he-v2';

/** The profile that the manifest claims, where the private data doesn't say. */
export function aacProfile({ codec, fourCC }: QualityLevel): AacProfile {
  if (codec === 'mp4a.40.29') return 'he-v2';
  if (codec === 'mp4a.40.5') return 'he';
  if (codec !== undefined) return 'lc';
  return fourCC === 'AACP' ? 'he-v2' : fourCC === 'AACH' ? 'he' : 'lc';
}

/** RFC 6381, 3.3: sample entry, then the object type of MP4RA. */
function familyOfCodec(codec: string): CodecFamily | undefined {
  if (/^avc[1-4]\./.test(codec)) return 'avc';
  if (/^(hvc1|hev1)\./.test(codec)) return 'hevc';
  if (/^mp4a\.(69|6b)$/.test(codec)) return 'mp3';
  if (codec === 'ac-3' || codec === 'ec-3') return codec;
  if (/^mp4a\.(40|66|67|68)/.test(codec)) return 'aac';
  return undefined;
}

/** [MS-SSTR] 2.2.2.5, and what packagers write beyond it. */
const FAMILY_BY_FOURCC: Readonly<Record<string, CodecFamily>> = {
  H264: 'avc',
  AVC1: 'avc',
  X264: 'avc',
  DAVC: 'avc',
  AVCB: 'avc',
  HVC1: 'hevc',
  HEV1: 'hevc',
  HEVC: 'hevc',
  H265: 'hevc',
  AACL: 'aac',
  AACH: 'aac',
  AACP: 'aac',
  AAC: 'aac',
};
