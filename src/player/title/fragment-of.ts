import { rescale } from '../../base/time.ts';
import type { FragmentRequest } from '../fragment/fragment-request.ts';
import type { Title } from './title.ts';

type RequestInput = Pick<FragmentRequest, 'stream' | 'level' | 'chunk'> & Partial<FragmentRequest>;

/**
 * The request for a chunk of a title at a level, mapped to the clip in a joined title. Defaults: the preferred host,
 * times from the presentation's origin on, clear samples, no limit for the whole, and the first attempt.
 */
export function fragmentOf(title: Title, input: RequestInput): FragmentRequest {
  const { origin, timescale } = title.presentation;
  const request: FragmentRequest = {
    host: title.hosts?.inOrder(performance.now())[0] ?? title.url,
    trust: title.trust,
    zero: rescale(origin, timescale, input.stream.timescale),
    readEncryption: undefined,
    encryption: undefined,
    wholeMs: Number.POSITIVE_INFINITY,
    isRetry: false,
    ...input,
  };
  return title.locate?.(request) ?? request;
}
