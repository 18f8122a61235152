/** Buffer size for received bytes. */
const LEAST_ROOM = 16_384;
const MOST = 65_536;
/** Pieces that are not urgent contain what arrives in about this many milliseconds. */
const PIECE_MS = 50;

/** The last piece may come with `done`. */
type Read = (
  received: number,
) => Promise<{ readonly done: boolean; readonly value?: Uint8Array | undefined }>;
/** Browsers that don't know `min` return any number of bytes. */
interface ByteReader {
  read(view: Uint8Array, options: { readonly min: number }): ReturnType<Read>;
}

/**
 * Reads a body piece by piece; the argument is the number of bytes received before. An urgent body is returned as it
 * arrives; any other in a few large pieces instead of hundreds of small ones, which would cost more time than their
 * content.
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
    // Bodies created by a page or an older browser.
    const reader = body.getReader();
    return () => reader.read();
  }
}
