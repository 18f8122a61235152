import type { BytesRequest, RequestHooks, RequestRecord, TimeLimits } from './fetch-bytes.ts';
import { privilegesFor, type Trust } from './trust.ts';

/** What the app has set for its requests. */
export interface NetworkSettings extends RequestHooks {
  readonly timeout: TimeLimits;
  readonly credentials: RequestCredentials;
  readonly allowedOrigins: readonly string[];
  readonly observe?: ((record: RequestRecord) => void) | undefined;
}

/** A request as the app wants its requests to be, with no more privileges than the URL's origin may have. */
export const appRequest = (url: string, trust: Trust, network: NetworkSettings) =>
  ({
    url,
    ...privilegesFor(url, trust, network),
    limits: network.timeout,
    hooks: network,
    observe: network.observe,
  }) satisfies Partial<BytesRequest>;
