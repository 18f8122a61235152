import { BoxWriter } from '../../../src/mp4/writer.ts';
import { escapeXml } from '../xml-attributes.ts';
import type { CaptionCue } from './caption-cue.ts';

const NAMESPACE = 'http://www.w3.org/ns/ttml';
const TRACK_ID = 1;
const UNITY_MATRIX = [0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000];

/** The init segment of TTML in MP4. ISO/IEC 14496-30, 5; ISO/IEC 14496-12, 12.6. */
export function stppInit(timescale: number, language: string | undefined): Buffer {
  const w = new BoxWriter(512);
  w.box('ftyp', () => {
    w.fourCC('iso6');
    w.u32(1);
    for (const brand of ['isom', 'iso6', 'msdh']) w.fourCC(brand);
  });
  w.box('moov', () => {
    w.fullBox('mvhd', 0, 0, () => {
      for (const value of [0, 0, timescale, 0, 0x10000]) w.u32(value);
      w.u16(0x100);
      w.zeros(10);
      for (const value of UNITY_MATRIX) w.u32(value);
      w.zeros(24);
      w.u32(TRACK_ID + 1);
    });
    w.box('trak', () => {
      w.fullBox('tkhd', 0, 7, () => {
        for (const value of [0, 0, TRACK_ID, 0, 0]) w.u32(value);
        w.zeros(16);
        for (const value of UNITY_MATRIX) w.u32(value);
        w.zeros(8);
      });
      w.box('mdia', () => {
        w.fullBox('mdhd', 0, 0, () => {
          for (const value of [0, 0, timescale, 0]) w.u32(value);
          w.u16(packLanguage(language));
          w.u16(0);
        });
        w.fullBox('hdlr', 0, 0, () => {
          w.u32(0);
          w.fourCC('subt');
          w.zeros(13);
        });
        w.box('minf', () => {
          w.fullBox('sthd', 0, 0);
          w.box('dinf', () => {
            w.fullBox('dref', 0, 0, () => {
              w.u32(1);
              w.fullBox('url ', 0, 1);
            });
          });
          w.box('stbl', () => {
            w.fullBox('stsd', 0, 0, () => {
              w.u32(1);
              w.box('stpp', () => {
                w.zeros(6);
                w.u16(1);
                w.bytes(Buffer.from(`${NAMESPACE}\0\0\0`));
              });
            });
            for (const type of ['stts', 'stsc', 'stco']) w.fullBox(type, 0, 0, () => w.u32(0));
            w.fullBox('stsz', 0, 0, () => w.zeros(8));
          });
        });
      });
    });
    w.box('mvex', () => {
      w.fullBox('trex', 0, 0, () => {
        for (const value of [TRACK_ID, 1, 0, 0, 0]) w.u32(value);
      });
    });
  });
  return Buffer.from(w.finish());
}

/** A segment of one sample: a document with the text of the chunk, on the media's clock. */
export function stppSegment(
  cues: readonly CaptionCue[],
  chunk: {
    /** Seconds. */
    readonly start: number;
    readonly end: number;
    /** In ticks. */
    readonly time: bigint;
    readonly duration: bigint;
    readonly number: number;
  },
): Buffer {
  const text = Buffer.from(ttmlDocument(cues, chunk));
  const w = new BoxWriter(128 + text.length);
  let offsetAt = 0;
  w.box('moof', () => {
    w.fullBox('mfhd', 0, 0, () => w.u32((chunk.number + 1) >>> 0));
    w.box('traf', () => {
      w.fullBox('tfhd', 0, 0x20000, () => w.u32(TRACK_ID));
      w.fullBox('tfdt', 1, 0, () => w.u64(chunk.time));
      w.fullBox('trun', 0, 0x301, () => {
        w.u32(1);
        offsetAt = w.length;
        w.u32(0);
        w.u32(Number(chunk.duration));
        w.u32(text.length);
      });
    });
  });
  const moof = w.length;
  w.box('mdat', () => w.bytes(text));
  const bytes = Buffer.from(w.finish());
  bytes.writeUInt32BE(moof + 8, offsetAt);
  return bytes;
}

/** IMSC 1.1, text profile: one region at the bottom. */
export function ttmlDocument(
  cues: readonly CaptionCue[],
  { start, end }: { readonly start: number; readonly end: number },
): string {
  const lines = cues
    .filter((cue) => cue.end > start && cue.start < end)
    .map(({ text, ...span }) => {
      const own = text
        .split(/\r?\n/)
        .map((line) => escapeXml(line))
        .join('<br/>');
      return `<p begin="${ttmlTime(span.start)}" end="${ttmlTime(span.end)}">${own}</p>`;
    });
  return `<?xml version="1.0" encoding="UTF-8"?>
<tt xmlns="${NAMESPACE}" xmlns:ttp="${NAMESPACE}#parameter" xmlns:tts="${NAMESPACE}#styling" xml:lang="" ttp:profile="http://www.w3.org/ns/ttml/profile/imsc1.1/text">
<head><layout><region xml:id="bottom" tts:origin="10% 10%" tts:extent="80% 80%" tts:displayAlign="after" tts:textAlign="center"/></layout></head>
<body region="bottom"><div>${lines.join('')}</div></body>
</tt>`;
}

/** Hours may have any number of digits. */
function ttmlTime(seconds: number): string {
  const ms = Math.max(0, Math.round(seconds * 1000));
  const pad = (value: number, digits = 2) => String(value).padStart(digits, '0');
  return `${pad(Math.floor(ms / 3_600_000))}:${pad(Math.floor(ms / 60_000) % 60)}:${pad(Math.floor(ms / 1000) % 60)}.${pad(ms % 1000, 3)}`;
}

/** Three letters of five bits each. ISO/IEC 14496-12, 8.4.2.3. */
function packLanguage(language: string | undefined): number {
  const known = language !== undefined && /^[a-z]{3}$/.test(language) ? language : 'und';
  return [...known].reduce((packed, letter) => packed * 32 + letter.charCodeAt(0) - 0x60, 0);
}
