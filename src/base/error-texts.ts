import type { ErrorCode, ErrorText } from './error-codes.ts';
import type { LockErrorCode } from './lock-error-texts.ts';
import { redact } from './redact.ts';

const TRY_LATER = 'Try again in a moment.';
const TELL_OWNER = 'If it keeps happening, tell whoever runs this site.';

/** A part is not played, be it missing or gone. */
const GAP: ErrorText<'media-gap'> & ErrorText<'behind-live-window'> = {
  category: 'media',
  retryable: false,
  message: ({ from, to }) => `jumped over a hole from ${from.toFixed(3)} to ${to.toFixed(3)} s`,
  userMessage: 'A short piece of the video is missing and was skipped.',
};

/** What is said of each failure, to engineers and to viewers; of those with keys and licences, see `lock-error-texts.ts`. */
export const ERROR_TEXTS: { readonly [Code in Exclude<ErrorCode, LockErrorCode>]: ErrorText<Code> } = {
  'option-invalid': {
    category: 'config',
    retryable: false,
    message: ({ option, problem }) => `option "${option}" ${problem}`,
    userMessage: `The player on this page is set up wrongly. ${TELL_OWNER}`,
  },
  'source-invalid': {
    category: 'config',
    retryable: false,
    message: ({ url, problem }) => `"${redact(url)}" ${problem}`,
    userMessage: `The address of this video is not right. ${TELL_OWNER}`,
  },
  'network-failed': {
    category: 'network',
    retryable: true,
    message: ({ url }) => `no answer from ${redact(url)}`,
    userMessage: 'The video could not be reached. Check your internet connection, then try again.',
  },
  'network-timeout': {
    category: 'network',
    retryable: true,
    message: ({ url, phase, afterMs }) =>
      `${{ firstByte: 'no answer', progress: 'the body stood still', whole: 'not complete', buffer: 'given up for a lower quality' }[phase]} after ${Math.round(afterMs)} ms: ${redact(url)}`,
    userMessage:
      'The connection to the video is too slow or was interrupted. Check your internet connection, then try again.',
  },
  'network-status': {
    category: 'network',
    retryable: true,
    message: ({ url, status }) => `HTTP ${status} for ${redact(url)}`,
    userMessage: `The server does not hand out this video at the moment. ${TRY_LATER} ${TELL_OWNER}`,
  },
  'network-refused': {
    category: 'network',
    retryable: true,
    message: ({ url, status }) => `HTTP ${status} for ${redact(url)}`,
    userMessage:
      'You may not watch this video, or no longer. If you should be able to, reload the page or sign in again.',
  },
  'network-truncated': {
    category: 'network',
    retryable: true,
    message: ({ url, received, expected }) => `only ${received} of ${expected} bytes of ${redact(url)}`,
    userMessage: `The connection to the video broke off. ${TRY_LATER}`,
  },
  'network-too-large': {
    category: 'network',
    retryable: false,
    message: ({ url, limit }) => `more than ${limit} bytes from ${redact(url)}`,
    userMessage: `The server sent something that is not this video. ${TELL_OWNER}`,
  },
  'manifest-empty': {
    category: 'manifest',
    retryable: true,
    message: ({ url }) => `the manifest is empty${url === undefined ? '' : `: ${redact(url)}`}`,
    userMessage: `The server sent an empty description of the video. ${TRY_LATER} ${TELL_OWNER}`,
  },
  'manifest-foreign': {
    category: 'manifest',
    retryable: false,
    message: ({ found }) => `not a Smooth Streaming manifest but ${found}`,
    userMessage: `What is at this address is not a video that this player can play. ${TELL_OWNER}`,
  },
  'manifest-truncated': {
    category: 'manifest',
    retryable: true,
    message: ({ line }) => `the manifest breaks off in line ${line}, before its root end tag`,
    userMessage: `The description of the video arrived incomplete. ${TRY_LATER}`,
  },
  'manifest-malformed': {
    category: 'manifest',
    retryable: false,
    message: ({ path, problem, line }) => `${path}: ${problem}${line === undefined ? '' : ` (line ${line})`}`,
    userMessage: `The description of the video is damaged. ${TELL_OWNER}`,
  },
  'manifest-too-large': {
    category: 'manifest',
    retryable: false,
    message: ({ what, limit }) => `the manifest has more than ${limit} ${what}`,
    userMessage: `The description of the video is too large to be right. ${TELL_OWNER}`,
  },
  'manifest-without-media': {
    category: 'manifest',
    retryable: false,
    message: ({ reasons }) =>
      `nothing in the manifest can be played${reasons.length > 0 ? `: ${reasons.join('; ')}` : ''}`,
    userMessage: `There is nothing to play at this address. ${TELL_OWNER}`,
  },
  'manifest-part-left-out': {
    category: 'manifest',
    retryable: false,
    message: ({ path, problem }) => `${path} was left out: ${problem}`,
    userMessage: 'A part of this video can not be played and was left out.',
  },
  'manifest-mended': {
    category: 'manifest',
    retryable: false,
    message: ({ path, problem }) => `${path}: ${problem}`,
    userMessage: 'A small fault in the description of the video was mended.',
  },
  'live-not-begun': {
    category: 'manifest',
    retryable: true,
    message: () => 'no fragment is listed yet',
    userMessage: 'The live event has not begun. It plays as soon as it does.',
  },
  'fragment-malformed': {
    category: 'media',
    retryable: true,
    message: ({ box, offset, problem, url }) =>
      `${box} at byte ${offset}: ${problem}${url === undefined ? '' : ` in ${redact(url)}`}`,
    userMessage: `A piece of the video arrived damaged. ${TRY_LATER}`,
  },
  'fragment-skipped': {
    category: 'media',
    retryable: false,
    message: ({ stream, start, from, to }) =>
      `${stream} fragment ${start} could not be had; ${from.toFixed(2)} to ${to.toFixed(2)} s are skipped`,
    userMessage: 'A short piece of the video is missing and was skipped.',
  },
  'fragment-lowered': {
    category: 'media',
    retryable: false,
    message: ({ stream, start, bitrate }) =>
      `${stream} fragment ${start} could not be had at ${bitrate} bit/s; trying a lower quality`,
    userMessage: 'A piece of the video was missing in the best quality and is shown in a lower one.',
  },
  'fragments-unavailable': {
    category: 'network',
    retryable: true,
    message: ({ stream, start, count }) =>
      `${count} ${stream} fragments in a row, from ${start} on, could not be had`,
    userMessage: `The rest of the video can not be reached. Check your internet connection, then try again. ${TELL_OWNER}`,
  },
  'codec-private-data-invalid': {
    category: 'media',
    retryable: false,
    message: ({ fourCC, problem }) => `CodecPrivateData of ${fourCC || 'a level without FourCC'}: ${problem}`,
    userMessage: `This video is described wrongly and can not be decoded. ${TELL_OWNER}`,
  },
  'media-decode': {
    category: 'media',
    retryable: true,
    message: ({ problem }) => `the browser could not decode the media: ${problem}`,
    userMessage: `The browser could not decode this video. ${TRY_LATER} If it keeps happening, try another browser.`,
  },
  'media-append': {
    category: 'media',
    retryable: true,
    message: ({ stream, problem }) => `the browser refused ${stream} media: ${problem}`,
    userMessage: `The browser could not take this video. ${TRY_LATER} If it keeps happening, try another browser.`,
  },
  'media-quota': {
    category: 'media',
    retryable: true,
    message: ({ stream }) => `no room for a single ${stream} fragment in the browser's buffer`,
    userMessage: 'This device has too little memory for this video. Close other tabs, then try again.',
  },
  'media-stuck': {
    category: 'media',
    retryable: true,
    message: ({ at }) => `the clock stands still at ${at.toFixed(3)} s although there is media to play`,
    userMessage: `Playback got stuck. ${TRY_LATER} If it keeps happening, reload the page.`,
  },
  'media-gap': GAP,
  'behind-live-window': GAP,
  'media-taken': {
    category: 'media',
    retryable: true,
    message: ({ problem }) => problem,
    userMessage: 'Something else on this page took over the video.',
  },
  internal: {
    category: 'media',
    retryable: true,
    message: ({ problem }) => `a fault of the player's own: ${problem}`,
    userMessage: `The player ran into a fault of its own. ${TRY_LATER} ${TELL_OWNER}`,
  },
  'mse-unsupported': {
    category: 'support',
    retryable: false,
    message: () => 'this browser has no media source for H.264 in MP4',
    userMessage:
      'This browser can not play this kind of video. Try a current Chrome, Edge, Firefox or Safari.',
  },
  'codec-unsupported': {
    category: 'support',
    retryable: false,
    message: ({ stream, codecs }) =>
      `this browser decodes none of the ${stream} stream's codecs: ${codecs.join(', ')}`,
    userMessage: 'This browser can not decode this video. Another browser or device may be able to.',
  },
  'drm-scheme-unsupported': {
    category: 'drm',
    retryable: false,
    message: ({ scheme }) => `samples are encrypted with ${scheme}, which no browser decrypts`,
    userMessage: 'This video is protected in a way that browsers can not play.',
  },
};
