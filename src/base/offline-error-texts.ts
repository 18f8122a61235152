import type { ErrorText } from './error-codes.ts';

/** Errors of downloads. */
export type OfflineErrorCode = 'storage-unavailable' | 'storage-full' | 'download-refused';

/** Their categories and messages; loaded with the code for downloads. */
export const OFFLINE_ERROR_TEXTS: { readonly [Code in OfflineErrorCode]: ErrorText<Code> } = {
  'storage-unavailable': {
    category: 'support',
    retryable: false,
    message: ({ problem }) => `storage is unavailable: ${problem}`,
  },
  'storage-full': {
    category: 'support',
    retryable: true,
    message: ({ needed, available }) =>
      `not enough storage: about ${needed ?? 'an unknown number of'} bytes are needed, ${available ?? 'an unknown number'} are available`,
  },
  'download-refused': {
    category: 'support',
    retryable: false,
    message: ({ problem }) => `the title cannot be downloaded: ${problem}`,
  },
};
