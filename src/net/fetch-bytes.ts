import { childController, LONGEST_TIMER_MS, unlessAborted } from '../base/async.ts';
import { isSmoothError, SmoothError } from '../base/errors.ts';
import { type BodyReader, type Need, pieceReader } from './read-pieces.ts';
import { type RequestHooks, sendThroughHooks } from './request-hooks.ts';

/** Timeouts of a request, in milliseconds. */
export interface TimeLimits {
  /** From the request to the response headers. */
  readonly firstByte: number;
  /** Between two pieces of the body. */
  readonly progress: number;
  /** From the request to the body's end. */
  readonly whole: number;
}

export interface BytesRequest {
  readonly url: string;
  readonly limits: TimeLimits;
  /** Larger bodies are cancelled. */
  readonly maxBytes: number;
  /** `reload` on retries: the HTTP cache may have stored a bad response. */
  readonly cache?: RequestCache;
  readonly credentials: RequestCredentials;
  readonly headers?: HeadersInit | undefined;
  /** Whether the app named the URL's origin; passed to hooks. */
  readonly isTrusted: boolean;
  /** Sends this with POST; default: GET. */
  readonly body?: Uint8Array | undefined;
  readonly redirect?: RequestRedirect;
  /** How soon the bytes of the body are needed, as of now; default: in pieces. */
  readonly need?: (() => Need) | undefined;
  readonly hooks?: RequestHooks | undefined;
  /** Called with the request's record when it is sent; later results are written into the record. */
  readonly observe?: ((record: RequestRecord) => void) | undefined;
}

/** The record of a request. */
export interface RequestRecord {
  readonly url: string;
  /** Start, on `performance.now()`'s clock, in milliseconds. */
  readonly at: number;
  status?: number;
  firstByteMs?: number;
  /** From the request to the body's end, or to its cancellation. */
  totalMs?: number;
  bytes: number;
  /** The error code, if it failed. */
  error?: string;
}

/** A response whose body is read as it arrives. */
export interface BytesResponse {
  /** After redirects. */
  readonly url: string;
  /** 200, or 206 for a range. */
  readonly status: number;
  /** Announced length in bytes; `undefined` if unknown, or if the body is encoded. */
  readonly length: number | undefined;
  /** Response headers, as far as the server exposes them to pages. */
  readonly headers: Headers;
  /** Time of the request and of the response, on `performance.now()`'s clock. */
  readonly requestedAt: number;
  readonly answeredAt: number;
  /** Bytes of the body that have arrived so far. */
  readonly received: number;
  /** Throws `network-truncated`, `network-timeout`, `network-too-large` or `network-failed`. Can be read once. */
  readonly body: AsyncGenerator<Uint8Array, void, void>;
  /** Whether whoever reads the body may overwrite its pieces, since nobody else has them. */
  readonly ownsPieces: boolean;
}

/**
 * Sends one request, and once more if the app handles a 401 or 403. Resolves with the headers; throws `network-status`,
 * `network-unauthorized`, `network-timeout` or `network-failed`. Aborting the signal ends it at any time, as does
 * leaving `body` early.
 */
export async function fetchBytes(request: BytesRequest, signal: AbortSignal): Promise<BytesResponse> {
  try {
    return await fetchOnce(request, signal);
  } catch (error) {
    if (!isSmoothError(error, 'network-unauthorized')) throw error;
    const response = { ...error.details, trusted: request.isTrusted };
    if (!(await unlessAborted(request.hooks?.refused?.(response), signal))) throw error;
    return fetchOnce({ ...request, cache: 'reload' }, signal);
  }
}

/** Successful, but without what was asked for: live servers send them for a fragment that isn't published yet. */
const NOT_YET = new Set([202, 208]);

async function fetchOnce(request: BytesRequest, signal: AbortSignal): Promise<BytesResponse> {
  signal.throwIfAborted();
  const { url, limits } = request;
  const connection = childController(signal);
  const watch = watchTime(limits, url, connection);
  const end = () => {
    watch.stop();
    connection.dispose();
    record.totalMs = performance.now() - requestedAt;
  };
  const requestedAt = performance.now();
  const record: RequestRecord = { url, at: requestedAt, bytes: 0 };
  request.observe?.(record);
  try {
    const response = await send(request, connection.signal);
    record.status = response.status;
    record.firstByteMs = performance.now() - requestedAt;
    // An unread body would keep its connection open.
    if (!response.ok || NOT_YET.has(response.status)) {
      connection.abort();
      throw statusError(url, response);
    }
    watch.stopWaiting();
    const length = announcedLength(response);
    const reader = response.body && pieceReader(response.body, length, request.need ?? (() => 'pieces'));
    const body = readBody(reader?.read, request, record, length, watch, connection, end);
    return {
      url: response.url || url,
      status: response.status,
      length,
      headers: response.headers,
      requestedAt,
      answeredAt: performance.now(),
      get received() {
        return record.bytes;
      },
      body,
      ownsPieces: reader?.ownsPieces ?? true,
    };
  } catch (error) {
    end();
    throw recordFailure(record, explain(error, url, signal, connection.signal));
  }
}

async function send(request: BytesRequest, signal: AbortSignal): Promise<Response> {
  const { url, cache = 'default', redirect = 'follow', credentials, headers, body, hooks = {} } = request;
  const post = body && { method: 'POST', body: Uint8Array.from(body) };
  const init = { cache, credentials, redirect, signal, ...(headers && { headers }), ...post };
  // A `Request` costs as much time as the rest.
  if (!hooks.request && !hooks.fetch && !hooks.response) return fetch(url, init);
  return sendThroughHooks(new Request(url, init), hooks, { trusted: request.isTrusted }, signal);
}

function statusError(url: string, { status, headers }: Response): SmoothError {
  if (status === 401 || status === 403) return new SmoothError('network-unauthorized', { url, status });
  const retryAfterMs = retryAfter(headers.get('retry-after'));
  return new SmoothError('network-status', {
    url,
    status,
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  });
}

async function* readBody(
  read: BodyReader['read'] | undefined,
  { url, maxBytes }: BytesRequest,
  record: RequestRecord,
  length: number | undefined,
  watch: TimeWatch,
  connection: AbortController,
  end: () => void,
): AsyncGenerator<Uint8Array, void, void> {
  let isComplete = false;
  try {
    while (read) {
      watch.startWaiting();
      const { done, bytes, piece } = await read(record.bytes);
      watch.stopWaiting();
      record.bytes += bytes;
      if (record.bytes > maxBytes) throw new SmoothError('network-too-large', { url, limit: maxBytes });
      if (piece?.length) yield piece;
      if (done) break;
    }
    if (length !== undefined && record.bytes < length) {
      throw new SmoothError('network-truncated', { url, received: record.bytes, expected: length });
    }
    isComplete = true;
  } catch (error) {
    throw recordFailure(
      record,
      error instanceof TypeError && length !== undefined && record.bytes < length
        ? new SmoothError(
            'network-truncated',
            { url, received: record.bytes, expected: length },
            { cause: error },
          )
        : explain(error, url, undefined, connection.signal),
    );
  } finally {
    if (!isComplete) {
      connection.abort();
      record.error ??= CANCELLED;
    }
    end();
  }
}

const CANCELLED = 'cancelled';

/** Records the error of a request, and passes it on. */
function recordFailure(record: RequestRecord, error: unknown): unknown {
  record.error = error instanceof SmoothError ? error.code : CANCELLED;
  return error;
}

/** Distinguishes cancellation by the caller from our own timeouts, and both from failures. */
function explain(error: unknown, url: string, outer: AbortSignal | undefined, own: AbortSignal): unknown {
  if (error instanceof SmoothError) return error;
  if (outer?.aborted) return outer.reason;
  if (own.aborted) return own.reason;
  return new SmoothError('network-failed', { url }, { cause: error });
}

/** `Content-Length` counts encoded bytes, so that of an encoded body can't be compared. */
function announcedLength(response: Response): number | undefined {
  const encoding = response.headers.get('content-encoding');
  const length = response.headers.get('content-length');
  return length === null || (encoding !== null && encoding !== 'identity') ? undefined : Number(length);
}

/** `Retry-After` is in seconds, or a date. */
function retryAfter(header: string | null): number | undefined {
  if (header === null) return undefined;
  if (/^\d+$/.test(header)) return Number(header) * 1000;
  const ms = /^[a-z]/i.test(header) ? Date.parse(header) - Date.now() : Number.NaN;
  return ms >= 0 ? ms : undefined;
}

interface TimeWatch {
  /** From here on the body must progress; the time that the reader needs for a piece doesn't count. */
  startWaiting(): void;
  stopWaiting(): void;
  stop(): void;
}

/** Aborts a connection with `network-timeout` if the server is slower than its limits. */
function watchTime(limits: TimeLimits, url: string, connection: AbortController): TimeWatch {
  const expire = (phase: keyof TimeLimits) =>
    connection.abort(new SmoothError('network-timeout', { url, phase, afterMs: limits[phase] }));
  const start = (phase: keyof TimeLimits) =>
    setTimeout(expire, Math.min(limits[phase], LONGEST_TIMER_MS), phase);
  const whole = start('whole');
  let waiting = start('firstByte');
  let waitingSince: number | undefined;
  // Bodies arrive in hundreds of pieces: a timer for each would cost more than the rest.
  const look = (): void => {
    const left = limits.progress - (waitingSince === undefined ? 0 : performance.now() - waitingSince);
    if (left <= 0) expire('progress');
    else waiting = setTimeout(look, Math.min(left, LONGEST_TIMER_MS));
  };
  return {
    startWaiting() {
      waitingSince = performance.now();
    },
    stopWaiting() {
      if (waitingSince === undefined) {
        clearTimeout(waiting);
        look();
      }
      waitingSince = undefined;
    },
    stop() {
      clearTimeout(whole);
      clearTimeout(waiting);
    },
  };
}
