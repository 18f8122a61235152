import { type Attributes, hexOf, numberOf, quote, textOf } from './attributes.ts';
import { audioFourCC, codecString, videoFourCC } from './codec.ts';
import type { CustomAttributes, LevelElement } from './document.ts';
import { dolbyVisionCodec, isDolbyVision } from './dolby-vision.ts';
import { parseSafe } from './exact-integer.ts';
import { leaveOut, mend, mendUnread, type Place } from './notes.ts';
import type { QualityLevel, StreamType } from './presentation.ts';

/** Defaults that a level takes from its stream. */
export interface StreamDefaults {
  readonly type: StreamType;
  readonly fourCC: string | undefined;
  readonly width: number | undefined;
  readonly height: number | undefined;
  /** Whether a level can't be requested without its bitrate. */
  readonly needsBitrate: boolean;
  readonly customAttributes: CustomAttributes;
}

/** [MS-SSTR] 2.2.2.5. `undefined`, with a warning, if the level can't be used. */
export function readQualityLevel(
  { attributes, customAttributes }: LevelElement,
  index: number,
  defaults: StreamDefaults,
  place: Place,
): QualityLevel | undefined {
  const bitrate = readBitrate(attributes, defaults);
  if (bitrate === undefined) {
    return leaveOut(place, `Bitrate=${quote(attributes.get('Bitrate') ?? '')} is not valid`);
  }
  const written = hexOf(attributes, 'CodecPrivateData', place);
  const isWave = defaults.type === 'audio' && written !== undefined && isWaveFormat(written);
  const wave = readWaveFormat(isWave ? written : hexOf(attributes, 'WaveFormatEx', place));
  const privateData = (isWave ? undefined : written) ?? wave?.privateData ?? new Uint8Array();
  const audioTag = numberOf(attributes, 'AudioTag', place) ?? wave?.audioTag;
  const samplingRate = numberOf(attributes, 'SamplingRate', place) ?? wave?.samplingRate;
  const channels = numberOf(attributes, 'Channels', place) ?? wave?.channels;
  const width = sizeOf(attributes, ['MaxWidth', 'Width'], place) ?? defaults.width;
  const height = sizeOf(attributes, ['MaxHeight', 'Height'], place) ?? defaults.height;

  const named = (textOf(attributes, 'FourCC') ?? defaults.fourCC)?.toUpperCase();
  const fourCC = readFourCC(named, { type: defaults.type, audioTag, privateData }, place);
  const custom = [customAttributes, vendorAttributes(attributes)].find(isAny) ?? defaults.customAttributes;
  const said = custom.filter(({ name }) => name.toLowerCase() === 'codecs').map(({ value }) => value);
  return {
    index,
    bitrate,
    fourCC,
    codec: isDolbyVision(fourCC)
      ? dolbyVisionCodec(fourCC, said, (width ?? 0) * (height ?? 0))
      : codecString({ fourCC, audioTag, privateData }),
    codecPrivateData: privateData,
    ...(width && height && defaults.type === 'video' ? { width, height } : {}),
    ...(samplingRate ? { samplingRate } : {}),
    ...(channels ? { channels } : {}),
    nalUnitLength: readNalUnitLength(attributes, place),
    customAttributes: custom,
  };
}

const isAny = ({ length }: CustomAttributes): boolean => length > 0;

/** The predecessor of `CustomAttributes`: attributes named `{Namespace}_{Name}`. */
const vendorAttributes = (attributes: Attributes) =>
  Array.from(attributes, ([name, value]) => ({ name, value })).filter(({ name }) => /^\w+_\w/.test(name));

/** The maximum width or height of a picture in MP4. */
const MAX_SIZE = 0xffff;

/** Width or height by its name in version 2 or in version 1. */
export function sizeOf(attributes: Attributes, names: readonly string[], place: Place): number | undefined {
  const name = names.find((candidate) => attributes.has(candidate));
  const size = (name && numberOf(attributes, name, place)) || undefined;
  if (size === undefined || size <= MAX_SIZE) return size;
  mendUnread(place, `${name}="${size}" is not valid and was ignored`);
  return undefined;
}

function readBitrate(attributes: Attributes, { needsBitrate }: StreamDefaults): number | undefined {
  const written = attributes.get('Bitrate');
  if (written === undefined) return needsBitrate ? undefined : 0;
  return parseSafe(written);
}

/** VC-1, WMV and WMA by any of their names: don't guess about codecs that can't be decoded. */
const WINDOWS_MEDIA = /^W[MV]/;

interface FourCCClues {
  readonly type: StreamType;
  readonly audioTag: number | undefined;
  readonly privateData: Uint8Array;
}

/**
 * The FourCC according to private data and tag, if there is no name or a meaningless one. With none of them audio is
 * AAC, as Expression Encoder wrote it, and video is H.264, whose parameter sets are in the fragments.
 */
function readFourCC(named: string | undefined, clues: FourCCClues, place: Place): string {
  const { type, audioTag, privateData } = clues;
  if (type === 'text') return named ?? '';
  const isTagged = type === 'audio' && audioTag !== undefined;
  const inferred = isTagged ? audioFourCC(audioTag, privateData) : '';
  const found = type === 'video' ? videoFourCC(privateData) : inferred;
  if (named === undefined) return found || usualFourCC(clues);
  const isKnown = (fourCC: string) => codecString({ ...clues, fourCC }) !== undefined;
  if (WINDOWS_MEDIA.test(named) || isKnown(named) || !isKnown(found)) return named;
  mend(place, `FourCC=${quote(named)} is unknown; it was read as ${found}`);
  return found;
}

function usualFourCC({ type, audioTag, privateData }: FourCCClues): string {
  if (type === 'audio') return audioTag === undefined ? 'AACL' : '';
  return privateData.length === 0 ? 'H264' : '';
}

function readNalUnitLength(attributes: Attributes, place: Place): number {
  const length = numberOf(attributes, 'NALUnitLengthField', place) ?? 4;
  if (length === 1 || length === 2 || length === 4) return length;
  mend(place, `NALUnitLengthField="${length}" is not valid; it was read as 4`);
  return 4;
}

/** HE-AAC: twelve bytes precede the configuration. */
const HE_AAC_TAG = 0x1610;

/** Whether private data is a complete WAVEFORMATEX, and not just its extra data. */
function isWaveFormat(bytes: Uint8Array): boolean {
  const u16 = (at: number) => (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8);
  const [tag, channels] = [u16(0), u16(2)];
  const isKnown = tag === 0xfffe || audioFourCC(tag, bytes) !== '';
  return isKnown && channels > 0 && channels <= 8 && bytes.length >= 18 && u16(16) === bytes.length - 18;
}

/** The WAVEFORMATEX that version 1 has instead of separate attributes; little-endian. */
function readWaveFormat(bytes: Uint8Array | undefined) {
  if (!bytes || bytes.length < 16) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const audioTag = view.getUint16(0, true);
  return {
    audioTag,
    channels: view.getUint16(2, true),
    samplingRate: view.getUint32(4, true),
    privateData: bytes.subarray(audioTag === HE_AAC_TAG ? 30 : 18),
  };
}
