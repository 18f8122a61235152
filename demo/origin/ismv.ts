import type { Ticks } from '../../src/base/time.ts';
import { BoxWriter } from '../../src/mp4/writer.ts';
import type { Fragment } from './cut.ts';
import type { AudioFormat, VideoFormat } from './source-track.ts';

const TICKS_PER_SECOND = 10_000_000;

/** Sample flags: depends on no other sample; depends on others and is not a sync sample. ISO/IEC 14496-12, 8.8.3.1. */
const KEY_FLAGS = 0x02000000;
const DELTA_FLAGS = 0x01010000;

export const UNITY_MATRIX = [0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000];

/** JPEG images, each of which is independent. */
export interface PictureFormat {
  readonly kind: 'picture';
  readonly width: number;
  readonly height: number;
}

/** Properties of a track in the boxes before the first fragment. */
export interface TrackHeader {
  readonly trackId: number;
  readonly format: VideoFormat | AudioFormat | PictureFormat;
  /** Of the whole stream. */
  readonly duration: Ticks;
  /** Bits a second. */
  readonly bitrate: number;
  /** ISO 639-2. */
  readonly language: string;
}

/** `ftyp` and `moov`: a file with samples only in fragments. ISO/IEC 14496-12, 8.8; PIFF 1.1, 5. */
export function fileHeader(track: TrackHeader): Uint8Array {
  const w = new BoxWriter();
  w.box('ftyp', () => {
    w.fourCC('isml');
    w.u32(1);
    for (const brand of ['isml', 'piff', 'iso2']) w.fourCC(brand);
  });
  w.box('moov', () => {
    w.fullBox('mvhd', 0, 0, () => {
      w.zeros(8);
      w.u32(TICKS_PER_SECOND);
      w.u32(0);
      w.u32(0x10000);
      w.u16(0x100);
      w.zeros(10);
      UNITY_MATRIX.forEach((value) => void w.u32(value));
      w.zeros(24);
      w.u32(track.trackId + 1);
    });
    writeTrack(w, track);
    w.box('mvex', () => {
      w.fullBox('mehd', 1, 0, () => w.u64(track.duration));
      w.fullBox('trex', 0, 0, () => {
        for (const value of [track.trackId, 1, 0, 0, 0]) w.u32(value);
      });
    });
  });
  return w.finish();
}

/**
 * `moof` and the header of `mdat`; the samples' bytes follow. Laid out as in files made for IIS. `isVideo`: whether
 * samples depend on others.
 */
export function fragmentHeader(
  fragment: Fragment,
  sequence: number,
  trackId: number,
  isVideo: boolean,
): Uint8Array {
  const { samples } = fragment;
  const payload = samples.reduce((sum, { size }) => sum + size, 0);
  const first = samples[0]?.duration;
  const isEven = samples.every(({ duration }) => duration === first);
  const hasOffsets = samples.some(({ compositionOffset }) => compositionOffset !== 0n);
  // first_sample_flags can't mark key frames after the first.
  const hasFlags = isVideo && samples.some(({ isKey }, i) => i > 0 && isKey);
  const w = new BoxWriter(256 + 17 * samples.length);
  let dataOffsetAt = 0;
  w.box('moof', () => {
    w.fullBox('mfhd', 0, 0, () => w.u32(sequence));
    w.box('traf', () => {
      w.fullBox('tfhd', 0, 0x20 | (isEven ? 0x8 : 0), () => {
        w.u32(trackId);
        if (isEven) w.u32(Number(first ?? 0n));
        w.u32(isVideo ? DELTA_FLAGS : KEY_FLAGS);
      });
      const flags = 0x201 | (hasFlags ? 0x400 : 0x4) | (isEven ? 0 : 0x100) | (hasOffsets ? 0x800 : 0);
      w.fullBox('trun', 0, flags, () => {
        w.u32(samples.length);
        dataOffsetAt = w.length;
        w.u32(0);
        if (!hasFlags) w.u32(KEY_FLAGS);
        for (const { duration, size, isKey, compositionOffset } of samples) {
          if (!isEven) w.u32(Number(duration));
          w.u32(size);
          if (hasFlags) w.u32(isKey ? KEY_FLAGS : DELTA_FLAGS);
          if (hasOffsets) w.u32(Number(compositionOffset));
        }
      });
      // ISO/IEC 14496-12, 8.6.4: what a sample depends on, whether others depend on it, no redundancy.
      if (isVideo)
        w.fullBox('sdtp', 0, 0, () => samples.forEach(({ isKey }) => void w.u8(isKey ? 0x26 : 0x12)));
    });
  });
  const moof = w.length;
  w.u32(8 + payload);
  w.fourCC('mdat');
  const bytes = w.finish();
  new DataView(bytes.buffer, bytes.byteOffset).setUint32(dataOffsetAt, moof + 8);
  return bytes;
}

/** The position of a fragment's `moof`. */
export interface IndexEntry {
  readonly time: Ticks;
  readonly offset: number;
}

/** `mfra`, the index at a file's end that servers use to find fragments. ISO/IEC 14496-12, 8.8.9 to 8.8.11. */
export function fragmentIndex(trackId: number, entries: readonly IndexEntry[]): Uint8Array {
  const w = new BoxWriter(64 + 19 * entries.length);
  w.box('mfra', () => {
    w.fullBox('tfra', 1, 0, () => {
      w.u32(trackId);
      // The numbers of traf, trun and sample have one byte each.
      w.u32(0);
      w.u32(entries.length);
      for (const { time, offset } of entries) {
        w.u64(time);
        w.u64(BigInt(offset));
        for (const number of [1, 1, 1]) w.u8(number);
      }
    });
    w.fullBox('mfro', 0, 0, () => w.u32(w.length + 4));
  });
  return w.finish();
}

function writeTrack(w: BoxWriter, { trackId, format, language, bitrate }: TrackHeader): void {
  w.box('trak', () => {
    w.fullBox('tkhd', 0, 7, () => {
      w.zeros(8);
      w.u32(trackId);
      w.zeros(16);
      w.zeros(4);
      w.u16(format.kind === 'audio' ? 0x100 : 0);
      w.zeros(2);
      UNITY_MATRIX.forEach((value) => void w.u32(value));
      const { width, height } = shownSize(format);
      w.u32(width * 0x10000);
      w.u32(height * 0x10000);
    });
    w.box('mdia', () => {
      w.fullBox('mdhd', 0, 0, () => {
        w.zeros(8);
        w.u32(TICKS_PER_SECOND);
        w.u32(0);
        w.u16(packLanguage(language));
        w.zeros(2);
      });
      w.fullBox('hdlr', 0, 0, () => {
        w.u32(0);
        w.fourCC(format.kind === 'audio' ? 'soun' : 'vide');
        w.zeros(13);
      });
      w.box('minf', () => {
        if (format.kind === 'audio') w.fullBox('smhd', 0, 0, () => w.zeros(4));
        else w.fullBox('vmhd', 0, 1, () => w.zeros(8));
        w.box('dinf', () => {
          w.fullBox('dref', 0, 0, () => {
            w.u32(1);
            w.fullBox('url ', 0, 1);
          });
        });
        writeSampleTable(w, format, bitrate);
      });
    });
  });
}

function writeSampleTable(w: BoxWriter, format: TrackHeader['format'], bitrate: number): void {
  w.box('stbl', () => {
    w.fullBox('stsd', 0, 0, () => {
      w.u32(1);
      if (format.kind === 'audio') writeAudioEntry(w, format, bitrate);
      else writeVideoEntry(w, format);
    });
    for (const type of ['stts', 'stsc', 'stco']) w.fullBox(type, 0, 0, () => w.u32(0));
    w.fullBox('stsz', 0, 0, () => w.zeros(8));
  });
}

/** ISO/IEC 14496-12, 12.1.3; ISO/IEC 14496-15, 5.4.2. */
function writeVideoEntry(w: BoxWriter, format: VideoFormat | PictureFormat): void {
  w.box(format.kind === 'video' ? 'avc1' : 'jpeg', () => {
    w.zeros(6);
    w.u16(1);
    w.zeros(16);
    w.u16(format.width);
    w.u16(format.height);
    w.u32(0x480000);
    w.u32(0x480000);
    w.u32(0);
    w.u16(1);
    w.zeros(32);
    w.u16(0x18);
    w.u16(0xffff);
    if (format.kind !== 'video') return;
    w.box('avcC', () => w.bytes(format.config));
    w.box('pasp', () => {
      w.u32(format.display.width * format.height);
      w.u32(format.display.height * format.width);
    });
  });
}

function shownSize(format: TrackHeader['format']): { readonly width: number; readonly height: number } {
  if (format.kind === 'audio') return { width: 0, height: 0 };
  return format.kind === 'video' ? format.display : format;
}

/** ISO/IEC 14496-12, 12.2.3; `esds` is ISO/IEC 14496-14, 6.7.2. Each descriptor's length takes one byte. */
function writeAudioEntry(w: BoxWriter, { sampleRate, channels, config }: AudioFormat, bitrate: number): void {
  w.box('mp4a', () => {
    w.zeros(6);
    w.u16(1);
    w.zeros(8);
    w.u16(channels);
    w.u16(16);
    w.zeros(4);
    // 16.16 bits can't represent rates above 65535 Hz: the AudioSpecificConfig has it.
    w.u32(sampleRate > 0xffff ? 0 : sampleRate * 0x10000);
    w.fullBox('esds', 0, 0, () => {
      w.bytes(Uint8Array.of(0x03, 23 + config.length, 0, 0, 0));
      w.bytes(Uint8Array.of(0x04, 15 + config.length, 0x40, 0x15, 0, 0, 0));
      w.u32(bitrate);
      w.u32(bitrate);
      w.bytes(Uint8Array.of(0x05, config.length, ...config));
      w.bytes(Uint8Array.of(0x06, 1, 2));
    });
  });
}

/** Three letters of five bits; `und` if it isn't three lower-case letters. ISO/IEC 14496-12, 8.4.2.3. */
export function packLanguage(language: string): number {
  const code = /^[a-z]{3}$/.test(language) ? language : 'und';
  return [...code].reduce((bits, letter) => bits * 32 + letter.charCodeAt(0) - 0x60, 0);
}
