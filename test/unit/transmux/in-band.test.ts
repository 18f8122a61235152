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
const telling = (sample: string, duration = 0, isSealed = false) => ({
  bytes: hex(sample),
  duration,
  isSealed,
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
    const completed = completeLevel(level('H264'), telling(sample));
    expect(textOf(completed?.codecPrivateData)).toBe(BOTH);
    expect(completed).toMatchObject({ codec: 'avc1.42800D', nalUnitLength: length });
  });

  test('go with those that the private data has', () => {
    const half = level('H264', { codecPrivateData: hex(`00000001${PPS}`) });
    const completed = completeLevel(half, telling(prefixed(4, SPS.slice(0, -2), IDR)));
    expect(textOf(completed?.codecPrivateData)).toBe(BOTH);
  });

  test('of H.265 are found too', () => {
    const units = ['40010c01ffff', '42010101600000030090000003000003005da0028080', '4401c172', '26019900'];
    const completed = completeLevel(level('HVC1'), telling(prefixed(4, ...units)));
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
    const completed = completeLevel(own, telling(prefixed(4, '26019900')));
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
    expect(completeLevel(level(fourCC), telling(sample))).toBeUndefined();
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
    const completed = completeLevel(level(codec === 'ac-3' ? 'AC-3' : 'EC-3', { codec }), telling(sample));
    expect(textOf(completed?.codecPrivateData)).toBe(record);
    expect(completed).toMatchObject({ codec, samplingRate: rate, channels });
  },
);

describe('a frame of AAC', () => {
  const facts = (completed: QualityLevel | undefined) =>
    completed && `${completed.codec} ${completed.samplingRate} ${completed.channels}`;
  // How long a frame lasts in ticks of 100 ns and of 1 ms, and which element it begins with.
  test.each([
    { fourCC: 'AACL', duration: 0.0213333, first: '21', expected: 'mp4a.40.2 48000 2' },
    { fourCC: 'AACL', duration: 0.0232199, first: '01', expected: 'mp4a.40.2 44100 1' },
    { fourCC: 'AACL', duration: 0.0213, first: '21', expected: 'mp4a.40.2 48000 2' },
    { fourCC: 'AACH', duration: 0.0426667, first: '21', expected: 'mp4a.40.5 24000 2' },
    { fourCC: 'AACH', duration: 0.0213333, first: '21', expected: 'mp4a.40.2 48000 2' },
  ])('of $duration s tells its rate and channels: $expected', ({ fourCC, duration, first, expected }) => {
    const codec = fourCC === 'AACH' ? 'mp4a.40.5' : 'mp4a.40.2';
    const completed = completeLevel(level(fourCC, { codec }), telling(first, duration));
    expect(facts(completed)).toBe(expected);
  });

  test('does not overrule what the manifest says of channels, and tells none when it may be encrypted', () => {
    const six = level('AACL', { codec: 'mp4a.40.2', channels: 6 });
    expect(completeLevel(six, telling('01', 0.0213333))?.channels).toBe(6);
    expect(completeLevel(level('AACL'), telling('01', 0.0213333, true))?.channels).toBe(2);
  });

  test.each([0, 0.03, 2, Number.NaN])('that lasts %d s tells nothing', (duration) => {
    expect(completeLevel(level('AACL'), telling('21', duration))).toBeUndefined();
  });
});
