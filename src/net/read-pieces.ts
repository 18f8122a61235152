/** How soon the bytes of a body are needed: each as it arrives, in pieces, or only all of them. */
export type Need = 'each' | 'pieces' | 'whole';

/** Buffer size for received bytes, and of that for the next ones when they filled it. */
const LEAST_ROOM = 16_384;
const LARGE_ROOM = 262_144;
/** A body announced to be larger is not allocated at once. */
const MOST_ROOM = 16_777_216;
/** Pieces contain what arrives in about this many milliseconds, and no more bytes: a slower network would seem dead meanwhile. */
const PIECES = {
  each: { ms: 0, most: 1 },
  pieces: { ms: 50, most: 65_536 },
  whole: { ms: 200, most: 524_288 },
} as const satisfies Record<Need, unknown>;

/** What one read gave; the last piece may come with `done`. */
export interface Read {
  readonly done: boolean;
  /** Bytes that arrived. */
  readonly bytes: number;
  /** `undefined` while a body is kept until it is whole. */
  readonly piece?: Uint8Array | undefined;
}

/** Browsers that don't know `min` return any number of bytes. */
interface ByteReader {
  read(
    view: Uint8Array,
    options: { readonly min: number },
  ): Promise<{ readonly done: boolean; readonly value?: Uint8Array | undefined }>;
}

/** A body's pieces, one by one. */
export interface BodyReader {
  /** Waits for the next bytes; gets the number of those received before. */
  readonly read: (received: number) => Promise<Read>;
  /** Whether nobody else has the buffers of its pieces. */
  readonly ownsPieces: boolean;
}

/**
 * Reads a body. Pieces that arrive by the hundred cost more time than their content, so nothing is passed on sooner than
 * `need` says, which may change meanwhile. `length`: the announced one.
 */
export function pieceReader(
  body: ReadableStream<Uint8Array>,
  length: number | undefined,
  need: () => Need,
): BodyReader {
  const begunAt = performance.now();
  const reader = byteReaderOf(body);
  if (!reader) return { read: readerOfPieces(body), ownsPieces: false };
  /** Where the whole body gathers. */
  let whole: ArrayBufferLike | undefined;
  let least = LEAST_ROOM;
  const read = async (received: number): Promise<Read> => {
    const now = need();
    const { ms, most } = PIECES[now];
    const due = (ms * received) / (performance.now() - begunAt);
    const min = Math.ceil(Math.min(most, due)) || 1;
    // One byte more than announced, so that the last read sees the end.
    if (now === 'whole' && received === 0 && length !== undefined && length < MOST_ROOM)
      whole = new ArrayBuffer(length + 1);
    const room = whole && new Uint8Array(whole, received);
    const view = room ?? new Uint8Array(Math.max(least, min));
    const size = view.length;
    const { done, value } = await reader.read(view, { min: Math.min(min, size) });
    const bytes = value?.length ?? 0;
    // More may have arrived: on a fast network, a few pieces cost less time than many.
    least = bytes === size ? LARGE_ROOM : LEAST_ROOM;
    if (!whole) return { done, bytes, piece: value };
    // Each read transfers the buffer.
    whole = value?.buffer;
    const all = received + bytes;
    if (whole && !done && now === 'whole' && all < whole.byteLength) return { done, bytes };
    const piece = whole && new Uint8Array(whole, 0, all);
    whole = undefined;
    return { done, bytes, piece };
  };
  return { read, ownsPieces: true };
}

/** `undefined` for bodies created by a page or an older browser. */
function byteReaderOf(body: ReadableStream<Uint8Array>): ByteReader | undefined {
  try {
    return body.getReader({ mode: 'byob' }) as ByteReader;
  } catch {
    return undefined;
  }
}

function readerOfPieces(body: ReadableStream<Uint8Array>): () => Promise<Read> {
  const reader = body.getReader();
  return async () => {
    const { done, value } = await reader.read();
    return { done, bytes: value?.length ?? 0, piece: value };
  };
}
