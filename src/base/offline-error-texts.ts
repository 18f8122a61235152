import type { ErrorText } from './error-codes.ts';

/** Failures that only downloads can have. */
export type OfflineErrorCode = 'storage-unavailable' | 'storage-full' | 'download-refused';

/** Their nature, and what is said of them; loaded with what downloads titles. */
export const OFFLINE_ERROR_TEXTS: { readonly [Code in OfflineErrorCode]: ErrorText<Code> } = {
  'storage-unavailable': {
    category: 'support',
    retryable: false,
    message: ({ problem }) => `nothing can be stored: ${problem}`,
  },
  'storage-full': {
    category: 'support',
    retryable: true,
    message: ({ needed, available }) =>
      `no room left: about ${needed ?? 'an unknown number of'} bytes are to be stored, ${available ?? 'an unknown number'} are free`,
  },
  'download-refused': {
    category: 'support',
    retryable: false,
    message: ({ problem }) => `the title can not be downloaded: ${problem}`,
  },
};
