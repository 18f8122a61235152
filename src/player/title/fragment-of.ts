import type { FragmentRequest } from '../fragment/fragment-request.ts';
import type { Title } from './title.ts';

type RequestInput = Pick<FragmentRequest, 'stream' | 'level' | 'chunk' | 'zero'> & Partial<FragmentRequest>;

/**
 * The request for a chunk of a title at a level, mapped to the clip in a joined title. Defaults: the preferred host,
 * clear samples, no limit for the whole, and the first attempt.
 */
export function fragmentOf(title: Title, input: RequestInput): FragmentRequest {
  const request: FragmentRequest = {
    host: title.hosts?.inOrder(performance.now())[0] ?? title.url,
    trust: title.trust,
    readEncryption: undefined,
    encryption: undefined,
    wholeMs: Number.POSITIVE_INFINITY,
    isRetry: false,
    ...input,
  };
  return title.locate?.(request) ?? request;
}
