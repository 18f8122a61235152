import { world } from '../virtual-time.ts';
import { type Asked, fragmentOf, parseUrl } from './title.ts';

/** What becomes of a request that meets a fault. */
export type Fault =
  | { readonly kind: 'status'; readonly status: number; readonly retryAfter?: number }
  | { readonly kind: 'reset'; readonly afterShare?: number }
  | { readonly kind: 'page' }
  | { readonly kind: 'empty' }
  | { readonly kind: 'silence' }
  | { readonly kind: 'stall'; readonly afterShare: number }
  | { readonly kind: 'cut'; readonly afterShare: number }
  | { readonly kind: 'damage' }
  /** A byte a second. */
  | { readonly kind: 'drip' };

export interface RequestSeen {
  /** Milliseconds of virtual time. */
  readonly at: number;
  readonly url: string;
  readonly asked: Asked | undefined;
  readonly fault: Fault | undefined;
  readonly signal: AbortSignal | undefined;
}

const FIRST_BYTE_MS = 40;
const PIECES = 4;
/** Long manifests arrive in pieces of this many bytes. */
const MANIFEST_PIECE = 16_384;

/** A server behind a network of one speed, in virtual time; `fault` decides what becomes of each request. */
export class FakeNetwork {
  readonly seen: RequestSeen[] = [];
  bitsPerSecond = 5_000_000;
  fault: (asked: Asked | undefined, url: string, now: number) => Fault | undefined = () => undefined;
  manifest: Uint8Array;
  /** Whether the length of bodies is announced. */
  announcesLength = true;

  constructor(manifest: string) {
    this.manifest = new TextEncoder().encode(manifest);
  }

  readonly fetch = async (input: RequestInfo | URL, init?: RequestInit): Promise<Response> => {
    const url = input instanceof Request ? input.url : String(input);
    const signal = init?.signal ?? undefined;
    const asked = parseUrl(url);
    const now = performance.now();
    const fault = this.fault(asked, url, now);
    this.seen.push({ at: now, url, asked, fault, signal });
    if (fault?.kind === 'silence') return new Promise((_, reject) => onAbort(signal, reject));
    await wait(FIRST_BYTE_MS, signal);
    if (fault?.kind === 'reset' && fault.afterShare === undefined) throw new TypeError('connection reset');
    if (fault?.kind === 'status') {
      const headers: HeadersInit = fault.retryAfter ? { 'retry-after': String(fault.retryAfter) } : {};
      return new Response('', { status: fault.status, headers });
    }
    const bytes = this.#bodyOf(asked, fault);
    const length = fault?.kind === 'cut' || !this.announcesLength ? undefined : bytes.length;
    const headers: HeadersInit = length === undefined ? {} : { 'content-length': String(length) };
    const pieces = asked ? PIECES : Math.max(PIECES, Math.ceil(bytes.length / MANIFEST_PIECE));
    return new Response(this.#stream(bytes, pieces, fault, signal), { headers });
  };

  #bodyOf(asked: Asked | undefined, fault: Fault | undefined): Uint8Array {
    if (fault?.kind === 'page')
      return new TextEncoder().encode('<!doctype html><title>Please log in</title>');
    if (fault?.kind === 'empty') return new Uint8Array();
    const bytes = asked ? fragmentOf(asked.stream, asked.bitrate) : this.manifest;
    if (fault?.kind === 'cut') return bytes.subarray(0, Math.floor(bytes.length * fault.afterShare));
    if (fault?.kind !== 'damage') return bytes;
    const damaged = bytes.slice();
    damaged.fill(0xff, 24, 60);
    return damaged;
  }

  #stream(
    bytes: Uint8Array,
    pieces: number,
    fault: Fault | undefined,
    signal: AbortSignal | undefined,
  ): ReadableStream<Uint8Array> {
    const pieceMs = (bytes.length * 8000) / this.bitsPerSecond / pieces;
    const stopsAt =
      fault?.kind === 'stall' || fault?.kind === 'reset' ? (fault.afterShare ?? 0) * pieces : Infinity;
    let [sent, dripped] = [0, 0];
    return new ReadableStream<Uint8Array>(
      {
        // As the platform does when the request is given up.
        start: (controller) => onAbort(signal, (reason) => controller.error(reason)),
        async pull(controller) {
          for (let piece = new Uint8Array(); piece.length === 0; ) {
            if (sent >= stopsAt && fault?.kind === 'stall') return;
            await wait(pieceMs, signal);
            if (sent >= stopsAt) throw new TypeError('connection reset');
            if (fault?.kind === 'drip') {
              await wait(1000, signal);
              return controller.enqueue(bytes.slice(dripped++, dripped));
            }
            if (sent >= pieces || bytes.length === 0) return controller.close();
            const from = Math.floor((bytes.length * sent) / pieces);
            sent += 1;
            piece = bytes.slice(from, Math.floor((bytes.length * sent) / pieces));
            if (piece.length > 0) controller.enqueue(piece);
            if (sent >= pieces) controller.close();
          }
        },
      },
      { highWaterMark: 0 },
    );
  }
}

function onAbort(signal: AbortSignal | undefined, reject: (reason: unknown) => void): void {
  if (signal?.aborted) reject(signal.reason);
  signal?.addEventListener('abort', () => reject(signal.reason), { once: true });
}

function wait(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = world.setTimeout(resolve, ms);
    onAbort(signal, (reason) => {
      clearTimeout(timer);
      reject(reason);
    });
  });
}
