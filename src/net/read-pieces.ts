/** Room for what came, in bytes. */
const LEAST_ROOM = 16_384;
const MOST = 65_536;
/** Pieces that are in no hurry hold what comes in about so many milliseconds. */
const PIECE_MS = 50;

/** The last piece may come with `done`. */
type Read = (
  received: number,
) => Promise<{ readonly done: boolean; readonly value?: Uint8Array | undefined }>;
/** Browsers that don't know `min` give whatever came. */
interface ByteReader {
  read(view: Uint8Array, options: { readonly min: number }): ReturnType<Read>;
}

/**
 * Reads a body piece by piece, told how much was received before. An urgent one is given as it comes; any other comes in
 * a few large pieces instead of hundreds of small ones, which cost more than what they hold.
 */
export function pieceReader(body: ReadableStream<Uint8Array>, isUrgent: boolean | undefined): Read {
  const begunAt = performance.now();
  try {
    const reader = body.getReader({ mode: 'byob' }) as ByteReader;
    return (received) => {
      const due = (PIECE_MS * received) / (performance.now() - begunAt);
      const min = isUrgent ? 1 : Math.ceil(Math.min(MOST, due)) || 1;
      return reader.read(new Uint8Array(Math.max(LEAST_ROOM, min)), { min });
    };
  } catch {
    // Bodies that a page or an older browser made.
    const reader = body.getReader();
    return () => reader.read();
  }
}
