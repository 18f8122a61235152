import type { FileHandle } from 'node:fs/promises';
import { boxAt, boxesIn, readAt } from '../boxes.ts';
import { TFXD } from '../live/live-moof.ts';

/** A fragment found in a file. Times in its track's ticks. */
export interface ArchivedFragment {
  readonly time: bigint;
  readonly duration: bigint;
  readonly offset: number;
  readonly length: number;
}

export interface ScannedFile {
  readonly fragments: readonly ArchivedFragment[];
  /** End of the complete part; 0 if even the header is incomplete. */
  readonly end: number;
}

/** No `moof` of a fragment is larger. */
const MAX_MOOF = 4 * 1024 * 1024;

/** After a power failure, a file system may return zeros for the end of what was last written. */
const TAIL = 512;

/**
 * Finds the fragments of a file whose writer was interrupted: pairs of a complete `moof` with a time and a complete
 * `mdat`, up to the first invalid box. Reads no media.
 */
export async function scanArchiveFile(file: FileHandle): Promise<ScannedFile> {
  const { size } = await file.stat();
  const fragments: ArchivedFragment[] = [];
  let end = 0;
  let at = 0;
  for (let box = await boxAt(file, at, size); box; box = await boxAt(file, at, size)) {
    if (box.type === 'moof') {
      const mdat = await boxAt(file, box.offset + box.size, size);
      const times = box.size <= MAX_MOOF ? timesOf(await readAt(file, box.offset, box.size)) : undefined;
      if (mdat?.type !== 'mdat' || !times) break;
      at = mdat.offset + mdat.size;
      fragments.push({ ...times, offset: box.offset, length: at - box.offset });
      end = at;
    } else if (fragments.length === 0 && box.type !== 'mdat' && box.type !== 'mfra') {
      at = box.offset + box.size;
      if (box.type === 'moov') end = at;
    } else break;
  }
  const last = fragments.at(-1);
  if (last && (await endsInZeros(file, last))) {
    fragments.pop();
    end = last.offset;
  }
  return { fragments, end };
}

async function endsInZeros(file: FileHandle, { offset, length }: ArchivedFragment): Promise<boolean> {
  if (length < 2 * TAIL) return false;
  const tail = await readAt(file, offset + length - TAIL, TAIL);
  return tail.every((byte) => byte === 0);
}

/** As the archive writes them: `tfxd`, version 1, in the only `traf`. */
function timesOf(moof: Buffer): { readonly time: bigint; readonly duration: bigint } | undefined {
  const [root] = boxesIn(moof);
  const traf = boxesIn(moof, root?.start, root?.end).find(({ type }) => type === 'traf');
  const tfxd = boxesIn(moof, traf?.start, traf?.end).find(
    ({ type, start, end }) =>
      type === 'uuid' && end - start >= 36 && moof.subarray(start, start + 16).equals(TFXD),
  );
  if (!traf || !tfxd) return undefined;
  return {
    time: moof.readBigUInt64BE(tfxd.start + 20),
    duration: moof.readBigUInt64BE(tfxd.start + 28),
  };
}
