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

/** DDPLUS subformat of an extensible WAVE format, in front of the `dec3` payload. */
const DOLBY_DIGITAL_PLUS = 'af87fba7022dfb42a4d405cd93843bdd';

const MP3_TAG = 0x55;
const MP3_CODEC = 'mp4a.6B';

const NAL_AVC_SPS = 7;
const NAL_HEVC_VPS = 32;
const NAL_HEVC_SPS = 33;

/** What tells a level's codec. */
export interface CodecClues {
  /** Upper case, trimmed; may be empty. */
  readonly fourCC: string;
  readonly audioTag: number | undefined;
  readonly privateData: Uint8Array;
}

/** What audio without FourCC holds, by its tag; empty when that tells nothing. */
export function audioFourCC(audioTag: number, privateData: Uint8Array): string {
  return FOUR_CC_BY_AUDIO_TAG.get(audioTag) ?? (isDolbyDigitalPlus(privateData) ? 'EC-3' : '');
}

/** What video without FourCC holds; empty when it is no H.264. */
export const videoFourCC = (privateData: Uint8Array): string =>
  avcParameterSet(privateData) === undefined ? '' : 'H264';

/** The RFC 6381 string of a codec in MP4; `undefined` for what MP4 in a browser has no name for. */
export function codecString({ fourCC, audioTag, privateData }: CodecClues): string | undefined {
  switch (fourCC) {
    case 'H264':
    case 'AVC1':
    case 'X264':
    case 'DAVC':
    case 'AVCB':
      return avcCodec(privateData);
    case 'HVC1':
    case 'HEV1':
    case 'HEVC':
    case 'H265':
      return hevcCodec(privateData, fourCC === 'HEV1');
    case 'AAC':
    case 'MP4A':
    case 'AACL':
      return `mp4a.40.${audioObjectType(privateData) ?? 2}`;
    case 'AACH':
      return audioObjectType(privateData) === 29 ? 'mp4a.40.29' : 'mp4a.40.5';
    case 'AACP':
      return 'mp4a.40.29';
    case 'MP3':
      return MP3_CODEC;
    case 'WMAP':
    case 'WMA':
    case 'WMA2':
      return audioTag === MP3_TAG ? MP3_CODEC : undefined;
    case 'EC-3':
    case 'DEC3':
    case 'EC3':
    case 'EAC3':
      return 'ec-3';
    case 'AC-3':
    case 'DAC3':
    case 'AC3':
      return 'ac-3';
    case 'TTML':
    case 'DFXP':
      return 'stpp';
    case 'WVTT':
      return 'wvtt';
    default:
      return undefined;
  }
}

/** Profile, constraints and level: the three bytes behind the SPS's first, or an `avcC`'s. */
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

/** ISO/IEC 14496-15, E.3. The 12 bytes of profile, tier and level stand alike in an SPS and in an `hvcC`. */
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
  const compatibility = rest
    .slice(0, 4)
    .reduce((sum, byte, index) => sum + reverseBits(byte) * 256 ** index, 0);
  const constraints = rest.slice(4, 10).map((byte) => byte.toString(16).toUpperCase());
  while (constraints.at(-1) === '0') constraints.pop();

  const hasAll = isRecord || units.some((unit) => hevcNalType(unit) === NAL_HEVC_VPS);
  const entry = hasAll && !isInBand ? 'hvc1' : 'hev1';
  const profile = `${space}${general & 0x1f}.${compatibility.toString(16).toUpperCase()}`;
  return [entry, profile, `${tier}${rest[10]}`, ...constraints].join('.');
}

/** From an AudioSpecificConfig; `undefined` when there is none. ISO/IEC 14496-3, 1.6.2.1. */
function audioObjectType([first = 0, second = 0]: Uint8Array): number | undefined {
  const type = first >> 3;
  if (type === 31) return 32 + (((first & 7) << 3) | (second >> 5));
  return type === 0 ? undefined : type;
}

const isDolbyDigitalPlus = (privateData: Uint8Array): boolean => afterDolbySubformat(privateData) > 0;

/** Where a `dec3` payload begins in a WAVE format; 0 when there is none. */
export function afterDolbySubformat(privateData: Uint8Array): number {
  const at = hexFromBytes(privateData).indexOf(DOLBY_DIGITAL_PLUS);
  return at < 0 ? 0 : (at + DOLBY_DIGITAL_PLUS.length) / 2;
}

function reverseBits(byte: number): number {
  let reversed = 0;
  for (let bit = 0; bit < 8; bit++) reversed |= ((byte >> bit) & 1) << (7 - bit);
  return reversed;
}
