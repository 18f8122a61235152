import type { Ticks } from '../../base/time.ts';
import type { Chunk, Stream } from '../../manifest/presentation.ts';
import { appRequest } from '../../net/app-request.ts';
import { fetchWhole } from '../../net/fetch-whole.ts';
import { TEXT_LIMITS } from '../../text/cue.ts';
import { fromTicks } from '../../text/moment.ts';
import type { TextChunk } from '../../text/times/cue-timeline.ts';
import { unpackFragment } from '../fragment/fetch-fragment.ts';
import { type FragmentRequest, urlOf } from '../fragment/fragment-request.ts';
import type { Settings } from '../options.ts';
import { fragmentOf } from '../title/fragment-of.ts';
import type { Title } from '../title/title.ts';

/** A text fragment as it was received. */
export interface TextResponse {
  readonly bytes: Uint8Array;
  readonly headers: Headers;
  /** Its chunk and stream: in a composite title those of the clip. */
  readonly chunk: Chunk;
  readonly stream: Stream;
  /** The time that is 0 on the media element's clock, in the stream's ticks. */
  readonly zero: Ticks;
  /** The start of the title or clip, in the same unit. */
  readonly origin: Ticks;
  /** Set for a clip. */
  readonly clip: Pick<TextChunk, 'clip' | 'bounds'> | undefined;
}

/**
 * Fetches a text fragment once. `attempt` counts from 0: later ones use the title's other hosts, and no HTTP cache.
 * Throws network errors and `source-invalid`.
 */
export async function fetchText(
  { title, settings }: { readonly title: Title; readonly settings: () => Settings },
  stream: Stream,
  chunk: Chunk,
  attempt: number,
  signal: AbortSignal,
): Promise<TextResponse> {
  const { network } = settings();
  const request = requestFor(title, stream, chunk, attempt);
  const url = urlOf(request);
  const response = await fetchWhole(
    {
      ...appRequest(url, title.trust, network, request),
      maxBytes: TEXT_LIMITS.fragmentBytes,
      cache: request.isRetry ? 'reload' : 'default',
    },
    signal,
  );
  const isOfClip = request.stream !== stream;
  return {
    bytes: await unpackFragment([response.bytes]),
    headers: response.headers,
    chunk: request.chunk,
    stream: request.stream,
    zero: request.zero,
    origin: isOfClip ? request.stream.chunks.start : request.zero,
    clip: isOfClip ? clipOf(request) : undefined,
  };
}

function clipOf({ zero, bounds, stream: { timescale } }: FragmentRequest): TextResponse['clip'] {
  const clip = String(zero);
  if (!bounds) return { clip };
  return {
    clip,
    bounds: { begin: fromTicks(bounds.begin, timescale), end: fromTicks(bounds.end, timescale) },
  };
}

function requestFor(title: Title, stream: Stream, chunk: Chunk, attempt: number): FragmentRequest {
  const hosts = title.hosts?.inOrder(performance.now()) ?? [title.url];
  return fragmentOf(title, {
    host: hosts[attempt % hosts.length] ?? title.url,
    stream,
    level: stream.levels[0],
    chunk,
    isRetry: attempt > 0,
  });
}
