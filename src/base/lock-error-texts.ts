import type { ErrorText } from './error-codes.ts';
import { redact } from './redact.ts';

const TRY_LATER = 'Try again in a moment.';
const TELL_OWNER = 'If it keeps happening, tell whoever runs this site.';

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

/** What is said of them, to engineers and to viewers; loaded with what unlocks titles. */
export const LOCK_ERROR_TEXTS: { readonly [Code in LockErrorCode]: ErrorText<Code> } = {
  'drm-no-server': {
    category: 'drm',
    retryable: false,
    message: () => 'the title is protected, and no licence server or key was given for it',
    userMessage: `This video is protected, and the page does not say how to unlock it. ${TELL_OWNER}`,
  },
  'drm-no-key-system': {
    category: 'drm',
    retryable: false,
    message: ({ systems }) => `this browser grants none of ${systems.join(', ')}`,
    userMessage:
      'This browser can not unlock this protected video. Try another browser or device, or allow protected content in its settings.',
  },
  'drm-system-failed': {
    category: 'drm',
    retryable: true,
    message: ({ keySystem, step, problem }) => `${keySystem}: ${step} failed: ${problem}`,
    userMessage: `The protection of this video failed on this device. ${TRY_LATER} If it keeps happening, restart the browser.`,
  },
  'drm-licence-failed': {
    category: 'drm',
    retryable: true,
    message: ({ url, status }) =>
      `no licence from ${redact(url)}: ${status === undefined ? 'no answer' : `HTTP ${status}`}`,
    userMessage: `The licence for this video could not be fetched. ${TRY_LATER} ${TELL_OWNER}`,
  },
  'drm-licence-timeout': {
    category: 'drm',
    retryable: true,
    message: ({ url, afterMs }) => `no licence from ${redact(url)} within ${Math.round(afterMs)} ms`,
    userMessage: `The licence for this video did not come in time. ${TRY_LATER}`,
  },
  'drm-licence-refused': {
    category: 'drm',
    retryable: false,
    message: ({ url, status }) => `${redact(url)} refuses a licence: HTTP ${status}`,
    userMessage: 'You do not have the right to watch this video. Sign in again, or check your subscription.',
  },
  'drm-licence-invalid': {
    category: 'drm',
    retryable: true,
    message: ({ keySystem, problem }) => `${keySystem} does not take the licence: ${problem}`,
    userMessage: `The licence for this video is damaged. ${TRY_LATER} ${TELL_OWNER}`,
  },
  'drm-key-missing': {
    category: 'drm',
    retryable: true,
    message: ({ keyId, status }) => `no usable key ${keyId} (${status ?? 'not in any licence'})`,
    userMessage: `The licence for this video does not unlock all of it. ${TELL_OWNER}`,
  },
  'drm-key-wrong': {
    category: 'drm',
    retryable: false,
    message: ({ keyIds }) => `the key does not fit: ${keyIds.join(', ')}`,
    userMessage: `The key of this video is not the right one. ${TELL_OWNER}`,
  },
  'drm-output-restricted': {
    category: 'drm',
    retryable: true,
    message: ({ keyId }) => `the output is not secure enough for key ${keyId}, and no quality has another`,
    userMessage:
      'This video may not be shown on this screen. Disconnect other displays or recording programs, then try again.',
  },
  'drm-header-malformed': {
    category: 'drm',
    retryable: false,
    message: ({ problem }) => `the PlayReady header of the manifest: ${problem}`,
    userMessage: `The protection of this video is described wrongly. ${TELL_OWNER}`,
  },
};
