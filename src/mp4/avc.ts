import { avcNalType, findNalUnits, withoutEmulationPrevention } from '../base/nal.ts';
import { BitReader } from './bits.ts';
import { BoxWriter } from './writer.ts';

/** The parameter sets of an H.264 stream. */
export interface AvcParameterSets {
  readonly sps: readonly [Uint8Array, ...Uint8Array[]];
  readonly pps: readonly [Uint8Array, ...Uint8Array[]];
}

/** Picture properties from a sequence parameter set. ISO/IEC 14496-10, 7.3.2.1.1. */
export interface AvcPicture {
  readonly profile: number;
  /** In luma samples, cropped. */
  readonly width: number;
  readonly height: number;
  readonly chromaFormat: number;
  readonly bitDepthLuma: number;
  readonly bitDepthChroma: number;
}

/** The maximum length in a record. */
const MAX_UNIT = 0xffff;
const SPS = 7;
const PPS = 8;
const HIGH_PROFILES = [100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135];
/** Profiles whose decoder record continues after the parameter sets. ISO/IEC 14496-15, 5.3.3.1.2. */
const EXTENDED_RECORD = [100, 110, 122, 144];

/** Finds the parameter sets after start codes or lengths, or in a decoder record; `undefined` if either kind is missing. */
export function findAvcParameterSets(bytes: Uint8Array): AvcParameterSets | undefined {
  const found = bytes[0] === 1 ? unitsOfRecord(bytes) : findNalUnits(bytes, avcNalType);
  const units = found.filter(({ length }) => length <= MAX_UNIT);
  const [firstSps, ...moreSps] = units.filter((unit) => avcNalType(unit) === SPS && unit.length >= 4);
  const [firstPps, ...morePps] = units.filter((unit) => avcNalType(unit) === PPS);
  if (!firstSps || !firstPps) return undefined;
  return { sps: [firstSps, ...moreSps.slice(0, 30)], pps: [firstPps, ...morePps.slice(0, 254)] };
}

/** Makes an AVCDecoderConfigurationRecord, the content of `avcC`. ISO/IEC 14496-15, 5.3.3.1. */
export function makeAvcRecord({ sps, pps }: AvcParameterSets, nalUnitLength: number): Uint8Array {
  const [, profile = 0, compatibility = 0, level = 0] = sps[0];
  const writer = new BoxWriter(256);
  for (const value of [1, profile, compatibility, level, 0xfc | (nalUnitLength - 1)]) writer.u8(value);
  writer.u8(0xe0 | sps.length);
  for (const unit of sps) writeUnit(writer, unit);
  writer.u8(pps.length);
  for (const unit of pps) writeUnit(writer, unit);

  const picture = EXTENDED_RECORD.includes(profile) ? parseAvcPicture(sps[0]) : undefined;
  if (picture) {
    writer.u8(0xfc | picture.chromaFormat);
    writer.u8(0xf8 | (picture.bitDepthLuma - 8));
    writer.u8(0xf8 | (picture.bitDepthChroma - 8));
    writer.u8(0);
  }
  return writer.finish();
}

/** Reads a sequence parameter set up to the picture size; `undefined` if it is truncated or invalid. */
export function parseAvcPicture(sps: Uint8Array): AvcPicture | undefined {
  const bits = new BitReader(withoutEmulationPrevention(sps));
  bits.skip(8);
  const profile = bits.read(8);
  bits.skip(16);
  bits.readUnsigned();

  const chroma = HIGH_PROFILES.includes(profile) ? readChroma(bits) : PLAIN_CHROMA;
  skipOrder(bits);
  bits.readUnsigned();
  bits.skip(1);
  const widthInBlocks = bits.readUnsigned() + 1;
  const heightInUnits = bits.readUnsigned() + 1;
  const isFrameOnly = bits.readFlag();
  if (!isFrameOnly) bits.skip(1);
  bits.skip(1);
  const crop = bits.readFlag() ? [0, 0, 0, 0].map(() => bits.readUnsigned()) : [0, 0, 0, 0];

  const [left = 0, right = 0, top = 0, bottom = 0] = crop;
  const fields = isFrameOnly ? 1 : 2;
  const { chromaFormat } = chroma;
  const cropX = chromaFormat === 1 || chromaFormat === 2 ? 2 : 1;
  const cropY = (chromaFormat === 1 ? 2 : 1) * fields;
  const width = widthInBlocks * 16 - (left + right) * cropX;
  const height = heightInUnits * 16 * fields - (top + bottom) * cropY;
  const isSound = !bits.isPastEnd && width > 0 && height > 0 && width <= 16_384 && height <= 16_384;
  return isSound ? { profile, width, height, ...chroma } : undefined;
}

/** 8-bit 4:2:0, which profiles below High always have. */
const PLAIN_CHROMA = { chromaFormat: 1, bitDepthLuma: 8, bitDepthChroma: 8 };

function readChroma(bits: BitReader): typeof PLAIN_CHROMA {
  const chromaFormat = bits.readUnsigned();
  if (chromaFormat === 3) bits.skip(1);
  const bitDepthLuma = bits.readUnsigned() + 8;
  const bitDepthChroma = bits.readUnsigned() + 8;
  bits.skip(1);
  if (bits.readFlag()) {
    const lists = chromaFormat === 3 ? 12 : 8;
    for (let i = 0; i < lists; i++) if (bits.readFlag()) skipScalingList(bits, i < 6 ? 16 : 64);
  }
  return { chromaFormat, bitDepthLuma, bitDepthChroma };
}

/** ISO/IEC 14496-10, 7.3.2.1.1.1. */
function skipScalingList(bits: BitReader, size: number): void {
  let last = 8;
  for (let i = 0; i < size && !bits.isPastEnd; i++) {
    const next = (last + bits.readSigned() + 256) % 256;
    if (next === 0) return;
    last = next;
  }
}

/** Frame numbers and picture order. */
function skipOrder(bits: BitReader): void {
  bits.readUnsigned();
  const orderType = bits.readUnsigned();
  if (orderType === 0) {
    bits.readUnsigned();
  } else if (orderType === 1) {
    bits.skip(1);
    bits.readSigned();
    bits.readSigned();
    const cycle = bits.readUnsigned();
    for (let i = 0; i < cycle && !bits.isPastEnd; i++) bits.readSigned();
  }
}

/** The parameter sets of an AVCDecoderConfigurationRecord; none if its lengths are wrong. */
function unitsOfRecord(bytes: Uint8Array): Uint8Array[] {
  const units: Uint8Array[] = [];
  let at = 5;
  for (const mask of [0x1f, 0xff]) {
    let count = (bytes[at++] ?? 0) & mask;
    for (; count > 0; count--) {
      const length = ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
      if (at + 2 + length > bytes.length) return [];
      units.push(bytes.subarray(at + 2, at + 2 + length));
      at += 2 + length;
    }
  }
  return units;
}

function writeUnit(writer: BoxWriter, unit: Uint8Array): void {
  writer.u16(unit.length);
  writer.bytes(unit);
}
