/** The fields of a `splice_info_section` for playlists. SCTE 35, 9. */
export interface ReadSplice {
  readonly eventId: number | undefined;
  readonly kind: 'out' | 'in' | 'other';
  /** Seconds; `undefined` if unknown. */
  readonly duration: number | undefined;
}

const TABLE_ID = 0xfc;
const SPLICE_INSERT = 5;
const TIME_SIGNAL = 6;
const SEGMENTATION = 2;
/** Segmentation types that start a break; each ends with the type that follows. SCTE 35, table 23. */
const STARTS = [0x22, 0x30, 0x32, 0x34, 0x36, 0x38, 0x3a, 0x44, 0x46];

/** Reads a section; `undefined` if it isn't one. An encrypted or truncated one is `other`. */
export function readSplice(section: Uint8Array): ReadSplice | undefined {
  if (section[0] !== TABLE_ID || section.length < 14) return undefined;
  const bits = new BitReader(section);
  const other: ReadSplice = { eventId: undefined, kind: 'other', duration: undefined };
  try {
    bits.skip(32);
    const isEncrypted = bits.read(1) === 1;
    if (isEncrypted) return other;
    bits.skip(6 + 33 + 8 + 12);
    const length = bits.read(12);
    const command = bits.read(8);
    const from = bits.position;
    if (command === SPLICE_INSERT) return readInsert(bits);
    if (command !== TIME_SIGNAL) return other;
    readSpliceTime(bits);
    if (length !== 0xfff) bits.position = from + length * 8;
    return readDescriptors(bits) ?? other;
  } catch {
    return other;
  }
}

function readInsert(bits: BitReader): ReadSplice {
  const eventId = bits.read(32);
  const isCancelled = bits.read(1) === 1;
  bits.skip(7);
  if (isCancelled) return { eventId, kind: 'other', duration: undefined };
  const isOut = bits.read(1) === 1;
  const isProgram = bits.read(1) === 1;
  const hasDuration = bits.read(1) === 1;
  const isImmediate = bits.read(1) === 1;
  bits.skip(4);
  if (isProgram && !isImmediate) readSpliceTime(bits);
  if (!isProgram) {
    for (let left = bits.read(8); left > 0; left -= 1) {
      bits.skip(8);
      if (!isImmediate) readSpliceTime(bits);
    }
  }
  let duration: number | undefined;
  if (hasDuration) {
    bits.skip(7);
    duration = bits.read(33) / 90_000;
  }
  return { eventId, kind: isOut ? 'out' : 'in', duration };
}

function readSpliceTime(bits: BitReader): void {
  bits.skip(bits.read(1) === 1 ? 6 + 33 : 7);
}

function readDescriptors(bits: BitReader): ReadSplice | undefined {
  const end = bits.position + 16 + bits.read(16) * 8;
  while (bits.position + 16 <= end) {
    const tag = bits.read(8);
    const length = bits.read(8);
    const next = bits.position + length * 8;
    if (tag === SEGMENTATION) return readSegmentation(bits);
    bits.position = next;
  }
  return undefined;
}

function readSegmentation(bits: BitReader): ReadSplice {
  bits.skip(32);
  const eventId = bits.read(32);
  const isCancelled = bits.read(1) === 1;
  bits.skip(7);
  if (isCancelled) return { eventId, kind: 'other', duration: undefined };
  const isProgram = bits.read(1) === 1;
  const hasDuration = bits.read(1) === 1;
  bits.skip(6);
  if (!isProgram) for (let left = bits.read(8); left > 0; left -= 1) bits.skip(48);
  const duration = hasDuration ? bits.read(40) / 90_000 : undefined;
  bits.skip(8);
  bits.skip(bits.read(8) * 8);
  const type = bits.read(8);
  const kind = STARTS.includes(type) ? 'out' : STARTS.includes(type - 1) ? 'in' : 'other';
  return { eventId, kind, duration };
}

/** Reads numbers of up to 48 bits. Throws past the end. */
class BitReader {
  position = 0;
  readonly #bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  read(count: number): number {
    if (this.position + count > this.#bytes.length * 8) throw new RangeError('The section is truncated.');
    let value = 0;
    for (let i = 0; i < count; i += 1, this.position += 1) {
      const bit = ((this.#bytes[this.position >> 3] ?? 0) >> (7 - (this.position & 7))) & 1;
      value = value * 2 + bit;
    }
    return value;
  }

  skip(count: number): void {
    if (this.position + count > this.#bytes.length * 8) throw new RangeError('The section is truncated.');
    this.position += count;
  }
}
