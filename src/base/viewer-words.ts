import type { ErrorCode } from './error-codes.ts';

const TRY_LATER = 'Try again in a moment.';
const TELL_OWNER = 'If this keeps happening, contact the owner of this site.';
const SKIPPED = 'A short part of the video is missing and was skipped.';

/** What viewers see for each error: what happened, the likely reason, what to do. Loaded while the first manifest is being fetched. */
export const VIEWER_WORDS: { readonly [Code in ErrorCode]: string } = {
  'option-invalid': `The player on this page is not set up correctly. ${TELL_OWNER}`,
  'source-invalid': `The address of this video is not valid. ${TELL_OWNER}`,
  'network-failed': 'The video could not be reached. Check your internet connection, then try again.',
  'network-timeout':
    'The connection to the video is too slow or was interrupted. Check your internet connection, then try again.',
  'network-status': `The server cannot deliver this video at the moment. ${TRY_LATER} ${TELL_OWNER}`,
  'network-unauthorized':
    'You do not have access to this video, or no longer. Reload the page or sign in again.',
  'network-truncated': `The connection to the video was interrupted. ${TRY_LATER}`,
  'network-too-large': `The server sent something other than this video. ${TELL_OWNER}`,
  'manifest-empty': `The server sent an empty description of the video. ${TRY_LATER} ${TELL_OWNER}`,
  'manifest-foreign': `There is no video at this address that this player can play. ${TELL_OWNER}`,
  'manifest-truncated': `The description of the video arrived incomplete. ${TRY_LATER}`,
  'manifest-malformed': `The description of the video is damaged. ${TELL_OWNER}`,
  'manifest-too-large': `The description of the video is too large. ${TELL_OWNER}`,
  'manifest-without-media': `There is nothing to play at this address. ${TELL_OWNER}`,
  'manifest-part-left-out': 'A part of this video cannot be played and was left out.',
  'manifest-mended': 'A small error in the description of the video was corrected.',
  'live-not-begun': 'The live event has not started yet. It will play as soon as it starts.',
  'fragment-malformed': `A part of the video arrived damaged. ${TRY_LATER}`,
  'fragment-encrypted': `This video is protected and cannot be played here. ${TELL_OWNER}`,
  'fragment-skipped': SKIPPED,
  'fragment-lowered': 'A part of the video was missing in the best quality and is shown in a lower one.',
  'text-unavailable': 'The subtitles cannot be shown.',
  'pictures-unavailable': 'There is no picture of this position.',
  'fragments-unavailable': `The rest of the video cannot be reached. Check your internet connection, then try again. ${TELL_OWNER}`,
  'codec-private-data-invalid': `This video is not described correctly and cannot be decoded. ${TELL_OWNER}`,
  'media-decode': `The browser could not decode this video. ${TRY_LATER} If it keeps happening, try another browser.`,
  'media-append': `The browser could not accept this video. ${TRY_LATER} If it keeps happening, try another browser.`,
  'media-quota': 'This device has too little memory for this video. Close other tabs, then try again.',
  'media-stuck': `Playback got stuck. ${TRY_LATER} If it keeps happening, reload the page.`,
  'media-gap': SKIPPED,
  'behind-live-window': SKIPPED,
  'media-taken': 'Something else on this page is using this video player.',
  internal: `The player had an internal error. ${TRY_LATER} ${TELL_OWNER}`,
  'mse-unsupported':
    'This browser cannot play this kind of video. Try a current Chrome, Edge, Firefox or Safari.',
  'codec-unsupported': 'This browser cannot decode this video. Another browser or device may be able to.',
  'drm-scheme-unsupported': 'This video is protected in a way that browsers cannot play.',
  'drm-no-server': `This video is protected, and the page does not provide a way to unlock it. ${TELL_OWNER}`,
  'drm-no-key-system':
    'This browser cannot unlock this protected video. Try another browser or device, or allow protected content in its settings.',
  'drm-system-failed': `The protection of this video failed on this device. ${TRY_LATER} If it keeps happening, restart the browser.`,
  'drm-licence-failed': `The licence for this video could not be fetched. ${TRY_LATER} ${TELL_OWNER}`,
  'drm-licence-timeout': `The licence for this video did not arrive in time. ${TRY_LATER}`,
  'drm-licence-refused':
    'You do not have the right to watch this video. Sign in again, or check your subscription.',
  'drm-licence-invalid': `The licence for this video is not valid. ${TRY_LATER} ${TELL_OWNER}`,
  'drm-key-missing': `The licence for this video does not unlock all of it. ${TELL_OWNER}`,
  'drm-key-wrong': `The key for this video is not the right one. ${TELL_OWNER}`,
  'drm-output-restricted':
    'This video may not be shown on this screen. Disconnect other displays, close recording programs, then try again.',
  'drm-header-malformed': `The protection of this video is not described correctly. ${TELL_OWNER}`,
  'storage-unavailable':
    'Videos cannot be stored in this browser window. Try a window that is not private, or another browser.',
  'storage-full':
    'There is not enough free space for this video. Remove other videos, then resume the download.',
  'download-refused': 'This video can only be watched with a connection to the internet.',
};
