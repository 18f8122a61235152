import { expect, test } from 'vitest';
import { makeAacConfig, makeHeAacConfig } from '../../../src/mp4/aac.ts';
import { makeSilence, silentFrame } from '../../../src/transmux/silence.ts';
import { silentSegment } from '../../../src/transmux/silent-segment.ts';
import { readBack } from '../../support/fragment-builder.ts';

const hexOf = (bytes: Uint8Array | undefined) => bytes && Buffer.from(bytes).toString('hex');
const aac = (codecPrivateData: Uint8Array, more = {}) => ({
  fourCC: 'AACL',
  codec: 'mp4a.40.2',
  codecPrivateData,
  ...more,
});

// Each was decoded by FFmpeg 5.1 to as many silent channels, without a warning.
test.each([
  { channels: 1, frame: '00000007' },
  { channels: 2, frame: '21000000001c' },
  { channels: 3, frame: '000000010800000000e0' },
  { channels: 4, frame: '00000001080000000002000007' },
  { channels: 5, frame: '00000001080000000023000000001c' },
  { channels: 6, frame: '00000001080000000023000000000c000000e0' },
  { channels: 7, frame: '000000010800000000230000000004a0000000018000001c' },
])('$channels channels of AAC are silent', ({ channels, frame }) => {
  expect(hexOf(silentFrame(aac(makeAacConfig(48_000, channels))))).toBe(frame);
});

test.each([
  { name: 'HE-AAC by its core', level: aac(makeHeAacConfig(24_000, 2, false)), frame: '21000000001c' },
  { name: 'HE-AAC v2 by its core', level: aac(makeHeAacConfig(24_000, 2, true)), frame: '00000007' },
  {
    name: 'AAC without private data',
    level: aac(new Uint8Array(), { samplingRate: 44_100, channels: 1 }),
    frame: '00000007',
  },
  { name: 'AAC of which nothing is known', level: aac(new Uint8Array()), frame: undefined },
  { name: 'low-delay AAC', level: aac(Uint8Array.of(0xb9, 0x90)), frame: undefined },
  {
    name: 'Dolby audio',
    level: { fourCC: 'EC-3', codec: 'ec-3', codecPrivateData: new Uint8Array() },
    frame: undefined,
  },
])('$name gives $frame', ({ level, frame }) => {
  expect(hexOf(silentFrame(level))).toBe(frame);
});

test.each([
  { name: 'nothing', duration: 0, count: undefined },
  { name: 'less than half a frame', duration: 100_000, count: undefined },
  { name: 'some frames', duration: 1_280_000, count: 6 },
  { name: 'more than any fragment lacks', duration: 400_000_000, count: undefined },
])('for $name there are $count frames', ({ duration, count }) => {
  const silence = makeSilence(duration, 213_333, aac(makeAacConfig(48_000, 2)), 10_000_000);
  expect(silence?.count).toBe(count);
});

test.each([
  { name: 'four seconds', duration: 40_000_000n, count: 188 },
  { name: 'a frame', duration: 213_333n, count: 1 },
  { name: 'less than half a frame', duration: 100_000n, count: undefined },
])('a stretch of $name has $count frames', ({ duration, count }) => {
  const level = aac(makeAacConfig(48_000, 2));
  for (const isProtected of [false, true]) {
    const stretch = {
      timescale: 10_000_000,
      level,
      start: 60_000_000n,
      duration,
      origin: 20_000_000n,
      isProtected,
    };
    const segment = silentSegment(stretch);
    const read = segment && readBack(Buffer.from(segment));
    expect(read?.samples.length).toBe(count);
    if (!read) continue;
    expect(read.decodeTime).toBe(40_000_000n);
    expect(BigInt(read.samples.reduce((sum, one) => sum + one.duration, 0))).toBe(duration);
    expect(new Set(read.samples.map(({ data }) => data.toString('hex')))).toEqual(new Set(['21000000001c']));
    expect(Buffer.from(segment).includes('sbgp')).toBe(isProtected);
  }
});
