import { isSmoothError, SmoothError } from '../base/errors.ts';
import type { Ticks } from '../base/time.ts';
import type { Chunk, QualityLevel, Stream } from '../manifest/presentation.ts';
import { type BytesResponse, fetchBytes } from '../net/fetch-bytes.ts';
import type { LineMeter, Transfer } from '../net/line-meter.ts';
import { fragmentUrl } from '../timeline/fragment-url.ts';
import { type FragmentReport, FragmentTransmuxer } from '../transmux/fragment-transmuxer.ts';
import type { Title } from './load-title.ts';
import type { Settings } from './options.ts';

/** No fragment of a real title is larger. */
const MAX_FRAGMENT_BYTES = 64 * 1024 * 1024;

/** One request for one chunk at one level. */
export interface FragmentErrand {
  readonly title: Title;
  readonly stream: Stream;
  readonly level: QualityLevel;
  readonly chunk: Chunk;
  /** In the stream's ticks: what the segments' times count from. */
  readonly zero: Ticks;
  /** From the request on, in milliseconds. */
  readonly wholeMs: number;
  /** Whether this URL was asked for before: what an HTTP cache holds of it may be what was wrong. */
  readonly isRetry: boolean;
}

export interface FragmentPorts {
  readonly settings: Settings;
  readonly meter: LineMeter;
  /** Takes a piece of the media segment as it comes. */
  deliver(piece: Uint8Array): void;
  /** Told after each piece; throws to give the download up. */
  progress(response: BytesResponse, received: number): void;
}

export interface FetchedFragment {
  readonly url: string;
  readonly transfer: Transfer;
  readonly report: FragmentReport;
}

/**
 * Fetches one fragment once and hands on the media segment it becomes, piece by piece as it arrives. What was
 * delivered before it throws is not to be trusted. Throws the network's errors and `fragment-malformed`.
 */
export async function fetchFragment(
  errand: FragmentErrand,
  { settings: { network }, meter, deliver, progress }: FragmentPorts,
  signal: AbortSignal,
): Promise<FetchedFragment> {
  const { title, stream, level, chunk, zero } = errand;
  const url = fragmentUrl(title.url, stream, level, chunk.start);
  const sameOrigin = new URL(url).origin === new URL(title.url).origin;
  const response = await fetchBytes(
    {
      url,
      limits: { ...network.timeout, whole: errand.wholeMs },
      maxBytes: MAX_FRAGMENT_BYTES,
      cache: errand.isRetry ? 'reload' : 'default',
      credentials: network.credentials,
      headers: sameOrigin ? title.headers : undefined,
      prepare: network.request,
      fetch: network.fetch,
    },
    signal,
  );
  const transmuxer = new FragmentTransmuxer({
    stream,
    start: chunk.start,
    duration: chunk.duration,
    origin: zero,
  });
  try {
    const transfer = await readThrough(meter.measure(response), (piece, received) => {
      const parts = transmuxer.push(piece);
      if (transmuxer.report?.isEncrypted)
        throw new SmoothError('drm-unsupported', { systems: ['none named'] });
      for (const part of parts) deliver(part);
      progress(response, received);
    });
    return { url, transfer, report: transmuxer.finish() };
  } catch (error) {
    if (!isSmoothError(error, 'fragment-malformed')) throw error;
    throw new SmoothError('fragment-malformed', { ...error.details, url }, { cause: error });
  }
}

/** Runs a measured body to its end. Leaving early, by a throw, closes the connection. */
async function readThrough(
  body: AsyncGenerator<Uint8Array, Transfer, void>,
  take: (piece: Uint8Array, received: number) => void,
): Promise<Transfer> {
  let received = 0;
  try {
    for (;;) {
      const { done, value } = await body.next();
      if (done) return value;
      received += value.byteLength;
      take(value, received);
    }
  } finally {
    await body.return(undefined as never);
  }
}

/** Whether the line or the server as a whole may be at fault, and not this fragment. */
export const mayBeOutage = (error: SmoothError): boolean =>
  isSmoothError(error, 'network-failed') || isSmoothError(error, 'network-timeout');
