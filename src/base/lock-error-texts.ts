import type { ErrorText } from './error-codes.ts';
import { redactUrl } from './redact.ts';

/** Errors that only protected titles can have. */
export type DrmErrorCode =
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

/** Category and message of these errors; loaded with the code for protected titles. */
export const DRM_ERROR_TEXTS: { readonly [Code in DrmErrorCode]: ErrorText<Code> } = {
  'drm-no-server': {
    category: 'drm',
    retryable: false,
    message: () => 'the title is protected, and no licence server or key was configured',
  },
  'drm-no-key-system': {
    category: 'drm',
    retryable: false,
    message: ({ systems }) =>
      `this browser supports none of these key systems as required: ${systems.join(', ')}`,
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
      `no licence from ${redactUrl(url)}: ${status === undefined ? 'no response' : `HTTP ${status}`}`,
  },
  'drm-licence-timeout': {
    category: 'drm',
    retryable: true,
    message: ({ url, afterMs }) => `no licence from ${redactUrl(url)} within ${Math.round(afterMs)} ms`,
  },
  'drm-licence-refused': {
    category: 'drm',
    retryable: false,
    message: ({ url, status }) => `${redactUrl(url)} denied a licence: HTTP ${status}`,
  },
  'drm-licence-invalid': {
    category: 'drm',
    retryable: true,
    message: ({ keySystem, problem }) => `${keySystem} rejected the licence: ${problem}`,
  },
  'drm-key-missing': {
    category: 'drm',
    retryable: true,
    message: ({ keyId, status }) => `no usable key ${keyId} (${status ?? 'not in any licence'})`,
  },
  'drm-key-wrong': {
    category: 'drm',
    retryable: false,
    message: ({ keyIds }) => `wrong key for key ID ${keyIds.join(', ')}`,
  },
  'drm-output-restricted': {
    category: 'drm',
    retryable: true,
    message: ({ keyId }) =>
      `the output protection is insufficient for key ${keyId}, and no quality has another key`,
  },
  'drm-header-malformed': {
    category: 'drm',
    retryable: false,
    message: ({ problem }) => `PlayReady header of the manifest: ${problem}`,
  },
};
