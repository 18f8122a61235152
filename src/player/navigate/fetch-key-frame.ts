import { isSmoothError } from '../../base/errors.ts';
import type { BytesResponse } from '../../net/fetch-bytes.ts';
import { requestFragment } from '../fragment/fetch-fragment.ts';
import type { FragmentRequest } from '../fragment/fragment-request.ts';
import type { Settings } from '../options.ts';
import { type KeyFrame, KeyFrameReader } from './key-frame-reader.ts';

export interface KeyFramePorts {
  readonly settings: () => Settings;
  /** Called with the number of bytes as they arrive. */
  readonly received: (bytes: number) => void;
}

export interface FetchedKeyFrame {
  readonly keyFrame: KeyFrame;
  /** From the fragment's start to the end of the key frame, in bytes. */
  readonly size: number;
}

/** With this few bytes left of a body, reading them costs less than another connection. */
const READ_ON_BYTES = 16_384;
/** A first range, and one for what was missing. */
const MOST_RANGES = 3;

/** How a host serves the beginnings of fragments, once known: `ranges` by default. */
export type HostWays = Map<string, 'key-frames' | 'whole'>;

/**
 * Fetches the beginning of a fragment, up to the end of its first key frame: by range requests, which keep the
 * connection; if the host responds with the whole fragment, by the protocol's own `KeyFrames` requests; if it doesn't
 * support those, by reading only a part of the body. `guess`: bytes to request first. Resolves with `undefined` if
 * there is no such picture: nothing here is a playback failure. Rejects when aborted.
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
    if (ways.get(host) === 'key-frames') {
      const found = await fetchWhole(forKeyFrames(request), ports, signal).catch(ignoreAnswer);
      if (found) return found;
      ways.set(host, 'whole');
    }
    if (ways.get(host) === 'whole') return await fetchWhole(request, ports, signal);
    return await fetchByRanges(request, guess, ways, ports, signal);
  } catch (error) {
    signal.throwIfAborted();
    if (isSmoothError(error)) return undefined;
    throw error;
  }
}

/** A host that doesn't know a kind of request hasn't failed. */
function ignoreAnswer(error: unknown): undefined {
  if (!isSmoothError(error)) throw error;
}

/** [MS-SSTR] 2.2.3: uses the noun `KeyFrames`. */
function forKeyFrames(request: FragmentRequest): FragmentRequest {
  const urlTemplate = request.stream.urlTemplate?.replace(/Fragments(?=\([^/]*$)/i, 'KeyFrames');
  return { ...request, stream: { ...request.stream, urlTemplate } };
}

async function fetchByRanges(
  request: FragmentRequest,
  guess: number,
  ways: HostWays,
  ports: KeyFramePorts,
  signal: AbortSignal,
): Promise<FetchedKeyFrame | undefined> {
  const reader = new KeyFrameReader(request);
  let end = guess;
  for (let range = 0; range < MOST_RANGES; range++) {
    const from = reader.received;
    const part = { ...request, range: { from, to: end - 1 } };
    const response = await requestFragment(part, ports.settings(), signal).catch(ignoreUnsatisfiableRange);
    if (!response) return fetchWhole(request, ports, signal);
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

/** The fragment ends before the range begins. */
function ignoreUnsatisfiableRange(error: unknown): undefined {
  if (!isSmoothError(error, 'network-status') || error.details.status !== 416) throw error;
}

async function fetchWhole(
  request: FragmentRequest,
  ports: KeyFramePorts,
  signal: AbortSignal,
): Promise<FetchedKeyFrame | undefined> {
  const response = await requestFragment(request, ports.settings(), signal);
  return readKeyFrame(new KeyFrameReader(request), response, ports);
}

/** Reads a range to its end, and a whole fragment only as far as necessary. */
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
