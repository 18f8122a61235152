import { isSmoothError, type SmoothError } from '../base/errors.ts';

/** What went wrong in one attempt at one fragment, as far as that attempt can determine. */
export type FailureKind =
  /** The server responds that it has no such fragment: 404, 410, 412, another 4xx. */
  | 'missing'
  /** A response without a body. Some live servers send it if a fragment isn't published yet. */
  | 'empty'
  /** The server responds that it fails or is busy: 5xx, 408, 425, 429. */
  | 'server'
  /** No connection, or the connection was lost. */
  | 'network'
  /** No response, or no progress, in time. */
  | 'timeout'
  /** The body ended before its announced length. */
  | 'truncated'
  /** Something other than a fragment: a login page, an error page sent with status 200. */
  | 'foreign'
  /** A fragment whose boxes contradict each other, or another one than requested. */
  | 'damaged'
  /** 401 or 403. */
  | 'unauthorized'
  /** A level that can't be shown here: no usable configuration, or an output that its key does not allow. */
  | 'unplayable';

/** A failed attempt, classified. */
export interface Failure {
  readonly kind: FailureKind;
  readonly error: SmoothError;
  /** The delay that the server asks for, in seconds. */
  readonly retryAfter: number;
}

/** A longer delay requested by a server is reduced to this, in seconds. */
const MOST_RETRY_AFTER = 30;

/** Statuses below 500 that mean a temporary problem of the server, not of the resource. */
const BUSY = new Set([408, 425, 429]);

/**
 * Classifies the error of a failed attempt. `undefined`: it concerns more than the fragment (the media source, the
 * decoder, a key, a bug in the library), and another attempt doesn't help.
 */
export function classifyFailure(error: unknown): Failure | undefined {
  const kind = kindOf(error);
  if (kind === undefined || !isSmoothError(error)) return undefined;
  const asked = isSmoothError(error, 'network-status') ? (error.details.retryAfterMs ?? 0) / 1000 : 0;
  return { kind, error, retryAfter: Math.min(asked, MOST_RETRY_AFTER) };
}

function kindOf(error: unknown): FailureKind | undefined {
  if (isSmoothError(error, 'network-status')) {
    const { status } = error.details;
    return status >= 500 || BUSY.has(status) ? 'server' : 'missing';
  }
  if (isSmoothError(error, 'fragment-malformed')) {
    const { box, offset } = error.details;
    if (offset > 0) return 'damaged';
    return box === 'moof' ? 'empty' : 'foreign';
  }
  if (!isSmoothError(error)) return undefined;
  switch (error.code) {
    case 'network-failed':
      return 'network';
    case 'network-timeout':
      return 'timeout';
    case 'network-truncated':
      return 'truncated';
    case 'network-too-large':
      return 'foreign';
    case 'network-unauthorized':
      return 'unauthorized';
    case 'drm-output-restricted':
    case 'codec-private-data-invalid':
      return 'unplayable';
    default:
      return undefined;
  }
}

/** Whether the same request may well succeed a moment later. */
export const isTransient = (kind: FailureKind): boolean =>
  kind === 'server' || kind === 'network' || kind === 'timeout' || kind === 'truncated';

/** Whether there was no response for the resource: nothing is known about it. */
export const isUnanswered = (kind: FailureKind): boolean =>
  kind === 'server' || kind === 'network' || kind === 'timeout';

/** Whether the response says that the fragment isn't there: not yet, or no longer. */
export const isAbsent = (kind: FailureKind): boolean => kind === 'missing' || kind === 'empty';
