import { open } from 'node:fs/promises';
import { basename } from 'node:path';
import { type Box, boxAt, boxesIn, readAt } from './boxes.ts';

/** Where one fragment lies in its file. */
export interface FragmentPlace {
  readonly moof: { readonly offset: number; readonly size: number };
  /** Payload of `mdat`, and the box as a whole. */
  readonly mdat: { readonly offset: number; readonly size: number; readonly headerSize: number };
}

/** Offsets of `moof`, by track and by start time in the track's ticks. */
export type FragmentIndex = ReadonlyMap<number, ReadonlyMap<bigint, number>>;

/** No index of a real file is larger: a day of two-second fragments in ten tracks has 14 MB. */
const MAX_MFRA = 64 * 1024 * 1024;

/** Reads the `mfra` at a file's end, and nothing else of it. ISO/IEC 14496-12, 8.8.9 to 8.8.11. */
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
      throw new Error(`${basename(path)} has a tfra that is too short`);
    return new Map(tables.map((table) => readTable(bytes, table)));
  } finally {
    await file.close();
  }
}

/** `tfra`: fields of traf, trun and sample number are 1 to 4 bytes each, as a bit field says. */
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

/** Finds the `mdat` behind a `moof`. */
export async function placeFragment(path: string, offset: number): Promise<FragmentPlace> {
  const file = await open(path);
  try {
    const { size: end } = await file.stat();
    const moof = await boxAt(file, offset, end);
    if (moof?.type !== 'moof')
      throw new Error(`${basename(path)} has no moof at ${offset}, where its index says so`);
    let next = await boxAt(file, moof.offset + moof.size, end);
    while (next && next.type !== 'mdat' && next.type !== 'moof')
      next = await boxAt(file, next.offset + next.size, end);
    if (next?.type !== 'mdat') throw new Error(`${basename(path)} has no mdat behind the moof at ${offset}`);
    return { moof, mdat: next };
  } finally {
    await file.close();
  }
}
