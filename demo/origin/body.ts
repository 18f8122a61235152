import { createReadStream } from 'node:fs';
import type { FileSpan, Part } from './resource.ts';

/**
 * The bytes of a resource between two offsets, as they are read; only one piece is in memory at a time. A file is open
 * only while the loop runs. Throws if a file ends early.
 */
export async function* piecesOf(parts: readonly Part[], start: number, end: number): AsyncGenerator<Buffer> {
  let at = 0;
  for (const part of parts) {
    const from = Math.max(start - at, 0);
    const to = Math.min(end - at, part.length);
    at += part.length;
    if (from >= to) continue;
    if (Buffer.isBuffer(part)) yield part.subarray(from, to);
    else yield* readSpan(part, from, to);
  }
}

async function* readSpan({ path, offset }: FileSpan, from: number, to: number): AsyncGenerator<Buffer> {
  let left = to - from;
  for await (const piece of createReadStream(path, { start: offset + from, end: offset + to - 1 })) {
    left -= (piece as Buffer).length;
    yield piece as Buffer;
  }
  if (left > 0) throw new Error(`${path} ended ${left} bytes early`);
}
