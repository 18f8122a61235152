import type { IncomingMessage } from 'node:http';

/** Bytes that may be buffered before the encoder has to wait. */
const MAX_WAITING = 4 * 1024 * 1024;

/**
 * The pieces of a body until the connection ends, normally or not, or the receiver stops. They are read from the
 * connection at once: unread data is lost when an encoder disconnects directly after its last byte.
 */
export async function* arrivalsOf(request: IncomingMessage, stopping: AbortSignal): AsyncGenerator<Buffer> {
  const pieces: Buffer[] = [];
  let waiting = 0;
  let isOver = false;
  let wake = () => {};
  const finish = () => {
    isOver = true;
    wake();
  };
  request.on('end', finish).on('error', finish).on('close', finish);
  request.on('data', (piece: Buffer) => {
    pieces.push(piece);
    waiting += piece.length;
    if (waiting > MAX_WAITING) request.pause();
    wake();
  });
  stopping.addEventListener('abort', finish, { once: true });
  try {
    while (!stopping.aborted) {
      const piece = pieces.shift();
      if (piece) {
        waiting -= piece.length;
        if (waiting < MAX_WAITING / 2 && request.isPaused()) request.resume();
        yield piece;
      } else if (isOver) return;
      else
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
    }
  } finally {
    stopping.removeEventListener('abort', finish);
  }
}
