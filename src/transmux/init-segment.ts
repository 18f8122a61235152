import { SmoothError } from '../base/errors.ts';
import { readDolbyVision } from '../manifest/dolby-vision.ts';
import type { QualityLevel, Stream } from '../manifest/presentation.ts';
import {
  type AudioConfig,
  channelsOf,
  makeAacConfig,
  makeHeAacConfig,
  parseAudioConfig,
} from '../mp4/aac.ts';
import { findAvcParameterSets, makeAvcRecord, parseAvcPicture } from '../mp4/avc.ts';
import { findHevcParameterSets, makeHevcRecord, parseHevcPicture } from '../mp4/hevc.ts';
import { type AudioSample, type DolbyAudio, type VideoSample, writeInitSegment } from '../mp4/movie.ts';
import { aacProfile, codecFamily } from './codec.ts';
import { findDolbyRecord } from './dolby-record.ts';
import { type Encryption, trackKey } from './encryption.ts';
import { TRACK_ID } from './movie-fragment.ts';

type Size = { readonly width: number; readonly height: number };

/** The maximum size for which a descriptor's length, and those of its containers, take one byte. */
const MOST_CONFIG = 100;
/** In Hz: the maximum in an AudioSpecificConfig. */
const MOST_RATE = 0xffffff;

/** Object types registered with MP4RA. */
const MPEG4_AUDIO = 0x40;
const MPEG1_AUDIO = 0x6b;

/**
 * Creates the init segment of a level from the manifest: Smooth Streaming transmits none. Its track has the id 1. With
 * `encryption` it is for encrypted fragments. Throws `codec-private-data-invalid`.
 */
export function createInitSegment(
  stream: Stream,
  level: QualityLevel,
  encryption?: Encryption,
): Uint8Array<ArrayBuffer> {
  const { timescale, language } = stream;
  const sample = describeSample(stream, level);
  const key = encryption && trackKey(encryption);
  return writeInitSegment({ id: TRACK_ID, timescale: Number(timescale), language, sample, key });
}

function describeSample(stream: Stream, level: QualityLevel): VideoSample | AudioSample {
  const family = codecFamily(level);
  switch (family) {
    case 'avc':
      return describeAvc(stream, level);
    case 'hevc':
      return describeHevc(stream, level);
    case 'aac':
      return describeAac(level);
    case 'mp3':
      return describeMp3(level);
    case 'ac-3':
    case 'ec-3':
      return describeDolby(level, family);
    case undefined:
      throw invalid(level, 'no sample entry is known for this codec');
    default:
      return family satisfies never;
  }
}

function describeAvc(stream: Stream, level: QualityLevel): VideoSample {
  const sets = findAvcParameterSets(level.codecPrivateData);
  if (!sets) throw invalid(level, 'no SPS and PPS found');
  const config = { type: 'avcC', record: makeAvcRecord(sets, level.nalUnitLength) };
  return describeVideo(stream, level, { type: 'avc1', config }, () => parseAvcPicture(sets.sps[0]));
}

function describeHevc(stream: Stream, level: QualityLevel): VideoSample {
  const sets = findHevcParameterSets(level.codecPrivateData);
  const picture = sets && parseHevcPicture(sets.sps[0]);
  if (!picture) throw invalid(level, 'no SPS and PPS found');
  const config = { type: 'hvcC', record: makeHevcRecord(sets, picture, level.nalUnitLength) };
  const type = sets.vps.length > 0 && level.fourCC !== 'HEV1' ? 'hvc1' : 'hev1';
  const vision = readDolbyVision(level.codec);
  const entry = vision ? { type: vision.type, config, layer: makeVisionRecord(vision) } : { type, config };
  return describeVideo(stream, level, entry, () => picture);
}

/** The DOVIDecoderConfigurationRecord of a single layer. Dolby Vision Streams Within the ISO Base Media File Format, 3.2. */
function makeVisionRecord({ profile, level }: { readonly profile: number; readonly level: number }) {
  const hasMetadataAndBase = 0b101;
  // What else can decode the base layer: nothing, or an HDR10 decoder.
  const compatibility = profile === 5 ? 0 : 1;
  const record = new Uint8Array(24);
  const levelBits = ((level & 0x1f) << 3) | hasMetadataAndBase;
  record.set([1, 0, (profile << 1) | (level >> 5), levelBits, compatibility << 4]);
  return { type: profile > 7 ? 'dvvC' : 'dvcC', record };
}

/** With the size in the manifest, or in the parameter set if the manifest has none. */
function describeVideo(
  { displaySize }: Stream,
  level: QualityLevel,
  entry: Pick<VideoSample, 'type' | 'config' | 'layer'>,
  fromPicture: () => Size | undefined,
): VideoSample {
  const { width, height } = level.width && level.height ? level : (fromPicture() ?? {});
  if (!width || !height) throw invalid(level, 'no picture size, neither here nor in the manifest');
  const size = { width, height };
  return { kind: 'video', ...entry, ...size, pixelAspect: pixelAspectOf(size, displaySize) };
}

/** Without the padding of the private data. */
function describeAac(level: QualityLevel): AudioSample {
  const isGiven = level.codecPrivateData.some((byte) => byte !== 0);
  const given = isGiven ? parseAudioConfig(level.codecPrivateData) : undefined;
  const bytes = given || (isGiven && !level.samplingRate) ? level.codecPrivateData : makeConfig(level);
  const config = given ?? parseAudioConfig(bytes);
  if (!config) throw invalid(level, 'no AudioSpecificConfig');
  if (config.length > MOST_CONFIG) throw invalid(level, `an AudioSpecificConfig of ${config.length} bytes`);
  return {
    kind: 'audio',
    channels: heardChannels(config, level),
    samplingRate: config.outputRate ?? config.samplingRate,
    description: {
      objectType: MPEG4_AUDIO,
      bitrate: level.bitrate,
      config: bytes.subarray(0, config.length),
    },
  };
}

function makeConfig(level: QualityLevel): Uint8Array {
  const { samplingRate, channels = 2 } = level;
  if (!samplingRate) throw invalid(level, 'empty, and no SamplingRate to make it from');
  if (samplingRate > MOST_RATE)
    throw invalid(level, `empty, and SamplingRate="${samplingRate}" is not a standard rate`);
  const profile = aacProfile(level);
  if (profile === 'lc') return makeAacConfig(samplingRate, channels);
  return makeHeAacConfig(samplingRate, channels, profile === 'he-v2');
}

/** MP3 needs no private data: every frame has a header. */
function describeMp3(level: QualityLevel): AudioSample {
  const { samplingRate, channels = 2, bitrate } = level;
  if (!samplingRate) throw invalid(level, 'MP3 without SamplingRate');
  return {
    kind: 'audio',
    channels,
    samplingRate,
    description: { objectType: MPEG1_AUDIO, bitrate, config: new Uint8Array() },
  };
}

/** From the record; without it nothing can be derived. */
function describeDolby(level: QualityLevel, type: DolbyAudio['type']): AudioSample {
  const record = findDolbyRecord(level.codecPrivateData, type);
  if (!record) throw invalid(level, `no ${type} record`);
  const { samplingRate = 48_000, channels = 2 } = level;
  return { kind: 'audio', channels, samplingRate, description: { type, record } };
}

function heardChannels(config: AudioConfig, { channels }: QualityLevel): number {
  const isParametricStereo = config.objectType === 29;
  return isParametricStereo ? 2 : (channelsOf(config) ?? channels ?? 2);
}

/** A difference of less than two pixels in width is rounding, and pixels are square. */
function pixelAspectOf(coded: Size, display: Size | undefined): VideoSample['pixelAspect'] {
  if (!display) return undefined;
  const shownWidth = (coded.height * display.width) / display.height;
  if (!Number.isFinite(shownWidth) || shownWidth <= 0 || Math.abs(shownWidth - coded.width) < 2)
    return undefined;
  return { horizontal: display.width * coded.height, vertical: display.height * coded.width };
}

const invalid = ({ fourCC }: QualityLevel, problem: string): SmoothError =>
  new SmoothError('codec-private-data-invalid', { fourCC, problem });
