import { createReadStream } from 'node:fs';
import type { FileSpan } from './resource.ts';

/** The bytes of a resource between two places, as they are read; never more than a piece in memory. */
export async function* piecesOf(
  parts: readonly (Buffer | FileSpan)[],
  start: number,
  end: number,
  pieceSize = 64 * 1024,
): AsyncGenerator<Buffer> {
  let at = 0;
  for (const part of parts) {
    const { length } = part;
    const from = Math.max(start - at, 0);
    const to = Math.min(end - at, length);
    at += length;
    if (from >= to) continue;
    const stretch = Buffer.isBuffer(part) ? [part.subarray(from, to)] : readSpan(part, from, to);
    for await (const bytes of stretch) {
      for (let cut = 0; cut < bytes.length; cut += pieceSize) yield bytes.subarray(cut, cut + pieceSize);
    }
  }
}

async function* readSpan({ path, offset }: FileSpan, from: number, to: number): AsyncGenerator<Buffer> {
  const stream = createReadStream(path, { start: offset + from, end: offset + to - 1 });
  for await (const piece of stream) yield piece as Buffer;
}
