import { type TrackKey, writeSchemeInfo } from './scheme-info.ts';
import { BoxWriter } from './writer.ts';

/** The track of an init segment. */
export interface MovieTrack {
  readonly id: number;
  /** Ticks per second. */
  readonly timescale: number;
  /** Three letters of ISO 639-2; anything else counts as undetermined. */
  readonly language: string | undefined;
  readonly sample: VideoSample | AudioSample;
  /** For encrypted samples; `undefined` for clear ones. */
  readonly key?: TrackKey | undefined;
}

/** ISO/IEC 14496-12, 12.1.3. */
export interface VideoSample {
  readonly kind: 'video';
  /** Type of the sample entry, such as `avc1`, and its decoder record. */
  readonly type: string;
  readonly config: CodecRecord;
  /** An additional record for a layer on top of the codec. */
  readonly layer?: CodecRecord | undefined;
  /** Of the coded picture. */
  readonly width: number;
  readonly height: number;
  /** Pixel aspect ratio, if pixels aren't square. */
  readonly pixelAspect: { readonly horizontal: number; readonly vertical: number } | undefined;
}

/** A box with decoder configuration. */
interface CodecRecord {
  readonly type: string;
  readonly record: Uint8Array;
}

/** ISO/IEC 14496-12, 12.2.3. */
export interface AudioSample {
  readonly kind: 'audio';
  readonly channels: number;
  readonly samplingRate: number;
  readonly description: Mpeg4Audio | DolbyAudio;
}

/** Content of `esds`. */
export interface Mpeg4Audio {
  /** As registered with MP4RA: 0x40 is MPEG-4 audio, 0x6b MP3. */
  readonly objectType: number;
  /** Bits per second; informative. */
  readonly bitrate: number;
  /** AudioSpecificConfig; empty if the codec has none. */
  readonly config: Uint8Array;
}

/** A separate sample entry, with the content of `dac3` or `dec3`. ETSI TS 102 366, annex F. */
export interface DolbyAudio {
  readonly type: 'ac-3' | 'ec-3';
  readonly record: Uint8Array;
}

/** No rotation and no scaling, as 16.16 and 2.30 fixed point. ISO/IEC 14496-12, 8.2.2. */
const UNITY_MATRIX = [0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000];
const UNDETERMINED = 'und';

/** Writes `ftyp` and `moov` of a track whose samples are in fragments. ISO/IEC 14496-12, 4.3 and 8.2. */
export function writeInitSegment(track: MovieTrack): Uint8Array<ArrayBuffer> {
  const writer = new BoxWriter(1024);
  writer.box('ftyp', () => {
    writer.fourCC('iso6');
    writer.u32(1);
    for (const brand of ['isom', 'iso6', 'msdh']) writer.fourCC(brand);
  });
  writer.box('moov', () => {
    writeMovieHeader(writer, track);
    writer.box('trak', () => {
      writeTrackHeader(writer, track);
      writer.box('mdia', () => writeMedia(writer, track));
    });
    writer.box('mvex', () => {
      writer.fullBox('trex', 0, 0, () => {
        for (const value of [track.id, 1, 0, 0, 0]) writer.u32(value);
      });
    });
  });
  return writer.finish();
}

/** Duration 0: the duration is in the fragments. */
function writeMovieHeader(writer: BoxWriter, { id, timescale }: MovieTrack): void {
  writer.fullBox('mvhd', 0, 0, () => {
    for (const value of [0, 0, timescale, 0, 0x10000]) writer.u32(value);
    writer.u16(0x100);
    writer.zeros(10);
    for (const value of UNITY_MATRIX) writer.u32(value);
    writer.zeros(24);
    writer.u32(id + 1);
  });
}

function writeTrackHeader(writer: BoxWriter, { id, sample }: MovieTrack): void {
  const enabledInMovieAndPreview = 7;
  writer.fullBox('tkhd', 0, enabledInMovieAndPreview, () => {
    for (const value of [0, 0, id, 0, 0]) writer.u32(value);
    writer.zeros(12);
    writer.u16(sample.kind === 'audio' ? 0x100 : 0);
    writer.u16(0);
    for (const value of UNITY_MATRIX) writer.u32(value);
    const { width, height } = sample.kind === 'video' ? shownSize(sample) : { width: 0, height: 0 };
    writer.u32(width * 0x10000);
    writer.u32(height * 0x10000);
  });
}

function writeMedia(writer: BoxWriter, { timescale, language, sample, key }: MovieTrack): void {
  const isVideo = sample.kind === 'video';
  writer.fullBox('mdhd', 0, 0, () => {
    for (const value of [0, 0, timescale, 0]) writer.u32(value);
    writer.u16(packLanguage(language));
    writer.u16(0);
  });
  writer.fullBox('hdlr', 0, 0, () => {
    writer.u32(0);
    writer.fourCC(isVideo ? 'vide' : 'soun');
    writer.zeros(12 + 1);
  });
  writer.box('minf', () => {
    if (isVideo) writer.fullBox('vmhd', 0, 1, () => writer.zeros(8));
    else writer.fullBox('smhd', 0, 0, () => writer.zeros(4));
    writer.box('dinf', () => {
      writer.fullBox('dref', 0, 0, () => {
        const inThisFile = 1;
        writer.u32(1);
        writer.fullBox('url ', 0, inThisFile);
      });
    });
    writer.box('stbl', () => writeSampleTable(writer, sample, key));
  });
}

/** Only the description has content: all samples are in fragments. */
function writeSampleTable(writer: BoxWriter, sample: MovieTrack['sample'], key: TrackKey | undefined): void {
  writer.fullBox('stsd', 0, 0, () => {
    writer.u32(1);
    if (sample.kind === 'video') writeVideoEntry(writer, sample, key);
    else writeAudioEntry(writer, sample, key);
  });
  for (const type of ['stts', 'stsc', 'stco']) writer.fullBox(type, 0, 0, () => writer.u32(0));
  writer.fullBox('stsz', 0, 0, () => writer.zeros(8));
}

function writeVideoEntry(writer: BoxWriter, sample: VideoSample, key: TrackKey | undefined): void {
  const { type, config, layer, width, height, pixelAspect } = sample;
  writer.box(key ? 'encv' : type, () => {
    writer.zeros(6);
    writer.u16(1);
    writer.zeros(16);
    writer.u16(width);
    writer.u16(height);
    const dotsPerInch72 = 0x480000;
    writer.u32(dotsPerInch72);
    writer.u32(dotsPerInch72);
    writer.u32(0);
    writer.u16(1);
    writer.zeros(32);
    writer.u16(0x18);
    writer.u16(0xffff);
    writer.box(config.type, () => writer.bytes(config.record));
    if (layer) writer.box(layer.type, () => writer.bytes(layer.record));
    if (pixelAspect) {
      writer.box('pasp', () => {
        writer.u32(pixelAspect.horizontal);
        writer.u32(pixelAspect.vertical);
      });
    }
    if (key) writeSchemeInfo(writer, type, key);
  });
}

function writeAudioEntry(writer: BoxWriter, sample: AudioSample, key: TrackKey | undefined): void {
  const { description } = sample;
  const type = 'type' in description ? description.type : 'mp4a';
  writer.box(key ? 'enca' : type, () => {
    writer.zeros(6);
    writer.u16(1);
    writer.zeros(8);
    writer.u16(sample.channels);
    writer.u16(16);
    writer.zeros(4);
    // 16.16 fixed point: rates above 65,535 Hz don't fit and are in the decoder's record only.
    writer.u32(sample.samplingRate <= 0xffff ? sample.samplingRate * 0x10000 : 0);
    if ('type' in description)
      writer.box(`d${type.replace('-', '')}`, () => writer.bytes(description.record));
    else writer.fullBox('esds', 0, 0, () => writeDescriptors(writer, description));
    if (key) writeSchemeInfo(writer, type, key);
  });
}

/** The elementary stream descriptor. ISO/IEC 14496-1, 7.2.6.5. */
function writeDescriptors(writer: BoxWriter, { objectType, bitrate, config }: Mpeg4Audio): void {
  const specific = config.length > 0 ? 2 + config.length : 0;
  const decoder = 13 + specific;
  const header = (tag: number, length: number): void => {
    writer.u8(tag);
    writer.u8(length);
  };
  header(0x03, 3 + 2 + decoder + 3);
  writer.u16(0);
  writer.u8(0);
  header(0x04, decoder);
  writer.u8(objectType);
  const isAudioStream = 0x15;
  writer.u8(isAudioStream);
  writer.u24(0);
  writer.u32(bitrate);
  writer.u32(bitrate);
  if (specific > 0) {
    header(0x05, config.length);
    writer.bytes(config);
  }
  header(0x06, 1);
  writer.u8(2);
}

/** The display size, in square pixels. */
function shownSize({ width, height, pixelAspect }: VideoSample): { width: number; height: number } {
  const stretch = pixelAspect ? pixelAspect.horizontal / pixelAspect.vertical : 1;
  return { width: Math.min(0xffff, Math.round(width * stretch)), height };
}

/** Three letters of five bits each. ISO/IEC 14496-12, 8.4.2.3. */
function packLanguage(language: string | undefined): number {
  const known = language !== undefined && /^[a-z]{3}$/.test(language) ? language : UNDETERMINED;
  return [...known].reduce((packed, letter) => packed * 32 + letter.charCodeAt(0) - 0x60, 0);
}
