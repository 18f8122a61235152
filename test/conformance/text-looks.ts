import { deflateSync } from 'node:zlib';
import { ttml } from '../support/text.ts';
import { documents, type TextCase } from './text-case.ts';

/** Captions to look at, each with how its first one must be laid out. */
export interface TextLook extends TextCase {
  readonly direction?: 'rtl';
  readonly writingMode?: 'vertical-rl';
  readonly color?: string;
  readonly isImage?: boolean;
  /** Above the middle of the picture. */
  readonly isAbove?: boolean;
}

const TIMES = 'begin="0s" end="2s"';
const CUE = [[0, 2, '']] as const;

const look = (name: string, body: string, head = '', more: Partial<TextLook> = {}): TextLook => ({
  name,
  place: 'to look at',
  fragment: documents(ttml(body, { head })),
  cues: CUE,
  ...more,
});

const region = (attributes: string) => `<layout><region xml:id="r" ${attributes}/></layout>`;

const CRC_TABLE = Array.from({ length: 256 }, (_, n) => {
  let c = n;
  for (let bit = 0; bit < 8; bit += 1) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
  return c >>> 0;
});
const crc = (bytes: Buffer): number =>
  (bytes.reduce((c, byte) => (CRC_TABLE[(c ^ byte) & 255] ?? 0) ^ (c >>> 8), 0xffffffff) ^ 0xffffffff) >>> 0;

function chunk(type: string, data: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(type), data]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  sum.writeUInt32BE(crc(named));
  return Buffer.concat([length, named, sum]);
}

/** A PNG of a yellow bar with a dark frame, as if it were a line of text. */
function png(width: number, height: number): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2], 8);
  const rows = Buffer.alloc(height * (1 + width * 3));
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const isFrame = Math.min(x, y, width - 1 - x, height - 1 - y) < 6;
      rows.set(isFrame ? [32, 32, 96] : [255, 224, 0], y * (1 + width * 3) + 1 + x * 3);
    }
  }
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(rows)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

const IMAGE = png(400, 80).toString('base64');
const SMPTE = 'xmlns:smpte="http://www.smpte-ra.org/schemas/2052-1/2010/smpte-tt"';

export const TEXT_LOOKS: readonly TextLook[] = [
  look(
    'plain',
    `<div><p ${TIMES}>Two lines, of which the second<br/>is the longer one by a few words</p></div>`,
  ),
  look(
    'styled',
    `<div><p ${TIMES}><span tts:color="#00ffff" tts:fontStyle="italic">Cyan and slanted</span><br/><span tts:color="yellow" tts:backgroundColor="#800000ff" tts:fontWeight="bold" tts:textDecoration="underline">yellow on maroon, bold</span><br/><span tts:textOutline="black 2px" tts:backgroundColor="transparent" tts:fontSize="150%">outlined, larger</span></p></div>`,
    '',
    { color: 'rgb(0, 255, 255)' },
  ),
  look(
    'positioned',
    `<div><p ${TIMES} region="r">Top left,<br/>in a box</p></div>`,
    region(
      'tts:origin="5% 5%" tts:extent="40% 30%" tts:displayAlign="before" tts:textAlign="left" tts:backgroundColor="#00008080"',
    ),
    { isAbove: true },
  ),
  look(
    'right-to-left',
    `<div><p ${TIMES} tts:direction="rtl" tts:textAlign="start">שלום עולם, זה מבחן!<br/>السلام عليكم، 123 (اختبار).</p></div>`,
    '',
    { direction: 'rtl' },
  ),
  look(
    'vertical',
    `<div><p ${TIMES} region="r">縦書きの字幕です。<br/>二行目、テスト。</p></div>`,
    region('tts:origin="75% 8%" tts:extent="20% 84%" tts:writingMode="tbrl"'),
    { writingMode: 'vertical-rl' },
  ),
  look(
    'image',
    `<div ${SMPTE} ${TIMES} region="r" smpte:backgroundImage="#i"/>`,
    `<metadata ${SMPTE}><smpte:image xml:id="i" imageType="PNG" encoding="Base64">${IMAGE}</smpte:image></metadata>${region('tts:origin="20% 75%" tts:extent="60% 20%"')}`,
    { isImage: true },
  ),
];

/** A file beside the title. */
export const LOOK_VTT =
  'WEBVTT\n\n00:00.000 --> 00:02.000\nBeside the title: <i>WebVTT</i>\nat the lower edge\n';
