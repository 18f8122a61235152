import { hexFromBytes } from '../base/bytes.ts';
import { avcNalType, findNalUnits, hevcNalType, withoutEmulationPrevention } from '../base/nal.ts';

/** WAVE format tags. [MS-SSTR] 2.2.2.5, AudioTag. */
const FOUR_CC_BY_AUDIO_TAG = new Map([
  [0x55, 'MP3'],
  [0xff, 'AACL'],
  [0x161, 'WMA2'],
  [0x162, 'WMAP'],
  [0x1610, 'AACH'],
  [0x2000, 'AC-3'],
]);

/** DDPLUS subformat of an extensible WAVE format, before the `dec3` payload. */
const DOLBY_DIGITAL_PLUS = 'af87fba7022dfb42a4d405cd93843bdd';

/** The codecs that have a sample entry. */
export type CodecFamily = 'avc' | 'hevc' | 'aac' | 'mp3' | 'ac-3' | 'ec-3';

/** [MS-SSTR] 2.2.2.5, and other names that packagers write. */
const FOUR_CCS: Readonly<Record<CodecFamily, readonly string[]>> = {
  avc: ['H264', 'AVC1', 'AVC3', 'X264', 'DAVC', 'AVCB'],
  hevc: ['HVC1', 'HEV1', 'HEVC', 'H265', 'DVHE', 'DVH1'],
  aac: ['AACL', 'AACH', 'AACP', 'AAC', 'MP4A'],
  mp3: ['MP3'],
  'ac-3': ['AC-3', 'DAC3', 'AC3'],
  'ec-3': ['EC-3', 'DEC3', 'EC3', 'EAC3'],
};

/** MP3 too, if the tag says so. */
const WMA = ['WMAP', 'WMA', 'WMA2'];
const MP3_TAG = 0x55;

const TEXT_CODECS = new Map([
  ['TTML', 'stpp'],
  ['DFXP', 'stpp'],
  ['STPP', 'stpp'],
  ['IMSC', 'stpp'],
  ['WVTT', 'wvtt'],
]);

const NAL_AVC_SPS = 7;
const NAL_HEVC_VPS = 32;
const NAL_HEVC_SPS = 33;

/** The attributes that identify a level's codec. */
export interface CodecClues {
  /** Upper case, trimmed; may be empty. */
  readonly fourCC: string;
  readonly audioTag: number | undefined;
  readonly privateData: Uint8Array;
}

/** The FourCC of audio without one, by its tag; empty if unknown. */
export function audioFourCC(audioTag: number, privateData: Uint8Array): string {
  return FOUR_CC_BY_AUDIO_TAG.get(audioTag) ?? (isDolbyDigitalPlus(privateData) ? 'EC-3' : '');
}

/** The FourCC of video without one, by its parameter sets: of H.265 with all of them, or of H.264; empty if unknown. */
export function videoFourCC(privateData: Uint8Array): string {
  const types = findNalUnits(privateData, hevcNalType).map(hevcNalType);
  if (types.includes(NAL_HEVC_VPS) && types.includes(NAL_HEVC_SPS)) return 'HVC1';
  return avcParameterSet(privateData) === undefined ? '' : 'H264';
}

/** The codec of a level's FourCC; `undefined` if this library has no sample entry for it. */
export const familyOfFourCC = (fourCC: string): CodecFamily | undefined =>
  (Object.keys(FOUR_CCS) as CodecFamily[]).find((family) => FOUR_CCS[family].includes(fourCC));

/** The RFC 6381 codec string; `undefined` if MP4 in a browser has none for it. */
export function codecString({ fourCC, audioTag, privateData }: CodecClues): string | undefined {
  const isTaggedMp3 = audioTag === MP3_TAG && WMA.includes(fourCC);
  const family = isTaggedMp3 ? 'mp3' : familyOfFourCC(fourCC);
  switch (family) {
    case 'avc':
      return avcCodec(privateData);
    case 'hevc':
      return hevcCodec(privateData, fourCC === 'HEV1');
    case 'aac':
      return `mp4a.40.${aacObjectType(fourCC, privateData)}`;
    case 'mp3':
      return 'mp4a.6B';
    default:
      return family ?? TEXT_CODECS.get(fourCC);
  }
}

/** Profile, constraints and level: the three bytes after the SPS's first, or an `avcC`'s. */
function avcCodec(privateData: Uint8Array): string | undefined {
  const parameterSet = avcParameterSet(privateData);
  if (!parameterSet || parameterSet.length < 4) return undefined;
  return `avc1.${hexFromBytes(parameterSet.subarray(1, 4)).toUpperCase()}`;
}

function avcParameterSet(privateData: Uint8Array): Uint8Array | undefined {
  const isRecord = privateData[0] === 1 && privateData.length > 6;
  if (isRecord) return privateData;
  const units = findNalUnits(privateData, avcNalType);
  return units.find((unit) => avcNalType(unit) === NAL_AVC_SPS);
}

/** ISO/IEC 14496-15, E.3. The 12 bytes of profile, tier and level are the same in an SPS and in an `hvcC`. */
function hevcCodec(privateData: Uint8Array, isInBand: boolean): string | undefined {
  const units = findNalUnits(privateData, hevcNalType);
  const isRecord = privateData[0] === 1;
  const parameterSet = isRecord ? undefined : units.find((unit) => hevcNalType(unit) === NAL_HEVC_SPS);
  const levels = parameterSet
    ? withoutEmulationPrevention(parameterSet).subarray(3, 15)
    : privateData.subarray(1, isRecord ? 13 : 1);
  if (levels.length < 12) return undefined;

  const [general = 0, ...rest] = levels;
  const space = ['', 'A', 'B', 'C'][general >> 6] ?? '';
  const tier = general & 0x20 ? 'H' : 'L';
  const flags = rest.slice(0, 4).map((byte) => byte.toString(2).padStart(8, '0'));
  const compatibility = Number.parseInt([...flags.join('')].reverse().join(''), 2);
  const constraints = rest.slice(4, 10).map((byte) => byte.toString(16).toUpperCase());
  while (constraints.at(-1) === '0') constraints.pop();

  const hasAll = isRecord || units.some((unit) => hevcNalType(unit) === NAL_HEVC_VPS);
  const entry = hasAll && !isInBand ? 'hvc1' : 'hev1';
  const profile = `${space}${general & 0x1f}.${compatibility.toString(16).toUpperCase()}`;
  return [entry, profile, `${tier}${rest[10]}`, ...constraints].join('.');
}

/** With spectral band replication, or with parametric stereo too, if name or configuration say so. */
function aacObjectType(fourCC: string, privateData: Uint8Array): number {
  const type = audioObjectType(privateData);
  if (fourCC === 'AACP') return 29;
  if (fourCC === 'AACH') return type === 29 ? 29 : 5;
  return type ?? 2;
}

/** From an AudioSpecificConfig; `undefined` when there is none. ISO/IEC 14496-3, 1.6.2.1. */
function audioObjectType([first = 0, second = 0]: Uint8Array): number | undefined {
  const type = first >> 3;
  if (type === 31) return 32 + (((first & 7) << 3) | (second >> 5));
  return type === 0 ? undefined : type;
}

const isDolbyDigitalPlus = (privateData: Uint8Array): boolean => afterDolbySubformat(privateData) > 0;

/** The subformat of a WAVE format ends within these. */
const WAVE_BYTES = 64;

/** Where a `dec3` payload begins in a WAVE format; 0 if there is none. */
export function afterDolbySubformat(privateData: Uint8Array): number {
  const at = hexFromBytes(privateData.subarray(0, WAVE_BYTES)).indexOf(DOLBY_DIGITAL_PLUS);
  return at < 0 || at % 2 > 0 ? 0 : (at + DOLBY_DIGITAL_PLUS.length) / 2;
}
