import type { SmoothError } from '../base/errors.ts';

/** The error as a native `MediaError`, for code that expects one; `cause` is the `SmoothError`. */
export function mediaErrorOf(error: SmoothError): MediaError {
  return Object.create(MediaError.prototype, {
    code: { value: codeOf(error), enumerable: true },
    message: { value: error.message, enumerable: true },
    cause: { value: error, enumerable: true },
  });
}

function codeOf({ category }: SmoothError): number {
  switch (category) {
    case 'network':
      return MediaError.MEDIA_ERR_NETWORK;
    case 'media':
      return MediaError.MEDIA_ERR_DECODE;
    case 'manifest':
    case 'drm':
    case 'support':
    case 'config':
      return MediaError.MEDIA_ERR_SRC_NOT_SUPPORTED;
    default:
      return category satisfies never;
  }
}
