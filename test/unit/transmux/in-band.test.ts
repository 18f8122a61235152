import { describe, expect, test } from 'vitest';
import type { QualityLevel } from '../../../src/manifest/presentation.ts';
import { completeLevel } from '../../../src/transmux/in-band.ts';

const hex = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'hex'));
const textOf = (bytes: Uint8Array | undefined): string => Buffer.from(bytes ?? []).toString('hex');
const level = (fourCC: string, more: Partial<QualityLevel> = {}): QualityLevel => ({
  index: 0,
  bitrate: 300_000,
  fourCC,
  codec: undefined,
  codecPrivateData: new Uint8Array(),
  nalUnitLength: 4,
  customAttributes: [],
  ...more,
});
/** NAL units behind lengths of `size` bytes. */
const prefixed = (size: number, ...units: string[]): string =>
  units.map((unit) => (unit.length / 2).toString(16).padStart(size * 2, '0') + unit).join('');

const SPS = '6742800d8d6500';
const PPS = '68c92352';
const IDR = '6588840011223344';
const BOTH = `00000001${SPS.slice(0, -2)}00000001${PPS}`;
const AVC_UNITS = ['09f0', SPS.slice(0, -2), PPS, '0605ff', IDR];

describe('parameter sets in a sample', () => {
  test.each([
    { name: 'lengths of four bytes', sample: prefixed(4, ...AVC_UNITS), length: 4 },
    { name: 'lengths of two bytes, unannounced', sample: prefixed(2, ...AVC_UNITS), length: 2 },
    { name: 'start codes', sample: AVC_UNITS.map((unit) => `000001${unit}`).join(''), length: 4 },
  ])('behind $name become private data', ({ sample, length }) => {
    const completed = completeLevel(level('H264'), hex(sample));
    expect(textOf(completed?.codecPrivateData)).toBe(BOTH);
    expect(completed).toMatchObject({ codec: 'avc1.42800D', nalUnitLength: length });
  });

  test('go with those that the private data has', () => {
    const half = level('H264', { codecPrivateData: hex(`00000001${PPS}`) });
    const completed = completeLevel(half, hex(prefixed(4, SPS.slice(0, -2), IDR)));
    expect(textOf(completed?.codecPrivateData)).toBe(BOTH);
  });

  test('of H.265 are found too', () => {
    const units = ['40010c01ffff', '42010101600000030090000003000003005da0028080', '4401c172', '26019900'];
    const completed = completeLevel(level('HVC1'), hex(prefixed(4, ...units)));
    expect(completed?.codec).toMatch(/^hvc1\.1\.6\.L93/);
    expect(textOf(completed?.codecPrivateData)).toBe(
      units
        .slice(0, 3)
        .map((unit) => `00000001${unit}`)
        .join(''),
    );
  });

  test('of H.265 are complete with a VPS that is made', () => {
    const sps =
      '4201010408000003009e0800000300003c9001b101e39ef2cacd24995e02dc080800100000030010000003019080';
    const own = level('HVC1', { codecPrivateData: hex(`00000001${sps}000000014401c172860c4624`) });
    const completed = completeLevel(own, hex(prefixed(4, '26019900')));
    expect(completed?.codec).toMatch(/^hvc1/);
    expect(textOf(completed?.codecPrivateData)).toMatch(/^0000000140010c01ffff0408/);
  });

  test.each([
    { name: 'no sets', fourCC: 'H264', sample: prefixed(4, IDR) },
    { name: 'lengths that do not add up', fourCC: 'H264', sample: `0000ffff${SPS}` },
    { name: 'another codec', fourCC: 'WVC1', sample: prefixed(4, ...AVC_UNITS) },
    { name: 'nothing', fourCC: 'H264', sample: '' },
    { name: 'no sync word', fourCC: 'AC-3', sample: '0000000000000000' },
  ])('$name: there is nothing to complete with', ({ fourCC, sample }) => {
    expect(completeLevel(level(fourCC), hex(sample))).toBeUndefined();
  });
});

// Headers of frames that FFmpeg wrote, and the records that it wrote for them.
test.each([
  { sample: '0b77d231544043e106f575f0c0c21818', codec: 'ac-3', record: '501140', rate: 44_100, channels: 2 },
  { sample: '0b77abaa5440ebf8403efe007f0f0f08', codec: 'ac-3', record: '503d40', rate: 44_100, channels: 6 },
  {
    sample: '0b7701a07487c000208401003700ae06',
    codec: 'ec-3',
    record: '0600600400',
    rate: 44_100,
    channels: 2,
  },
  {
    sample: '0b7701a07f87c00020f8200002004000',
    codec: 'ec-3',
    record: '0600600f00',
    rate: 44_100,
    channels: 6,
  },
])(
  'a frame of $codec with $channels channels tells its record',
  ({ sample, codec, record, rate, channels }) => {
    // Their rate is counted over a whole frame; the header alone has the size.
    const completed = completeLevel(level(codec === 'ac-3' ? 'AC-3' : 'EC-3', { codec }), hex(sample));
    expect(textOf(completed?.codecPrivateData)).toBe(record);
    expect(completed).toMatchObject({ codec, samplingRate: rate, channels });
  },
);
