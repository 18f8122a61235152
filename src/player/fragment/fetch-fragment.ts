import { asOne } from '../../base/bytes.ts';
import { isSmoothError, SmoothError } from '../../base/errors.ts';
import { isPacked } from '../../manifest/recognise.ts';
import { appRequest } from '../../net/app-request.ts';
import { type BytesResponse, fetchBytes } from '../../net/fetch-bytes.ts';
import type { ThroughputMeter, Transfer } from '../../net/throughput-meter.ts';
import { type FragmentReport, FragmentTransmuxer } from '../../transmux/fragment-transmuxer.ts';
import type { Settings } from '../options.ts';
import { type FragmentRequest, urlOf } from './fragment-request.ts';

/** No fragment of a real title is larger. */
const MAX_FRAGMENT_BYTES = 64 * 1024 * 1024;

export interface FragmentPorts {
  readonly settings: Settings;
  readonly meter: ThroughputMeter;
  /** Receives a piece of the media segment as it arrives; returning `false` ends the download. */
  readonly deliver: (piece: Uint8Array, report: FragmentReport) => boolean;
  /** Called once the body begins. */
  readonly begun: (response: BytesResponse) => void;
}

export interface FetchedFragment {
  readonly url: string;
  readonly transfer: Transfer;
  readonly headers: Headers;
  readonly report: FragmentReport;
}

/**
 * Fetches one fragment once and passes on its media segment, piece by piece as it arrives; `undefined` if `deliver`
 * ended it. After an exception, what was delivered is not reliable. Throws network errors, `fragment-malformed` and
 * `fragment-encrypted`.
 */
export async function fetchFragment(
  request: FragmentRequest,
  { settings, meter, deliver, begun }: FragmentPorts,
  signal: AbortSignal,
): Promise<FetchedFragment | undefined> {
  const url = urlOf(request);
  const response = await (request.early?.(request, signal) ?? requestFragment(request, settings, signal));
  const transmuxer = transmuxerOf(request, response.ownsPieces);
  let isWanted = true;
  const pass = (piece: Uint8Array): boolean => {
    const parts = transmuxer.push(piece);
    const { report } = transmuxer;
    if (report) isWanted = parts.every((part) => deliver(part, report));
    return isWanted;
  };
  let packed: Uint8Array[] | undefined;
  let isBegun = false;
  begun(response);
  try {
    const transfer = await meter.measure(response, (piece) => {
      // One byte is not enough to decide.
      if (!isBegun && (piece.length === 1 || isPacked(piece))) packed = [];
      isBegun = true;
      return packed ? packed.push(piece) > 0 : pass(piece);
    });
    if (packed) pass(await unpackFragment(packed));
    const { headers } = response;
    return isWanted ? { url, transfer, headers, report: transmuxer.finish() } : undefined;
  } catch (error) {
    if (!isSmoothError(error, 'fragment-malformed')) throw error;
    throw new SmoothError('fragment-malformed', { ...error.details, url }, { cause: error });
  }
}

/** A fragment that was compressed without `Content-Encoding`, or as it is if it can't be decompressed. */
export async function unpackFragment(pieces: readonly Uint8Array[]): Promise<Uint8Array> {
  const bytes = asOne(pieces);
  if (!isPacked(bytes)) return bytes;
  const { unpack } = await import('../../manifest/unpack.ts');
  return unpack(bytes, MAX_FRAGMENT_BYTES).catch(() => bytes);
}

/** Sends the request. Throws network errors. */
export function requestFragment(
  request: FragmentRequest,
  { network }: Settings,
  signal: AbortSignal,
): Promise<BytesResponse> {
  const { timeout } = network;
  const { range } = request;
  const asked = appRequest(urlOf(request), request.trust, network, request);
  return fetchBytes(
    {
      ...asked,
      ...(range && { headers: withRange(asked.headers, range) }),
      limits: {
        ...timeout,
        firstByte: Math.min(timeout.firstByte, request.firstByteMs ?? timeout.firstByte),
        progress: Math.min(timeout.progress, request.progressMs ?? timeout.progress),
        whole: request.wholeMs,
      },
      maxBytes: MAX_FRAGMENT_BYTES,
      // A cached range would make a later request for the whole fragment slower.
      cache: range ? 'no-store' : request.isRetry ? 'reload' : 'default',
      need: request.need,
    },
    signal,
  );
}

function withRange(
  given: HeadersInit | undefined,
  { from, to }: NonNullable<FragmentRequest['range']>,
): Headers {
  const headers = new Headers(given);
  headers.set('Range', `bytes=${from}-${to}`);
  return headers;
}

/** The transmuxer for a fragment. */
export const transmuxerOf = (request: FragmentRequest, mayOverwrite = false): FragmentTransmuxer => {
  const { start, duration } = request.chunk;
  return new FragmentTransmuxer({ ...request, start, duration, origin: request.zero, mayOverwrite });
};
