import type { ErrorCode, ErrorText, ManifestLimit } from './error-codes.ts';
import type { DrmErrorCode } from './lock-error-texts.ts';
import type { OfflineErrorCode } from './offline-error-texts.ts';
import { redactUrl } from './redact.ts';

/** A part that is not played. */
const GAP: ErrorText<'media-gap'> & ErrorText<'behind-live-window'> = {
  category: 'media',
  retryable: false,
  message: ({ from, to }) => `jumped over a hole from ${from.toFixed(3)} to ${to.toFixed(3)} s`,
};

const LIMITED: Readonly<Record<ManifestLimit, string>> = {
  bytes: 'bytes',
  depth: 'nested elements',
  attributes: 'attributes of one element',
  tag: 'characters of one tag',
  'custom-attributes': 'custom attributes of one element',
  streams: 'streams',
  levels: 'quality levels',
  chunks: 'chunk elements',
  'protection-headers': 'protection headers',
  clips: 'clips',
};

/**
 * The nature of each failure, and what is said of it; of those with keys and licences, see `lock-error-texts.ts`, of those of downloads
 * `offline-error-texts.ts`.
 */
export const ERROR_TEXTS: {
  readonly [Code in Exclude<ErrorCode, DrmErrorCode | OfflineErrorCode>]: ErrorText<Code>;
} = {
  'option-invalid': {
    category: 'config',
    retryable: false,
    message: ({ option, problem }) => `option "${option}" ${problem}`,
  },
  'source-invalid': {
    category: 'config',
    retryable: false,
    message: ({ url, problem }) => `"${redactUrl(url)}" ${problem}`,
  },
  'network-failed': {
    category: 'network',
    retryable: true,
    message: ({ url }) => `no response from ${redactUrl(url)}`,
  },
  'network-timeout': {
    category: 'network',
    retryable: true,
    message: ({ url, phase, afterMs }) =>
      `${{ firstByte: 'no response', progress: 'stalled', whole: 'incomplete', buffer: 'abandoned' }[phase]} after ${Math.round(afterMs)} ms: ${redactUrl(url)}`,
  },
  'network-status': {
    category: 'network',
    retryable: true,
    message: ({ url, status }) => `HTTP ${status} for ${redactUrl(url)}`,
  },
  'network-unauthorized': {
    category: 'network',
    retryable: true,
    message: ({ url, status }) => `HTTP ${status} for ${redactUrl(url)}`,
  },
  'network-truncated': {
    category: 'network',
    retryable: true,
    message: ({ url, received, expected }) => `only ${received} of ${expected} bytes of ${redactUrl(url)}`,
  },
  'network-too-large': {
    category: 'network',
    retryable: false,
    message: ({ url, limit }) => `more than ${limit} bytes from ${redactUrl(url)}`,
  },
  'manifest-empty': {
    category: 'manifest',
    retryable: true,
    message: ({ url }) => `the manifest is empty${url === undefined ? '' : `: ${redactUrl(url)}`}`,
  },
  'manifest-foreign': {
    category: 'manifest',
    retryable: false,
    message: ({ found }) => `not a Smooth Streaming manifest but ${found}`,
  },
  'manifest-truncated': {
    category: 'manifest',
    retryable: true,
    message: ({ line }) => `the manifest is truncated in line ${line}`,
  },
  'manifest-malformed': {
    category: 'manifest',
    retryable: false,
    message: ({ path, problem, line }) => `${path}: ${problem}${line === undefined ? '' : ` (line ${line})`}`,
  },
  'manifest-too-large': {
    category: 'manifest',
    retryable: false,
    message: ({ what, limit }) => `the manifest has more than ${limit} ${LIMITED[what]}`,
  },
  'manifest-without-media': {
    category: 'manifest',
    retryable: false,
    message: ({ reasons }) =>
      `nothing in the manifest can be played${reasons.length > 0 ? `: ${reasons.join('; ')}` : ''}`,
  },
  'manifest-part-left-out': {
    category: 'manifest',
    retryable: false,
    message: ({ path, problem }) => `${path} was ignored: ${problem}`,
  },
  'manifest-mended': {
    category: 'manifest',
    retryable: false,
    message: ({ path, problem }) => `${path}: ${problem}`,
  },
  'live-not-begun': {
    category: 'manifest',
    retryable: true,
    message: () => 'no fragment is listed yet',
  },
  'fragment-malformed': {
    category: 'media',
    retryable: true,
    message: ({ box, offset, problem, url }) =>
      `${box} at byte ${offset}: ${problem}${url === undefined ? '' : ` in ${redactUrl(url)}`}`,
  },
  'fragment-encrypted': {
    category: 'media',
    retryable: false,
    message: () => 'the fragment is encrypted, and no readEncryption was given',
  },
  'fragment-skipped': {
    category: 'media',
    retryable: false,
    message: ({ stream, start, from, to }) =>
      `${stream} fragment ${start} is unavailable; skipped ${from.toFixed(2)} to ${to.toFixed(2)} s`,
  },
  'fragment-lowered': {
    category: 'media',
    retryable: false,
    message: ({ stream, start, bitrate }) =>
      `${stream} fragment ${start} is unavailable at ${bitrate} bit/s; trying another quality`,
  },
  'fragments-unavailable': {
    category: 'network',
    retryable: true,
    message: ({ stream, start, attempts }) =>
      `the ${stream} fragments from ${start} on are unavailable, after ${attempts} failed attempts at the first`,
  },
  'text-unavailable': {
    category: 'media',
    retryable: true,
    message: ({ stream, problem }) => `text "${stream}": ${problem}`,
  },
  'pictures-unavailable': {
    category: 'media',
    retryable: true,
    message: ({ problem }) => `no picture: ${problem}`,
  },
  'codec-private-data-invalid': {
    category: 'media',
    retryable: false,
    message: ({ fourCC, problem }) => `CodecPrivateData of ${fourCC || 'a level without FourCC'}: ${problem}`,
  },
  'media-decode': {
    category: 'media',
    retryable: true,
    message: ({ problem }) => `the browser could not decode the media: ${problem}`,
  },
  'media-append': {
    category: 'media',
    retryable: true,
    message: ({ stream, problem }) => `the browser rejected ${stream} media: ${problem}`,
  },
  'media-quota': {
    category: 'media',
    retryable: true,
    message: ({ stream }) => `the browser has no room for a ${stream} fragment`,
  },
  'media-stuck': {
    category: 'media',
    retryable: true,
    message: ({ at }) => `playback is stuck at ${at.toFixed(3)} s`,
  },
  'media-gap': GAP,
  'behind-live-window': GAP,
  'media-taken': {
    category: 'media',
    retryable: true,
    message: ({ problem }) => problem,
  },
  internal: {
    category: 'media',
    retryable: true,
    message: ({ problem }) => `internal error: ${problem}`,
  },
  'mse-unsupported': {
    category: 'support',
    retryable: false,
    message: () => 'no Media Source Extensions with H.264',
  },
  'codec-unsupported': {
    category: 'support',
    retryable: false,
    message: ({ stream, codecs }) => `unsupported ${stream} codecs: ${codecs.join(', ')}`,
  },
  'drm-scheme-unsupported': {
    category: 'drm',
    retryable: false,
    message: ({ scheme }) => `samples are encrypted with ${scheme}, which no browser decrypts`,
  },
};
