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

/** How a host gives the beginnings of fragments, once that is known: `ranges` until something else was seen. */
export type HostWays = Map<string, 'key-frames' | 'whole'>;

/**
 * Fetches the beginning of a fragment, no further than its first key frame: by range requests, which keep the connection; where
 * the host answers with all of it, by the protocol's own `KeyFrames` requests; where it doesn't know those, as much of the body
 * as it takes. `guess`: bytes to ask for at first. Resolves with `undefined` where there is no such picture: none of it is a failure of
 * playback. Rejects when aborted.
 */
export async function fetchKeyFrame(
  request: FragmentRequest,
  guess: number,
  ways: HostWays,
  ports: KeyFramePorts,
  signal: AbortSignal,
): Promise<FetchedKeyFrame | undefined> {
  try {
    const { host } = request;
    const url = urlOf(request);
    if (ways.get(host) === 'key-frames') {
      const found = await fetchWhole(request, keyFramesUrl(url), ports, signal).catch(ignoreAnswer);
      if (found) return found;
      ways.set(host, 'whole');
    }
    if (ways.get(host) === 'whole') return await fetchWhole(request, url, ports, signal);
    return await fetchByRanges(request, guess, ways, ports, signal);
  } catch (error) {
    signal.throwIfAborted();
    if (isSmoothError(error)) return undefined;
    throw error;
  }
}

/** The host's word on a request that it doesn't know is no failure. */
function ignoreAnswer(error: unknown): undefined {
  if (!isSmoothError(error)) throw error;
}

/** [MS-SSTR] 2.2.3: the noun is another. */
const keyFramesUrl = (url: string): string => url.replace(/Fragments(?=\([^/]*$)/i, 'KeyFrames');

async function fetchByRanges(
  request: FragmentRequest,
  guess: number,
  ways: HostWays,
  ports: KeyFramePorts,
  signal: AbortSignal,
): Promise<FetchedKeyFrame | undefined> {
  const url = urlOf(request);
  const reader = new KeyFrameReader(request);
  let end = guess;
  for (let range = 0; range < MOST_RANGES; range++) {
    const from = reader.received;
    const response = await send(request, url, { from, to: end - 1 }, ports, signal).catch(refusedRange);
    if (!response) return fetchWhole(request, url, ports, signal);
    if (response.status !== 206) {
      ways.set(request.host, 'key-frames');
      return readKeyFrame(from > 0 ? new KeyFrameReader(request) : reader, response, ports);
    }
    const found = await readKeyFrame(reader, response, ports);
    if (found) return found;
    end = reader.needed ?? 2 * end;
    if (reader.received < from + 1 || end <= reader.received) return undefined;
  }
  return undefined;
}

/** The fragment is shorter than the range begins. */
function refusedRange(error: unknown): undefined {
  if (!isSmoothError(error, 'network-status') || error.details.status !== 416) throw error;
}

async function fetchWhole(
  request: FragmentRequest,
  url: string,
  ports: KeyFramePorts,
  signal: AbortSignal,
): Promise<FetchedKeyFrame | undefined> {
  const response = await send(request, url, undefined, ports, signal);
  return readKeyFrame(new KeyFrameReader(request), response, ports);
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
  url: string,
  range: { readonly from: number; readonly to: number } | undefined,
  { settings }: KeyFramePorts,
  signal: AbortSignal,
): Promise<BytesResponse> {
  const { network } = settings();
  const asked = appRequest(url, request.trust, network);
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
