import type { Need } from '../../net/read-pieces.ts';

/** With less than this many seconds in the buffer, each piece of a body is urgent; */
const URGENT_BELOW = 2;
/** with more than this many, none is, and bodies are passed on whole; */
const CALM_FROM = 10;
/** and so is what arrives within this many seconds: its pieces would take longer than it takes. */
const AT_ONCE = 0.06;
/** A body that takes this many times as long is slower than expected. */
const LATE = 2;

/** A body that is about to be received: its bits, and the expected bits per second. */
export interface ExpectedBody {
  readonly bits: number;
  readonly estimate: number | undefined;
}

/** How soon the bytes of a body are needed, asked before each read: with so many seconds in the buffer now. */
export function bodyNeed(
  { bits, estimate = 0 }: ExpectedBody,
  bufferAhead: () => number,
  now: () => number = () => performance.now(),
): () => Need {
  const isQuick = bits <= AT_ONCE * estimate;
  let begunAt: number | undefined;
  return () => {
    begunAt ??= now();
    const ahead = bufferAhead();
    if (ahead >= CALM_FROM || (isQuick && now() - begunAt <= 1000 * AT_ONCE * LATE)) return 'whole';
    return ahead < URGENT_BELOW ? 'each' : 'pieces';
  };
}
