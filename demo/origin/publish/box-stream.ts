import type { ByteBudget } from '../service/byte-budget.ts';

/** A complete box. */
export interface ArrivedBox {
  readonly type: string;
  /** The box with its header. */
  readonly bytes: Buffer;
  /** Offset of its content. */
  readonly start: number;
}

/** No fragment of any level is larger; other boxes are much smaller. */
const MAX_MDAT = 64 * 1024 * 1024;
const MAX_OTHER = 4 * 1024 * 1024;

/**
 * Yields the boxes of a body as they arrive. Throws at an invalid one; an incomplete one at the end is dropped. The
 * bytes of an `mdat` are reserved from the budget until the next box is requested.
 */
export async function* boxesOf(body: AsyncIterable<Buffer>, budget: ByteBudget): AsyncGenerator<ArrivedBox> {
  const pieces: Buffer[] = [];
  let length = 0;
  let wanted = 8;
  let giveBack: (() => void) | undefined;
  try {
    for await (const piece of body) {
      pieces.push(piece);
      length += piece.length;
      while (length >= wanted) {
        const bytes = pieces.length === 1 ? (pieces[0] ?? Buffer.of()) : Buffer.concat(pieces);
        const { type, size, start } = headerOf(bytes);
        wanted = size;
        if (type === 'mdat' && !giveBack) giveBack = await budget.take(size);
        if (length < size) {
          pieces.splice(0, pieces.length, bytes);
          break;
        }
        yield { type, bytes: bytes.subarray(0, size), start };
        giveBack?.();
        giveBack = undefined;
        pieces.splice(0, pieces.length, bytes.subarray(size));
        length -= size;
        wanted = 8;
      }
    }
  } finally {
    giveBack?.();
  }
}

/** ISO/IEC 14496-12, 4.2; a box that extends to the end is not valid in an endless stream. */
function headerOf(bytes: Buffer): { readonly type: string; readonly size: number; readonly start: number } {
  const type = bytes.toString('latin1', 4, 8);
  const short = bytes.readUInt32BE(0);
  if (short === 1 && bytes.length < 16) return { type: '', size: 16, start: 16 };
  const size = short === 1 ? Number(bytes.readBigUInt64BE(8)) : short;
  const start = short === 1 ? 16 : 8;
  if (size < start || size > (type === 'mdat' ? MAX_MDAT : MAX_OTHER))
    throw new Error('The body does not consist of boxes.');
  return { type, size, start };
}
