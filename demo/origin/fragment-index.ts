import { open } from 'node:fs/promises';
import { basename } from 'node:path';
import { type Box, boxAt, boxesIn, type FileBox, readAt } from './boxes.ts';

/** The position of a fragment in its file. */
interface FragmentPlace {
  readonly moof: { readonly offset: number; readonly size: number };
  /** Payload of `mdat`, and the whole box. */
  readonly mdat: { readonly offset: number; readonly size: number; readonly headerSize: number };
}

/** Offsets of `moof`, by track and by start time in the track's ticks. */
export type FragmentIndex = ReadonlyMap<number, ReadonlyMap<bigint, number>>;

/** No index of a real file is larger: that of a day of two-second fragments in ten tracks is 14 MB. */
const MAX_MFRA = 64 * 1024 * 1024;

/** Reads only the `mfra` at a file's end. ISO/IEC 14496-12, 8.8.9 to 8.8.11. */
export async function readFragmentIndex(path: string): Promise<FragmentIndex> {
  const file = await open(path);
  try {
    const { size: end } = await file.stat();
    const tail = await readAt(file, Math.max(0, end - 4), 4);
    const length = tail.length === 4 ? tail.readUInt32BE(0) : 0;
    const mfra =
      length > 0 && length <= Math.min(end, MAX_MFRA) ? await boxAt(file, end - length, end) : undefined;
    if (mfra?.type !== 'mfra') throw new Error(`${basename(path)} has no mfra index at its end`);
    const bytes = await readAt(file, mfra.offset, mfra.size);
    const tables = boxesIn(bytes, mfra.headerSize).filter(({ type }) => type === 'tfra');
    if (tables.some(({ start, end: tableEnd }) => tableEnd - start < 16))
      throw new Error(`${basename(path)} has a truncated tfra`);
    return new Map(tables.map((table) => readTable(bytes, table)));
  } finally {
    await file.close();
  }
}

/** `tfra`: the fields traf, trun and sample number have 1 to 4 bytes each, according to a bit field. */
function readTable(bytes: Buffer, { start, end }: Box): [number, Map<bigint, number>] {
  const isLong = bytes.readUInt8(start) === 1;
  const trackId = bytes.readUInt32BE(start + 4);
  const lengths = bytes.readUInt32BE(start + 8);
  const count = bytes.readUInt32BE(start + 12);
  const numbers = [4, 2, 0].reduce((sum, shift) => sum + ((lengths >> shift) & 3) + 1, 0);
  const entrySize = (isLong ? 16 : 8) + numbers;
  const entries = new Map<bigint, number>();
  for (let i = 0, at = start + 16; i < count && at + entrySize <= end; i += 1, at += entrySize) {
    const time = isLong ? bytes.readBigUInt64BE(at) : BigInt(bytes.readUInt32BE(at));
    const offset = isLong ? Number(bytes.readBigUInt64BE(at + 8)) : bytes.readUInt32BE(at + 4);
    entries.set(time, offset);
  }
  return [trackId, entries];
}

/** A fragment's `moof`, and the bytes after it that were read with it. */
export interface FragmentHead extends FragmentPlace {
  readonly bytes: Buffer;
  /** Offset of `bytes` in the file: at the `moof`. */
  readonly at: number;
}

/** Enough for most audio fragments, and for any usual `moof`. */
const HEAD = 64 * 1024;
/** No `moof` is larger. */
const MAX_MOOF = 4 * 1024 * 1024;

/** Reads a fragment from its `moof` on, and finds the `mdat` after it. */
export async function readFragmentHead(path: string, offset: number): Promise<FragmentHead> {
  const file = await open(path);
  try {
    const { size: end } = await file.stat();
    const noMoof = new Error(`${basename(path)} has no moof at ${offset}, where its index has one`);
    if (!(offset + 8 <= end)) throw noMoof;
    let bytes = await readAt(file, offset, Math.min(HEAD, end - offset));
    // A box is read from memory if possible.
    const boxNear = async (at: number) =>
      at + 16 <= offset + bytes.length
        ? boxInBytes(bytes, at - offset, end - offset, offset)
        : boxAt(file, at, end);
    const moof = await boxNear(offset);
    if (moof?.type !== 'moof' || moof.size > MAX_MOOF) throw noMoof;
    if (moof.size > bytes.length) bytes = await readAt(file, offset, moof.size);
    let next = await boxNear(offset + moof.size);
    while (next && next.type !== 'mdat' && next.type !== 'moof')
      next = await boxNear(next.offset + next.size);
    if (next?.type !== 'mdat') throw new Error(`${basename(path)} has no mdat after the moof at ${offset}`);
    return { moof, mdat: next, bytes, at: offset };
  } finally {
    await file.close();
  }
}

/** The box at a position in bytes that begin at `offset` of their file. */
function boxInBytes(bytes: Buffer, at: number, end: number, offset: number): FileBox | undefined {
  const short = bytes.readUInt32BE(at);
  const headerSize = short === 1 ? 16 : 8;
  const size = short === 1 ? Number(bytes.readBigUInt64BE(at + 8)) : short === 0 ? end - at : short;
  if (size < headerSize || at + size > end) return undefined;
  return { type: bytes.toString('latin1', at + 4, at + 8), offset: offset + at, size, headerSize };
}
