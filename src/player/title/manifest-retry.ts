import type { SmoothError } from '../../base/errors.ts';
import { isWorthRetrying } from '../../net/retry.ts';

/** No real manifest comes near it; see the limits of the parser. */
export const MAX_MANIFEST_BYTES = 16 * 1024 * 1024;
/** Broken bodies of manifests are requested once more only: this is rarely temporary. */
const TRIES_FOR_BROKEN = 2;

/** Whether a manifest that failed is requested again, after so many tries. */
export const shouldRetryManifest = (error: SmoothError, tried: number): boolean =>
  isWorthRetrying(error) || (error.category === 'manifest' && error.retryable && tried < TRIES_FOR_BROKEN);
