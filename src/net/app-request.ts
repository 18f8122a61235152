import type { Chunk, QualityLevel, Stream } from '../manifest/presentation.ts';
import type { BytesRequest, RequestHooks, RequestRecord, TimeLimits } from './fetch-bytes.ts';
import { privilegesFor, type Trust } from './trust.ts';

/** A fragment that is requested. */
export interface FragmentSubject {
  readonly stream: Stream;
  readonly level: QualityLevel;
  readonly chunk: Chunk;
  /** Manifest URL of the host that is asked, and what the fragment's URL is relative to where that is another. */
  readonly host: string;
  readonly base?: string;
  /** Whether it is for a still picture, beside playback. */
  readonly isPicture?: boolean;
}

/** What a request asks for; `undefined`: a manifest. */
export type RequestSubject = FragmentSubject | 'text' | 'picture' | undefined;

/** What the app has set for its requests. */
export interface NetworkSettings extends RequestHooks {
  readonly timeout: TimeLimits;
  readonly credentials: RequestCredentials;
  readonly allowedOrigins: readonly string[];
  /** Takes the place of the hooks for one request. */
  readonly hooksFor?: (subject: RequestSubject) => RequestHooks;
  readonly observe?: ((record: RequestRecord) => void) | undefined;
}

/** A request as the app wants its requests to be, with no more privileges than the URL's origin may have. */
export const appRequest = (url: string, trust: Trust, network: NetworkSettings, subject?: RequestSubject) =>
  ({
    url,
    ...privilegesFor(url, trust, network),
    limits: network.timeout,
    hooks: network.hooksFor?.(subject) ?? network,
    observe: network.observe,
  }) satisfies Partial<BytesRequest>;
