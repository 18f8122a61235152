/** A box that came whole. */
export interface ArrivedBox {
  readonly type: string;
  /** The box with its header. */
  readonly bytes: Buffer;
  /** Where its content begins. */
  readonly start: number;
}

/** No fragment of any level is larger. */
const MAX_BOX = 64 * 1024 * 1024;

/** Gives the boxes of a body as they arrive. Throws at one that can't be; what is cut off at the end is left out. */
export async function* boxesOf(body: AsyncIterable<Buffer>): AsyncGenerator<ArrivedBox> {
  const pieces: Buffer[] = [];
  let length = 0;
  let wanted = 8;
  for await (const piece of body) {
    pieces.push(piece);
    length += piece.length;
    while (length >= wanted) {
      const bytes = pieces.length === 1 ? (pieces[0] ?? Buffer.of()) : Buffer.concat(pieces);
      const { size, start } = headerOf(bytes);
      wanted = size;
      if (length < size) {
        pieces.splice(0, pieces.length, bytes);
        break;
      }
      yield { type: bytes.toString('latin1', 4, 8), bytes: bytes.subarray(0, size), start };
      pieces.splice(0, pieces.length, bytes.subarray(size));
      length -= size;
      wanted = 8;
    }
  }
}

/** ISO/IEC 14496-12, 4.2; a box that lasts to the end has no place in a stream without one. */
function headerOf(bytes: Buffer): { size: number; start: number } {
  const short = bytes.readUInt32BE(0);
  if (short === 1 && bytes.length < 16) return { size: 16, start: 16 };
  const size = short === 1 ? Number(bytes.readBigUInt64BE(8)) : short;
  const start = short === 1 ? 16 : 8;
  if (size < start || size > MAX_BOX) throw new Error('What comes is not made of boxes.');
  return { size, start };
}
