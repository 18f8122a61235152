import { type Attributes, hexOf, numberOf, quote, textOf } from './attributes.ts';
import { audioFourCC, codecString, videoFourCC } from './codec.ts';
import type { LevelElement } from './document.ts';
import { leaveOut, mend, type Place } from './notes.ts';
import type { QualityLevel, StreamType } from './presentation.ts';
import { parseSafe } from './whole.ts';

/** What a level takes from its stream where it says nothing itself. */
export interface StreamDefaults {
  readonly type: StreamType;
  readonly fourCC: string | undefined;
  readonly width: number | undefined;
  readonly height: number | undefined;
  /** Whether a level can't be asked for without knowing its bitrate. */
  readonly needsBitrate: boolean;
}

/** [MS-SSTR] 2.2.2.5. `undefined`, and a note, when the level can't be used. */
export function readQualityLevel(
  { attributes, customAttributes }: LevelElement,
  index: number,
  defaults: StreamDefaults,
  place: Place,
): QualityLevel | undefined {
  const bitrate = readBitrate(attributes, defaults);
  if (bitrate === undefined) {
    return leaveOut(place, `Bitrate=${quote(attributes.get('Bitrate') ?? '')} is no bitrate`);
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

  const inferred = inferFourCC(defaults.type, audioTag, privateData);
  const fourCC = (textOf(attributes, 'FourCC') ?? defaults.fourCC ?? inferred).toUpperCase();
  return {
    index,
    bitrate,
    fourCC,
    codec: codecString({ fourCC, audioTag, privateData }),
    codecPrivateData: privateData,
    ...(width && height && defaults.type === 'video' ? { width, height } : {}),
    ...(samplingRate ? { samplingRate } : {}),
    ...(channels ? { channels } : {}),
    nalUnitLength: readNalUnitLength(attributes, place),
    customAttributes,
  };
}

/** Width or height by its name in version 2 or in version 1. */
export function sizeOf(attributes: Attributes, names: readonly string[], place: Place): number | undefined {
  const name = names.find((candidate) => attributes.has(candidate));
  return (name && numberOf(attributes, name, place)) || undefined;
}

function readBitrate(attributes: Attributes, { needsBitrate }: StreamDefaults): number | undefined {
  const written = attributes.get('Bitrate');
  if (written === undefined) return needsBitrate ? undefined : 0;
  return parseSafe(written);
}

/** Audio without FourCC and tag is AAC, as Expression Encoder wrote it. */
function inferFourCC(type: StreamType, audioTag: number | undefined, privateData: Uint8Array): string {
  if (type === 'video') return videoFourCC(privateData);
  if (type !== 'audio') return '';
  return audioTag === undefined ? 'AACL' : audioFourCC(audioTag, privateData);
}

function readNalUnitLength(attributes: Attributes, place: Place): number {
  const length = numberOf(attributes, 'NALUnitLengthField', place) ?? 4;
  if (length === 1 || length === 2 || length === 4) return length;
  mend(place, `NALUnitLengthField="${length}" can not be; 4 was taken`);
  return 4;
}

/** Of HE-AAC: twelve bytes of its own stand before the configuration. */
const HE_AAC_TAG = 0x1610;

/** Whether private data is a whole WAVEFORMATEX, and not what belongs at its end. */
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
