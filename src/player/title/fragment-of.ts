import type { FragmentRequest } from '../fragment/fragment-request.ts';
import type { Title } from './title.ts';

type Wanted = Pick<FragmentRequest, 'stream' | 'level' | 'chunk' | 'zero'> & Partial<FragmentRequest>;

/**
 * The request for a chunk of a title at a level, at the place where a joined title really has it. What isn't given: the host that
 * comes first, clear samples, no limit to the whole, and the first attempt.
 */
export function fragmentOf(title: Title, wanted: Wanted): FragmentRequest {
  const request: FragmentRequest = {
    host: title.hosts?.inOrder(performance.now())[0] ?? title.url,
    trust: title.trust,
    readEncryption: undefined,
    encryption: undefined,
    wholeMs: Number.POSITIVE_INFINITY,
    isRetry: false,
    ...wanted,
  };
  return title.locate?.(request) ?? request;
}
