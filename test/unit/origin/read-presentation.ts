import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** A fragment as read from a file: the index's time and offset, and what the boxes there say. */
export interface ReadFragment {
  readonly time: bigint;
  /** The box found where the index points. */
  readonly boxType: string;
  readonly sequence: number;
  readonly durations: readonly number[];
  readonly flags: readonly number[];
  readonly compositionOffsets: readonly number[];
  readonly samples: readonly Uint8Array[];
}

/** Reads a file through its index, as a server does. */
export async function readFragments(path: string): Promise<ReadFragment[]> {
  const file = await readFile(path);
  const mfra = file.length - file.readUInt32BE(file.length - 4);
  const tfra = mfra + 8;
  if (file.toString('latin1', tfra + 4, tfra + 8) !== 'tfra') throw new Error('no index');
  const count = file.readUInt32BE(tfra + 20);
  return Array.from({ length: count }, (_, i) => {
    const entry = tfra + 24 + 19 * i;
    return readFragment(file, file.readBigUInt64BE(entry), Number(file.readBigUInt64BE(entry + 8)));
  });
}

function readFragment(file: Buffer, time: bigint, moof: number): ReadFragment {
  const at = (...names: string[]) => names.reduce((from, name) => find(file, from, name), moof + 8);
  const tfhd = at('traf', 'tfhd');
  const trun = at('traf', 'trun');
  const defaults = file.readUInt32BE(tfhd) & 0xffffff;
  let cursor = tfhd + 8;
  const optional = (isThere: number) => {
    if (isThere === 0) return 0;
    cursor += 4;
    return file.readUInt32BE(cursor - 4);
  };
  const defaultDuration = optional(defaults & 8);
  const defaultFlags = optional(defaults & 0x20);
  const told = file.readUInt32BE(trun) & 0xffffff;
  cursor = trun + 8;
  const dataOffset = optional(told & 1);
  const firstFlags = told & 4 ? optional(1) : defaultFlags;
  const rows = Array.from({ length: file.readUInt32BE(trun + 4) }, (_, i) => ({
    duration: told & 0x100 ? optional(1) : defaultDuration,
    size: optional(told & 0x200),
    flags: told & 0x400 ? optional(1) : i === 0 ? firstFlags : defaultFlags,
    offset: optional(told & 0x800),
  }));
  let from = moof + dataOffset;
  return {
    time,
    boxType: file.toString('latin1', moof + 4, moof + 8),
    sequence: file.readUInt32BE(at('mfhd') + 4),
    durations: rows.map(({ duration }) => duration),
    flags: rows.map(({ flags }) => flags),
    compositionOffsets: rows.map(({ offset }) => offset),
    samples: rows.map(({ size }) => {
      from += size;
      return file.subarray(from - size, from);
    }),
  };
}

/** Where the content of the box named so begins, searched from `from` among its siblings. */
function find(file: Buffer, from: number, name: string): number {
  for (let at = from; at + 8 <= file.length; at += file.readUInt32BE(at)) {
    if (file.toString('latin1', at + 4, at + 8) === name) return at + 8;
  }
  throw new Error(`no ${name}`);
}

export interface ReadStream {
  readonly attributes: string;
  /** As the manifest tells them, starts added up where it doesn't. */
  readonly chunks: readonly { readonly time: bigint; readonly duration: bigint }[];
}

export async function readManifest(folder: string, name: string): Promise<ReadStream[]> {
  const text = await readFile(join(folder, `${name}.ismc`), 'utf8');
  return [...text.matchAll(/<StreamIndex([^>]*)>(.*?)<\/StreamIndex>/gs)].map(
    ([, attributes = '', content = '']) => {
      let next = 0n;
      const chunks = [...content.matchAll(/<c( t="(\d+)")? d="(\d+)"\/?>/g)].map(([, , t, d = '0']) => {
        const time = t === undefined ? next : BigInt(t);
        next = time + BigInt(d);
        return { time, duration: BigInt(d) };
      });
      return { attributes: attributes + content, chunks };
    },
  );
}

/** The files that a server manifest names, in its order. */
export async function readFileNames(folder: string, name: string): Promise<string[]> {
  const text = await readFile(join(folder, `${name}.ism`), 'utf8');
  return [...text.matchAll(/ src="([^"]*)"/g)].map(([, file = '']) => file);
}
