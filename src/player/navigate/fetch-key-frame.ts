import { isSmoothError } from '../../base/errors.ts';
import { appRequest } from '../../net/app-request.ts';
import { type BytesResponse, fetchBytes } from '../../net/fetch-bytes.ts';
import type { FragmentRequest } from '../fragment/fragment-request.ts';
import { urlOf } from '../fragment/fragment-request.ts';
import type { Settings } from '../options.ts';
import { type KeyFrame, KeyFrameReader } from './key-frame-reader.ts';

export interface KeyFramePorts {
  readonly settings: () => Settings;
  /** Told of bytes as they arrive. */
  readonly received: (bytes: number) => void;
}

export interface FetchedKeyFrame {
  readonly keyFrame: KeyFrame;
  /** From the fragment's start to the end of the key frame, in bytes. */
  readonly size: number;
}

/** With so few bytes left of a body, reading them costs less than another connection. */
const READ_ON_BYTES = 16_384;
const MOST_BYTES = 64 * 1024 * 1024;
/** A first range, and one for what was missing. */
const MOST_RANGES = 3;

/**
 * Fetches the beginning of a fragment, no further than its first key frame, by range requests that keep the connection.
 * `guess`: bytes to ask for at first. Resolves with `undefined` where there is no such picture: none of it is a failure of
 * playback. Rejects when aborted.
 */
export async function fetchKeyFrame(
  request: FragmentRequest,
  guess: number,
  ports: KeyFramePorts,
  signal: AbortSignal,
): Promise<FetchedKeyFrame | undefined> {
  try {
    return await fetchByRanges(request, guess, ports, signal);
  } catch (error) {
    signal.throwIfAborted();
    if (!isSmoothError(error)) throw error;
    if (!isSmoothError(error, 'network-status') || error.details.status !== 416) return undefined;
  }
  return fetchWhole(request, ports, signal);
}

async function fetchByRanges(
  request: FragmentRequest,
  guess: number,
  ports: KeyFramePorts,
  signal: AbortSignal,
): Promise<FetchedKeyFrame | undefined> {
  const reader = new KeyFrameReader(request);
  let end = guess;
  for (let range = 0; range < MOST_RANGES; range++) {
    const from = reader.received;
    const response = await send(request, { from, to: end - 1 }, ports, signal);
    if (response.status !== 206) {
      // The server gives all of it, whatever was asked for.
      return readKeyFrame(from > 0 ? new KeyFrameReader(request) : reader, response, ports);
    }
    const found = await readKeyFrame(reader, response, ports);
    if (found) return found;
    end = reader.needed ?? 2 * end;
    if (reader.received < from + 1 || end <= reader.received) return undefined;
  }
  return undefined;
}

async function fetchWhole(
  request: FragmentRequest,
  ports: KeyFramePorts,
  signal: AbortSignal,
): Promise<FetchedKeyFrame | undefined> {
  try {
    const response = await send(request, undefined, ports, signal);
    return await readKeyFrame(new KeyFrameReader(request), response, ports);
  } catch (error) {
    signal.throwIfAborted();
    if (isSmoothError(error)) return undefined;
    throw error;
  }
}

/** Reads a range to its end, and a whole fragment no further than it must. */
async function readKeyFrame(
  reader: KeyFrameReader,
  { status, length, body }: BytesResponse,
  { received }: KeyFramePorts,
): Promise<FetchedKeyFrame | undefined> {
  let found: FetchedKeyFrame | undefined;
  let read = 0;
  for await (const piece of body) {
    read += piece.byteLength;
    received(piece.byteLength);
    if (!found) {
      const reading = reader.push(piece);
      if (reading.kind === 'none') return undefined;
      if (reading.kind === 'found') found = { keyFrame: reading.keyFrame, size: reader.needed ?? 0 };
    }
    const left = status === 206 ? 0 : (length ?? Number.POSITIVE_INFINITY) - read;
    if (found && left > READ_ON_BYTES) return found;
  }
  return found;
}

function send(
  request: FragmentRequest,
  range: { readonly from: number; readonly to: number } | undefined,
  { settings }: KeyFramePorts,
  signal: AbortSignal,
): Promise<BytesResponse> {
  const { network } = settings();
  const asked = appRequest(urlOf(request), request.trust, network);
  const headers = new Headers(asked.headers);
  if (range) headers.set('Range', `bytes=${range.from}-${range.to}`);
  return fetchBytes(
    {
      ...asked,
      headers,
      limits: { ...network.timeout, whole: request.wholeMs },
      maxBytes: MOST_BYTES,
      // What a cache keeps of a range makes the whole fragment's request slower later on.
      cache: range ? 'no-store' : 'default',
      isUrgent: true,
    },
    signal,
  );
}
