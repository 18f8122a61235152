import { describe, expect, test } from 'vitest';
import { channelsOf, makeAacConfig, makeHeAacConfig, parseAudioConfig } from '../../../src/mp4/aac.ts';
import { findAvcParameterSets, makeAvcRecord, parseAvcPicture } from '../../../src/mp4/avc.ts';
import { findHevcParameterSets, makeHevcRecord, parseHevcPicture } from '../../../src/mp4/hevc.ts';
import { makeVps } from '../../../src/mp4/hevc-vps.ts';
import fc from '../../support/properties.ts';

const bytes = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, 'hex'));
const hexOf = (value: Uint8Array | undefined): string => Buffer.from(value ?? []).toString('hex');

describe('AudioSpecificConfig', () => {
  test.each([
    { name: 'AAC-LC', hex: '1190', type: 2, rate: 48_000, output: undefined, channels: 2, length: 2 },
    {
      name: 'padded',
      hex: `1190${'00'.repeat(14)}`,
      type: 2,
      rate: 48_000,
      output: undefined,
      channels: 2,
      length: 2,
    },
    {
      name: 'SBR said not to be used',
      hex: '119056e500',
      type: 2,
      rate: 48_000,
      output: undefined,
      channels: 2,
      length: 5,
    },
    {
      name: 'implicit SBR',
      hex: '131056e59d4880',
      type: 2,
      rate: 24_000,
      output: 48_000,
      channels: 2,
      length: 7,
    },
    { name: 'explicit SBR', hex: '2b118800', type: 5, rate: 24_000, output: 48_000, channels: 2, length: 4 },
    {
      name: 'parametric stereo',
      hex: 'eb098800',
      type: 29,
      rate: 24_000,
      output: 48_000,
      channels: 1,
      length: 4,
    },
    { name: 'eight channels', hex: '11b8', type: 2, rate: 48_000, output: undefined, channels: 8, length: 2 },
    {
      name: 'a rate of its own',
      hex: '1780bb8010',
      type: 2,
      rate: 96_000,
      output: undefined,
      channels: 2,
      length: 5,
    },
  ])('reads $name', ({ hex, type, rate, output, channels, length }) => {
    const config = parseAudioConfig(bytes(hex));
    expect(config).toMatchObject({ objectType: type, samplingRate: rate, outputRate: output, length });
    expect(config && channelsOf(config)).toBe(channels);
  });

  test.each(['', '00', '11', '0000', '1690', 'ff'])('rejects %j', (hex) => {
    expect(parseAudioConfig(bytes(hex))).toBeUndefined();
  });

  test('is made for AAC-LC and HE-AAC', () => {
    expect(hexOf(makeAacConfig(48_000, 2))).toBe('1190');
    expect(hexOf(makeAacConfig(44_100, 2))).toBe('1210');
    expect(hexOf(makeAacConfig(48_000, 8))).toBe('11b8');
    expect(hexOf(makeHeAacConfig(24_000, 2, false))).toBe('2b118800');
    expect(hexOf(makeHeAacConfig(48_000, 2, false))).toBe('2b118800');
    expect(hexOf(makeHeAacConfig(48_000, 2, true))).toBe('eb098800');
  });

  test('reads back as it was made, at any rate', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 0xffffff }), fc.integer({ min: 1, max: 6 }), (rate, channels) => {
        const made = makeAacConfig(rate, channels);
        expect(parseAudioConfig(made)).toMatchObject({
          samplingRate: rate,
          channelConfig: channels,
          length: made.length,
        });
      }),
    );
  });

  test('of any bytes gives an answer within them', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 24 }), (given) => {
        expect(parseAudioConfig(given)?.length ?? 0).toBeLessThanOrEqual(given.length);
      }),
    );
  });
});

describe('H.264', () => {
  const sps =
    '6764000dac2ca50e11bff040003f0520c0c0c800001f480005dc0300001c1200038273f8c7180000e090001c139fc63876848945';
  const pps = '68e9093525';

  test.each([
    { name: 'long start codes', hex: `00000001${sps}00000001${pps}`, sets: [1, 1] },
    { name: 'short start codes and zeros behind', hex: `000001${sps}000001${pps}0000`, sets: [1, 1] },
    { name: 'two of each', hex: `00000001${sps}00000001${sps}00000001${pps}00000001${pps}`, sets: [2, 2] },
    { name: 'lengths of four bytes', hex: `00000034${sps}00000005${pps}`, sets: [1, 1] },
    { name: 'lengths of two bytes, a delimiter first', hex: `000209f00034${sps}0005${pps}`, sets: [1, 1] },
    { name: 'other units between', hex: `000000010910000001${sps}000001${pps}`, sets: [1, 1] },
  ])('parameter sets: $name', ({ hex, sets }) => {
    const found = findAvcParameterSets(bytes(hex));
    expect([found?.sps.length, found?.pps.length]).toEqual(sets);
    expect(hexOf(found?.sps[0])).toBe(sps);
    expect(hexOf(found?.pps.at(-1))).toBe(pps);
  });

  test.each([
    { name: 'nothing', hex: '' },
    { name: 'VC-1', hex: '250000010fcbe21eefb84000010e1284f8' },
    { name: 'no PPS', hex: `00000001${sps}` },
    { name: 'a record cut short', hex: `0164000dffe10034${sps.slice(0, 20)}` },
  ])('no parameter sets: $name', ({ hex }) => {
    expect(findAvcParameterSets(bytes(hex))).toBeUndefined();
  });

  test('a decoder record is made, and read back', () => {
    const sets = findAvcParameterSets(bytes(`00000001${sps}00000001${pps}`));
    const record = sets && makeAvcRecord(sets, 4);
    expect(hexOf(record)).toBe(`0164000dffe10034${sps}010005${pps}fdf8f800`);
    expect(record && findAvcParameterSets(record)).toEqual(sets);
  });

  test('the picture of a parameter set is read', () => {
    const picture = {
      profile: 100,
      width: 224,
      height: 128,
      chromaFormat: 1,
      bitDepthLuma: 8,
      bitDepthChroma: 8,
    };
    expect(parseAvcPicture(bytes(sps))).toEqual(picture);
    expect(parseAvcPicture(bytes(sps.slice(0, 16)))).toBeUndefined();
  });

  test('a parameter set of any bytes gives an answer', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (given) => {
        const picture = parseAvcPicture(given);
        expect(picture === undefined || picture.width * picture.height > 0).toBe(true);
      }),
      { numRuns: 500 },
    );
  });
});

describe('H.265', () => {
  const vps = '40010c01ffff0408000003009e0800000300003c959809';
  const sps = '4201010408000003009e0800000300003c9001b101e39ef2cacd24995e02dc080800100000030010000003019080';
  const pps = '4401c172860c4624';

  test('its picture is read', () => {
    expect(parseHevcPicture(bytes(sps))).toMatchObject({
      width: 426,
      height: 238,
      chromaFormat: 3,
      bitDepthLuma: 8,
      temporalLayers: 1,
    });
  });

  test.each([
    {
      name: 'complete with a VPS',
      hex: `00000001${vps}00000001${sps}00000001${pps}`,
      arrays: 3,
      first: 0xa0,
    },
    { name: 'open without one', hex: `00000001${sps}00000001${pps}`, arrays: 2, first: 0x21 },
  ])('a decoder record is made, $name', ({ hex, arrays, first }) => {
    const sets = findHevcParameterSets(bytes(hex));
    const picture = sets && parseHevcPicture(sets.sps[0]);
    const record = picture && makeHevcRecord(sets, picture, 4);
    expect(hexOf(record?.subarray(0, 13))).toBe('0104080000009e08000000003c');
    expect([record?.[22], record?.[23]]).toEqual([arrays, first]);
  });

  test('a decoder record reads back, and behind lengths the sets are the same', () => {
    const sets = findHevcParameterSets(bytes(`00000001${vps}00000001${sps}00000001${pps}`));
    const picture = sets && parseHevcPicture(sets.sps[0]);
    const record = picture && makeHevcRecord(sets, picture, 4);
    expect(record && findHevcParameterSets(record)).toEqual(sets);
    const u32 = (hex: string) => (hex.length / 2).toString(16).padStart(8, '0') + hex;
    expect(findHevcParameterSets(bytes(u32(vps) + u32(sps) + u32(pps)))).toEqual(sets);
  });

  test('a VPS that was made says what the SPS does', () => {
    const made = hexOf(makeVps(bytes(sps)));
    // As the encoder wrote it, up to the order of pictures.
    expect(made.slice(0, 36)).toBe(vps.slice(0, 36));
  });

  test('no record without SPS', () => {
    expect(findHevcParameterSets(bytes(`00000001${vps}00000001${pps}`))).toBeUndefined();
  });
});
