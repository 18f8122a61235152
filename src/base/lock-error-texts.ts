import type { ErrorText } from './error-codes.ts';
import { redactUrl } from './redact.ts';

/** Failures that only titles with keys can have. */
export type LockErrorCode =
  | 'drm-no-server'
  | 'drm-no-key-system'
  | 'drm-system-failed'
  | 'drm-licence-failed'
  | 'drm-licence-timeout'
  | 'drm-licence-refused'
  | 'drm-licence-invalid'
  | 'drm-key-missing'
  | 'drm-key-wrong'
  | 'drm-output-restricted'
  | 'drm-header-malformed';

/** Their nature, and what is said of them; loaded with what unlocks titles. */
export const LOCK_ERROR_TEXTS: { readonly [Code in LockErrorCode]: ErrorText<Code> } = {
  'drm-no-server': {
    category: 'drm',
    retryable: false,
    message: () => 'the title is protected, and no licence server or key was given for it',
  },
  'drm-no-key-system': {
    category: 'drm',
    retryable: false,
    message: ({ systems }) => `this browser grants none of ${systems.join(', ')}`,
  },
  'drm-system-failed': {
    category: 'drm',
    retryable: true,
    message: ({ keySystem, step, problem }) => `${keySystem}: ${step} failed: ${problem}`,
  },
  'drm-licence-failed': {
    category: 'drm',
    retryable: true,
    message: ({ url, status }) =>
      `no licence from ${redactUrl(url)}: ${status === undefined ? 'no answer' : `HTTP ${status}`}`,
  },
  'drm-licence-timeout': {
    category: 'drm',
    retryable: true,
    message: ({ url, afterMs }) => `no licence from ${redactUrl(url)} within ${Math.round(afterMs)} ms`,
  },
  'drm-licence-refused': {
    category: 'drm',
    retryable: false,
    message: ({ url, status }) => `${redactUrl(url)} refuses a licence: HTTP ${status}`,
  },
  'drm-licence-invalid': {
    category: 'drm',
    retryable: true,
    message: ({ keySystem, problem }) => `${keySystem} does not take the licence: ${problem}`,
  },
  'drm-key-missing': {
    category: 'drm',
    retryable: true,
    message: ({ keyId, status }) => `no usable key ${keyId} (${status ?? 'not in any licence'})`,
  },
  'drm-key-wrong': {
    category: 'drm',
    retryable: false,
    message: ({ keyIds }) => `the key does not fit: ${keyIds.join(', ')}`,
  },
  'drm-output-restricted': {
    category: 'drm',
    retryable: true,
    message: ({ keyId }) => `the output is not secure enough for key ${keyId}, and no quality has another`,
  },
  'drm-header-malformed': {
    category: 'drm',
    retryable: false,
    message: ({ problem }) => `the PlayReady header of the manifest: ${problem}`,
  },
};
