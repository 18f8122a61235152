import { hexFromBytes } from '../../base/bytes.ts';
import { BitReader } from '../../mp4/bits.ts';
import type { SpliceCommand, SpliceDescriptor, SpliceInfo } from './splice-info.ts';

const TABLE_ID = 0xfc;
const UNKNOWN_LENGTH = 0xfff;
const CUEI = 'CUEI';

const CRC_SIZE = 4;
/** A fixed header, a null command, and no descriptors. */
const LEAST = 16;

/**
 * Reads a splice information section; `undefined` if it isn't one, or is truncated. A wrong or missing CRC is only
 * flagged, since many encoders write zeros, and a command doesn't depend on its descriptors. ANSI/SCTE 35, 9.6.
 */
export function readScte35(bytes: Uint8Array): SpliceInfo | undefined {
  if (bytes[0] !== TABLE_ID || bytes.length < LEAST) return undefined;
  const bits = new BitReader(bytes);
  const tableId = bits.read(8);
  bits.skip(2);
  const sapType = bits.read(2);
  const sectionLength = bits.read(12);
  /** Where the CRC begins. */
  const end = 3 + sectionLength - CRC_SIZE;
  if (end > bytes.length || end < LEAST) return undefined;
  const protocolVersion = bits.read(8);
  const encrypted = bits.readFlag();
  bits.skip(6);
  const ptsAdjustment = bits.read(33);
  bits.skip(8);
  const tier = bits.read(12);
  const commandLength = bits.read(12);
  const commandType = bits.read(8);
  const header = {
    tableId,
    sapType,
    sectionLength,
    crcValid: end + CRC_SIZE <= bytes.length && crc32(bytes.subarray(0, end + CRC_SIZE)) === 0,
    protocolVersion,
    encrypted,
    ptsAdjustment,
    tier,
    commandType,
  };
  if (encrypted) return { ...header, command: {}, descriptors: [] };
  // At least two bytes follow the command.
  const commandEnd = commandLength === UNKNOWN_LENGTH ? end - 2 : 14 + commandLength;
  if (commandEnd > end - 2) return undefined;
  const own = new BitReader(bytes.subarray(14, commandEnd));
  const command = readCommand(commandType, own, bytes.subarray(14, commandEnd));
  if (!command || own.isPastEnd) return undefined;
  const at = commandLength === UNKNOWN_LENGTH ? 14 + Math.ceil(own.position / 8) : commandEnd;
  const loopLength = ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
  const descriptors = readDescriptors(bytes.subarray(at + 2, Math.min(at + 2 + loopLength, end)));
  return { ...header, command, descriptors };
}

function readCommand(type: number, bits: BitReader, bytes: Uint8Array): SpliceCommand | undefined {
  switch (type) {
    case 4: {
      const events: SpliceCommand[] = [];
      for (let left = bits.read(8); left > 0 && !bits.isPastEnd; left--) events.push(readEvent(bits, true));
      return { events };
    }
    case 5:
      return readEvent(bits, false);
    case 6:
      return readTime(bits);
    case 255:
      return { identifier: textOf(bytes.subarray(0, 4)), data: hexFromBytes(bytes.subarray(4)) };
    default:
      return {};
  }
}

/** From `splice_insert`, or one of `splice_schedule`, which has times of day. ANSI/SCTE 35, 9.7.2 and 9.7.3. */
function readEvent(bits: BitReader, isScheduled: boolean): SpliceCommand {
  const eventId = bits.read(32);
  const cancel = bits.readFlag();
  bits.skip(7);
  if (cancel) return { eventId, cancel };
  const outOfNetwork = bits.readFlag();
  const programSplice = bits.readFlag();
  const hasDuration = bits.readFlag();
  const immediate = isScheduled ? false : bits.readFlag();
  bits.skip(isScheduled ? 5 : 4);
  const time = () => (isScheduled ? { utc: bits.read(32) } : immediate ? {} : readTime(bits));
  const place = programSplice ? time() : { components: readComponents(bits, (tag) => ({ tag, ...time() })) };
  const length = hasDuration ? readDuration(bits) : {};
  const event = { eventId, cancel, outOfNetwork, programSplice, ...(!isScheduled && { immediate }) };
  const ids = { uniqueProgramId: bits.read(16), availNum: bits.read(8), availsExpected: bits.read(8) };
  return { ...event, ...place, ...length, ...ids };
}

function readComponents<Component>(bits: BitReader, read: (tag: number) => Component): Component[] {
  const components: Component[] = [];
  for (let left = bits.read(8); left > 0 && !bits.isPastEnd; left--) components.push(read(bits.read(8)));
  return components;
}

/** `splice_time`. ANSI/SCTE 35, 9.8.1. */
function readTime(bits: BitReader): { readonly pts?: number } {
  const isTold = bits.readFlag();
  bits.skip(isTold ? 6 : 7);
  return isTold ? { pts: bits.read(33) } : {};
}

/** `break_duration`. ANSI/SCTE 35, 9.8.2. */
function readDuration(bits: BitReader): { readonly autoReturn: boolean; readonly duration: number } {
  const autoReturn = bits.readFlag();
  bits.skip(6);
  return { autoReturn, duration: bits.read(33) };
}

/** Ends at a descriptor that extends beyond the others. */
function readDescriptors(bytes: Uint8Array): SpliceDescriptor[] {
  const descriptors: SpliceDescriptor[] = [];
  for (let at = 0; at + 2 <= bytes.length; ) {
    const length = bytes[at + 1] ?? 0;
    const end = at + 2 + length;
    if (end > bytes.length) break;
    if (length >= 4) descriptors.push(readDescriptor(bytes[at] ?? 0, bytes.subarray(at + 2, end)));
    at = end;
  }
  return descriptors;
}

/** Of one that is too short for its fields, only the data. */
function readDescriptor(tag: number, bytes: Uint8Array): SpliceDescriptor {
  const identifier = textOf(bytes.subarray(0, 4));
  const body = bytes.subarray(4);
  const bits = new BitReader(body);
  const fields = identifier === CUEI ? readFields(tag, bits, body) : undefined;
  return { tag, identifier, ...(fields && !bits.isPastEnd ? fields : { data: hexFromBytes(body) }) };
}

function readFields(
  tag: number,
  bits: BitReader,
  body: Uint8Array,
): Omit<SpliceDescriptor, 'tag' | 'identifier'> {
  switch (tag) {
    case 0:
      return { providerAvailId: bits.read(32) };
    case 1: {
      const preroll = bits.read(8);
      const count = bits.read(3);
      bits.skip(5);
      const dtmf = Array.from({ length: count }, () => String.fromCharCode(bits.read(8))).join('');
      return { preroll, dtmf };
    }
    case 2:
      return readSegmentation(bits, body);
    case 3:
      return { taiSeconds: bits.read(48), taiNanoseconds: bits.read(32), utcOffset: bits.read(16) };
    default:
      return { data: hexFromBytes(body) };
  }
}

/** `segmentation_descriptor`. ANSI/SCTE 35, 10.3.3. */
function readSegmentation(bits: BitReader, body: Uint8Array): Omit<SpliceDescriptor, 'tag' | 'identifier'> {
  const eventId = bits.read(32);
  const cancel = bits.readFlag();
  bits.skip(7);
  if (cancel) return { eventId, cancel };
  const isProgram = bits.readFlag();
  const hasDuration = bits.readFlag();
  const restricted = !bits.readFlag();
  const restrictions = {
    webDeliveryAllowed: bits.readFlag(),
    noRegionalBlackout: bits.readFlag(),
    archiveAllowed: bits.readFlag(),
    deviceRestrictions: bits.read(2),
  };
  const components = isProgram
    ? undefined
    : readComponents(bits, (tag) => {
        bits.skip(7);
        return { tag, ptsOffset: bits.read(33) };
      });
  const duration = hasDuration ? bits.read(40) : undefined;
  const upidType = bits.read(8);
  const upidLength = bits.read(8);
  const upidAt = bits.position / 8;
  const upid = hexFromBytes(body.subarray(upidAt, upidAt + upidLength));
  bits.skip(upidLength * 8);
  const segment = { typeId: bits.read(8), segmentNum: bits.read(8), segmentsExpected: bits.read(8) };
  const hasSub = bits.bitsLeft >= 16;
  return {
    eventId,
    cancel,
    restricted,
    ...(restricted && restrictions),
    ...(components && { components }),
    ...(duration !== undefined && { duration }),
    upidType,
    upid,
    ...segment,
    ...(hasSub && { subSegmentNum: bits.read(8), subSegmentsExpected: bits.read(8) }),
  };
}

const textOf = (bytes: Uint8Array): string => String.fromCharCode(...bytes);

/** CRC-32 of MPEG-2 sections: 0 over a section with its own CRC. ISO/IEC 13818-1, annex A. */
function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte << 24;
    for (let bit = 0; bit < 8; bit++) crc = crc & 0x80000000 ? (crc << 1) ^ 0x04c11db7 : crc << 1;
  }
  return crc >>> 0;
}
