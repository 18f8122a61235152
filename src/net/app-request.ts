import type { Chunk, QualityLevel, Stream } from '../manifest/presentation.ts';
import type { BytesRequest, RequestRecord, TimeLimits } from './fetch-bytes.ts';
import type { RequestHooks } from './request-hooks.ts';
import { privilegesFor, type Trust } from './trust.ts';

/** The fragment of a request. */
export interface FragmentSubject {
  readonly stream: Stream;
  readonly level: QualityLevel;
  readonly chunk: Chunk;
  /** Manifest URL of the host, and the base of the fragment's URL if it is another. */
  readonly host: string;
  readonly base?: string;
  /** Whether it is for a still picture, in addition to playback. */
  readonly isPicture?: boolean;
}

/** The subject of a request; `undefined`: a manifest. */
export type RequestSubject = FragmentSubject | 'text' | 'picture' | undefined;

/** The app's settings for its requests. */
export interface NetworkSettings extends RequestHooks {
  readonly timeout: TimeLimits;
  readonly credentials: RequestCredentials;
  readonly allowedOrigins: readonly string[];
  /** Replaces the hooks for one request. */
  readonly hooksFor?: (subject: RequestSubject) => RequestHooks;
  readonly observe?: ((record: RequestRecord) => void) | undefined;
}

/** A request with the app's settings, limited to the privileges of the URL's origin. */
export const appRequest = (url: string, trust: Trust, network: NetworkSettings, subject?: RequestSubject) =>
  ({
    url,
    ...privilegesFor(url, trust, network),
    limits: network.timeout,
    hooks: network.hooksFor?.(subject) ?? network,
    observe: network.observe,
  }) satisfies Partial<BytesRequest>;
