import { findNalUnits, hevcNalType, withoutEmulationPrevention } from '../base/nal.ts';
import { BitReader } from './bits.ts';
import { BoxWriter } from './writer.ts';

/** The parameter sets of an H.265 stream. */
export interface HevcParameterSets {
  /** Empty if the private data has none: [MS-SSTR]'s amendment omits it. */
  readonly vps: readonly Uint8Array[];
  readonly sps: readonly [Uint8Array, ...Uint8Array[]];
  readonly pps: readonly Uint8Array[];
}

/** Fields of a sequence parameter set. ISO/IEC 23008-2, 7.3.2.2.1. */
export interface HevcPicture {
  /** Profile, tier and level: 12 bytes, which the decoder record repeats. */
  readonly profileTierLevel: Uint8Array;
  readonly temporalLayers: number;
  readonly isNested: boolean;
  readonly chromaFormat: number;
  readonly bitDepthLuma: number;
  readonly bitDepthChroma: number;
  /** The remaining fields, from picture order on. */
  readonly rest: BitReader;
  /** In luma samples, cropped. */
  readonly width: number;
  readonly height: number;
}

/** The maximum length in a record. */
const MAX_UNIT = 0xffff;
const VPS = 32;
const SPS = 33;
const PPS = 34;

/** Finds the parameter sets after start codes or lengths, or in a decoder record; `undefined` without a sequence and a picture parameter set. */
export function findHevcParameterSets(bytes: Uint8Array): HevcParameterSets | undefined {
  const found = bytes[0] === 1 ? unitsOfRecord(bytes) : findNalUnits(bytes, hevcNalType);
  const units = found.filter(({ length }) => length <= MAX_UNIT);
  const ofType = (type: number): Uint8Array[] => units.filter((unit) => hevcNalType(unit) === type);
  const [sps, ...moreSps] = ofType(SPS);
  const pps = ofType(PPS);
  return sps && pps.length > 0 ? { vps: ofType(VPS), sps: [sps, ...moreSps], pps } : undefined;
}

/** Makes an HEVCDecoderConfigurationRecord, the content of `hvcC`. ISO/IEC 14496-15, 8.3.3.1. */
export function makeHevcRecord(
  sets: HevcParameterSets,
  picture: HevcPicture,
  nalUnitLength: number,
): Uint8Array {
  const writer = new BoxWriter(256);
  writer.u8(1);
  writer.bytes(picture.profileTierLevel);
  writer.u16(0xf000);
  writer.u8(0xfc);
  writer.u8(0xfc | picture.chromaFormat);
  writer.u8(0xf8 | (picture.bitDepthLuma - 8));
  writer.u8(0xf8 | (picture.bitDepthChroma - 8));
  writer.u16(0);
  writer.u8((picture.temporalLayers << 3) | (picture.isNested ? 4 : 0) | (nalUnitLength - 1));

  const arrays = [
    { type: VPS, units: sets.vps },
    { type: SPS, units: sets.sps },
    { type: PPS, units: sets.pps },
  ].filter(({ units }) => units.length > 0);
  // Complete sets, as `hvc1` requires; without a video parameter set it is `hev1`, which allows sets in the stream.
  const isComplete = sets.vps.length > 0 ? 0x80 : 0;
  writer.u8(arrays.length);
  for (const { type, units } of arrays) {
    writer.u8(isComplete | type);
    writer.u16(units.length);
    for (const unit of units) {
      writer.u16(unit.length);
      writer.bytes(unit);
    }
  }
  return writer.finish();
}

/** Reads a sequence parameter set up to its bit depths; `undefined` if it is truncated or invalid. */
export function parseHevcPicture(sps: Uint8Array): HevcPicture | undefined {
  const plain = withoutEmulationPrevention(sps);
  const bits = new BitReader(plain);
  bits.skip(16 + 4);
  const subLayers = bits.read(3);
  const isNested = bits.readFlag();
  const profileTierLevel = plain.subarray(3, 15);
  bits.skip(96);
  skipSubLayers(bits, subLayers);
  bits.readUnsigned();

  const chromaFormat = bits.readUnsigned();
  if (chromaFormat === 3) bits.skip(1);
  const codedWidth = bits.readUnsigned();
  const codedHeight = bits.readUnsigned();
  const crop = bits.readFlag() ? [0, 0, 0, 0].map(() => bits.readUnsigned()) : [0, 0, 0, 0];
  const bitDepthLuma = bits.readUnsigned() + 8;
  const bitDepthChroma = bits.readUnsigned() + 8;

  const [left = 0, right = 0, top = 0, bottom = 0] = crop;
  const width = codedWidth - (left + right) * (chromaFormat === 1 || chromaFormat === 2 ? 2 : 1);
  const height = codedHeight - (top + bottom) * (chromaFormat === 1 ? 2 : 1);
  const isSound = !bits.isPastEnd && chromaFormat <= 3 && bitDepthLuma <= 15 && bitDepthChroma <= 15;
  if (!isSound || width <= 0 || height <= 0 || width > 16_384 || height > 16_384) return undefined;
  const temporalLayers = subLayers + 1;
  return {
    profileTierLevel,
    temporalLayers,
    isNested,
    chromaFormat,
    bitDepthLuma,
    bitDepthChroma,
    rest: bits,
    width,
    height,
  };
}

/** The parameter sets of an HEVCDecoderConfigurationRecord; none if its lengths are wrong. */
function unitsOfRecord(bytes: Uint8Array): Uint8Array[] {
  const units: Uint8Array[] = [];
  const u16 = (at: number) => ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
  let at = 23;
  for (let arrays = bytes[22] ?? 0; arrays > 0; arrays--) {
    let count = u16(at + 1);
    for (at += 3; count > 0; count--) {
      const length = u16(at);
      if (length === 0 || at + 2 + length > bytes.length) return [];
      units.push(bytes.subarray(at + 2, at + 2 + length));
      at += 2 + length;
    }
  }
  return units;
}

/** The profiles and levels of sub-layers. ISO/IEC 23008-2, 7.3.3. */
function skipSubLayers(bits: BitReader, count: number): void {
  if (count === 0) return;
  const present = Array.from({ length: count }, () => ({ profile: bits.readFlag(), level: bits.readFlag() }));
  bits.skip(2 * (8 - count));
  for (const { profile, level } of present) bits.skip((profile ? 88 : 0) + (level ? 8 : 0));
}
