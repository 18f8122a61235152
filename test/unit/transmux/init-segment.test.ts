import { describe, expect, test } from 'vitest';
import { timescale } from '../../../src/base/time.ts';
import type { ChunkList, QualityLevel, Stream } from '../../../src/manifest/presentation.ts';
import { createInitSegment } from '../../../src/transmux/init-segment.ts';
import { boxAt, inspect, probeTracks } from '../../support/oracles.ts';

const bytes = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, 'hex'));

const AVC_SPS =
  '6764000dac2ca50e11bff040003f0520c0c0c800001f480005dc0300001c1200038273f8c7180000e090001c139fc63876848945';
const AVC = `00000001${AVC_SPS}0000000168e9093525`;
const HEVC_SPS =
  '4201010408000003009e0800000300003c9001b101e39ef2cacd24995e02dc080800100000030010000003019080';
const HEVC = `00000001${HEVC_SPS}000000014401c172860c4624`;
const HEVC_VPS = '0000000140010c01ffff0408000003009e0800000300003c959809';

const noChunks: ChunkList = {
  length: 0,
  runs: [],
  runsFrom: () => [],
  start: 0n as ChunkList['start'],
  end: 0n as ChunkList['end'],
  at: () => undefined,
  from: () => undefined,
  sizeHint: () => undefined,
  [Symbol.iterator]: () => [][Symbol.iterator](),
};
const level = (fourCC: string, hex: string, more: Partial<QualityLevel> = {}): QualityLevel => ({
  index: 0,
  bitrate: 300_000,
  fourCC,
  codec: undefined,
  codecPrivateData: bytes(hex),
  nalUnitLength: 4,
  customAttributes: [],
  ...more,
});
const streamOf = (type: 'video' | 'audio', only: QualityLevel, more: Partial<Stream> = {}): Stream => ({
  type,
  name: type,
  language: undefined,
  subtype: undefined,
  timescale: timescale(10_000_000),
  urlTemplate: '',
  levels: [only],
  chunks: noChunks,
  displaySize: undefined,
  parent: undefined,
  attributes: new Map(),
  ...more,
});
const init = (type: 'video' | 'audio', only: QualityLevel, more: Partial<Stream> = {}): Buffer =>
  Buffer.from(createInitSegment(streamOf(type, only, more), only));
/** What follows the tag and length of the AudioSpecificConfig. */
const configIn = (segment: Buffer): string => {
  const at = segment.indexOf('esds') + 8 + 5 + 15;
  return segment[at] === 5 ? segment.toString('hex', at + 2, at + 2 + (segment[at + 1] ?? 0)) : '';
};

describe('video', () => {
  test('has every box that Media Source Extensions ask for, and the manifest’s figures', () => {
    const boxes = inspect(
      init('video', level('H264', AVC, { width: 224, height: 128 }), { language: 'deu' }),
    );
    expect(boxes.map(({ type }) => type)).toEqual(['ftyp', 'moov']);
    expect(boxAt(boxes, 'moov', 'mvex', 'trex')).toMatchObject({
      trackId: 1,
      defaultSampleDescriptionIndex: 1,
    });
    expect(boxAt(boxes, 'moov', 'trak', 'tkhd')).toMatchObject({ trackId: 1, width: 224, height: 128 });
    expect(boxAt(boxes, 'moov', 'trak', 'mdia', 'mdhd')).toMatchObject({
      timescale: 10_000_000,
      language: 'deu',
    });
    const stbl = boxAt(boxes, 'moov', 'trak', 'mdia', 'minf', 'stbl');
    expect(stbl?.boxes?.map(({ type }) => type)).toEqual(['stsd', 'stts', 'stsc', 'stco', 'stsz']);
  });

  test('is named by mux.js as it is by RFC 6381', () => {
    const [track] = probeTracks(init('video', level('H264', AVC, { width: 224, height: 128 })));
    expect(track).toMatchObject({ id: 1, type: 'video', codec: 'avc1.64000d', timescale: 10_000_000 });
  });

  test.each<{ name: string; only: QualityLevel; type: string; size: [number, number] }>([
    {
      name: 'size from the manifest',
      only: level('H264', AVC, { width: 640, height: 360 }),
      type: 'avc1',
      size: [640, 360],
    },
    { name: 'size from the parameter set', only: level('AVC1', AVC), type: 'avc1', size: [224, 128] },
    { name: 'H.265 without VPS', only: level('HVC1', HEVC), type: 'hev1', size: [426, 238] },
    { name: 'H.265 with sets in band too', only: level('HEV1', HEVC), type: 'hev1', size: [426, 238] },
    { name: 'H.265 with VPS', only: level('HEVC', HEVC_VPS + HEVC), type: 'hvc1', size: [426, 238] },
    {
      name: 'codec over FourCC',
      only: level('ABCD', AVC, { codec: 'avc1.64000D' }),
      type: 'avc1',
      size: [224, 128],
    },
  ])('$name', ({ only, type, size }) => {
    const segment = init('video', only);
    const at = segment.indexOf(type, segment.indexOf('stsd'), 'latin1');
    expect([segment.readUInt16BE(at + 28), segment.readUInt16BE(at + 30)]).toEqual(size);
  });

  test.each([
    { codec: 'dvh1.05.06', box: 'dvcC', record: '01000a3500' },
    { codec: 'dvhe.08.09', box: 'dvvC', record: '0100104d10' },
  ])('$codec is H.265 with a record of its own', ({ codec, box, record }) => {
    const segment = init('video', level('DVH1', HEVC, { codec }));
    expect(segment.includes(codec.slice(0, 4))).toBe(true);
    expect(segment.indexOf('hvcC')).toBeLessThan(segment.indexOf(box));
    const at = segment.indexOf(box) + 4;
    expect(segment.toString('hex', at, at + 24)).toBe(record.padEnd(48, '0'));
  });

  test.each([
    { name: 'wide pixels', coded: [720, 576], display: [1024, 576], pasp: [1024 * 576, 576 * 720] },
    { name: 'square pixels', coded: [1280, 720], display: [1920, 1080], pasp: undefined },
    { name: 'square pixels but for rounding', coded: [426, 240], display: [1920, 1080], pasp: undefined },
    { name: 'no display size', coded: [720, 576], display: undefined, pasp: undefined },
    { name: 'a display size of 0', coded: [720, 576], display: [0, 0], pasp: undefined },
  ])('pixel aspect: $name', ({ coded: [width = 0, height = 0], display, pasp }) => {
    const displaySize = display && { width: display[0] ?? 0, height: display[1] ?? 0 };
    const segment = init('video', level('H264', AVC, { width, height }), { displaySize });
    const at = segment.indexOf('pasp');
    expect(at < 0 ? undefined : [segment.readUInt32BE(at + 4), segment.readUInt32BE(at + 8)]).toEqual(pasp);
  });
});

describe('audio', () => {
  test.each<{ name: string; only: QualityLevel; config: string; channels: number; rate: number }>([
    { name: 'AAC-LC', only: level('AACL', '1210'), config: '1210', channels: 2, rate: 44_100 },
    {
      name: 'AAC-LC, padded',
      only: level('AACL', `1190${'00'.repeat(14)}`),
      config: '1190',
      channels: 2,
      rate: 48_000,
    },
    {
      name: 'AAC-LC, empty',
      only: level('AACL', '', { samplingRate: 48_000, channels: 6 }),
      config: '11b0',
      channels: 6,
      rate: 48_000,
    },
    {
      name: 'AAC-LC, zeros',
      only: level('AACL', '0000', { samplingRate: 44_100, channels: 2 }),
      config: '1210',
      channels: 2,
      rate: 44_100,
    },
    {
      name: 'AAC-LC, of no use',
      only: level('AACL', '1690', { samplingRate: 44_100, channels: 2 }),
      config: '1210',
      channels: 2,
      rate: 44_100,
    },
    { name: 'AAC-LC, 96 kHz', only: level('AACL', '1010'), config: '1010', channels: 2, rate: 0 },
    { name: 'HE-AAC, implicit', only: level('AACH', '1310'), config: '1310', channels: 2, rate: 24_000 },
    {
      name: 'HE-AAC, explicit',
      only: level('AACH', '2b118800'),
      config: '2b118800',
      channels: 2,
      rate: 48_000,
    },
    {
      name: 'HE-AAC, empty',
      only: level('AACH', '', { samplingRate: 48_000, channels: 2 }),
      config: '2b118800',
      channels: 2,
      rate: 48_000,
    },
    { name: 'HE-AAC v2', only: level('AACP', 'eb098800'), config: 'eb098800', channels: 2, rate: 48_000 },
    {
      name: 'HE-AAC v2, empty',
      only: level('AACP', '', { samplingRate: 24_000, channels: 2 }),
      config: 'eb098800',
      channels: 2,
      rate: 48_000,
    },
    {
      name: 'MP3',
      only: level('WMAP', '', { codec: 'mp4a.6B', samplingRate: 44_100, channels: 2 }),
      config: '',
      channels: 2,
      rate: 44_100,
    },
  ])('$name', ({ only, config, channels, rate }) => {
    const segment = init('audio', only);
    const at = segment.indexOf('mp4a');
    expect(configIn(segment)).toBe(config);
    expect([segment.readUInt16BE(at + 20), segment.readUInt16BE(at + 28)]).toEqual([channels, rate]);
  });

  test.each([
    { name: 'AC-3', fourCC: 'AC-3', hex: '1044c0', entry: 'ac-3', config: 'dac3', record: '1044c0' },
    {
      name: 'E-AC-3 at the end of a WAVE format',
      fourCC: 'EC-3',
      hex: '00063f000000af87fba7022dfb42a4d405cd93843bdd0700200f00',
      entry: 'ec-3',
      config: 'dec3',
      record: '0700200f00',
    },
  ])('$name has an entry of its own', ({ fourCC, hex, entry, config, record }) => {
    const segment = init('audio', level(fourCC, hex, { codec: entry, samplingRate: 48_000, channels: 6 }));
    const at = segment.indexOf(entry, segment.indexOf('stsd'));
    expect([segment.readUInt16BE(at + 20), segment.readUInt16BE(at + 28)]).toEqual([6, 48_000]);
    const box = segment.indexOf(config);
    expect(segment.toString('hex', box + 4, box - 4 + segment.readUInt32BE(box - 4))).toBe(record);
  });

  test('is MPEG-4 audio to mux.js', () => {
    const [track] = probeTracks(init('audio', level('AACL', '1210')));
    expect(track).toMatchObject({ id: 1, type: 'audio', timescale: 10_000_000 });
    // It reads the object type behind this from the wrong byte.
    expect(track?.codec).toMatch(/^mp4a\.40/);
  });
});

test.each<{ name: string; type: 'video' | 'audio'; only: QualityLevel }>([
  {
    name: 'VC-1 under H.264’s name',
    type: 'video',
    only: level('AVC1', '250000010fcbe21eefb84000010e1284f8'),
  },
  { name: 'no parameter sets', type: 'video', only: level('H264', '') },
  { name: 'no parameter sets of H.265', type: 'video', only: level('HVC1', '') },
  { name: 'AAC with a reserved rate', type: 'audio', only: level('AACL', '1690') },
  { name: 'AAC of which nothing is known', type: 'audio', only: level('AACL', '') },
  { name: 'AC-3 of which nothing is known', type: 'audio', only: level('AC-3', '', { codec: 'ac-3' }) },
  { name: 'a codec without sample entry', type: 'video', only: level('WVC1', '') },
])('rejects $name', ({ type, only }) => {
  expect(() => init(type, only)).toThrowError(
    expect.objectContaining({
      code: 'codec-private-data-invalid',
      details: expect.objectContaining({ fourCC: only.fourCC }),
    }),
  );
});
