import type { ErrorCode } from './error-codes.ts';

const TRY_LATER = 'Try again in a moment.';
const TELL_OWNER = 'If it keeps happening, tell whoever runs this site.';
const SKIPPED = 'A short piece of the video is missing and was skipped.';

/** What viewers are told of each failure: what happened, why likely, what to do. Loaded while the first manifest is on its way. */
export const VIEWER_WORDS: { readonly [Code in ErrorCode]: string } = {
  'option-invalid': `The player on this page is set up wrongly. ${TELL_OWNER}`,
  'source-invalid': `The address of this video is not right. ${TELL_OWNER}`,
  'network-failed': 'The video could not be reached. Check your internet connection, then try again.',
  'network-timeout':
    'The connection to the video is too slow or was interrupted. Check your internet connection, then try again.',
  'network-status': `The server does not hand out this video at the moment. ${TRY_LATER} ${TELL_OWNER}`,
  'network-unauthorized':
    'You may not watch this video, or no longer. If you should be able to, reload the page or sign in again.',
  'network-truncated': `The connection to the video broke off. ${TRY_LATER}`,
  'network-too-large': `The server sent something that is not this video. ${TELL_OWNER}`,
  'manifest-empty': `The server sent an empty description of the video. ${TRY_LATER} ${TELL_OWNER}`,
  'manifest-foreign': `What is at this address is not a video that this player can play. ${TELL_OWNER}`,
  'manifest-truncated': `The description of the video arrived incomplete. ${TRY_LATER}`,
  'manifest-malformed': `The description of the video is damaged. ${TELL_OWNER}`,
  'manifest-too-large': `The description of the video is too large to be right. ${TELL_OWNER}`,
  'manifest-without-media': `There is nothing to play at this address. ${TELL_OWNER}`,
  'manifest-part-left-out': 'A part of this video can not be played and was left out.',
  'manifest-mended': 'A small fault in the description of the video was mended.',
  'live-not-begun': 'The live event has not begun. It plays as soon as it does.',
  'fragment-malformed': `A piece of the video arrived damaged. ${TRY_LATER}`,
  'fragment-encrypted': `This video is protected and can not be played here. ${TELL_OWNER}`,
  'fragment-skipped': SKIPPED,
  'fragment-lowered': 'A piece of the video was missing in the best quality and is shown in a lower one.',
  'text-unavailable': 'The subtitles can not be shown.',
  'pictures-unavailable': 'There is no picture of this place.',
  'fragments-unavailable': `The rest of the video can not be reached. Check your internet connection, then try again. ${TELL_OWNER}`,
  'codec-private-data-invalid': `This video is described wrongly and can not be decoded. ${TELL_OWNER}`,
  'media-decode': `The browser could not decode this video. ${TRY_LATER} If it keeps happening, try another browser.`,
  'media-append': `The browser could not take this video. ${TRY_LATER} If it keeps happening, try another browser.`,
  'media-quota': 'This device has too little memory for this video. Close other tabs, then try again.',
  'media-stuck': `Playback got stuck. ${TRY_LATER} If it keeps happening, reload the page.`,
  'media-gap': SKIPPED,
  'behind-live-window': SKIPPED,
  'media-taken': 'Something else on this page took over the video.',
  internal: `The player ran into a fault of its own. ${TRY_LATER} ${TELL_OWNER}`,
  'mse-unsupported':
    'This browser can not play this kind of video. Try a current Chrome, Edge, Firefox or Safari.',
  'codec-unsupported': 'This browser can not decode this video. Another browser or device may be able to.',
  'drm-scheme-unsupported': 'This video is protected in a way that browsers can not play.',
  'drm-no-server': `This video is protected, and the page does not say how to unlock it. ${TELL_OWNER}`,
  'drm-no-key-system':
    'This browser can not unlock this protected video. Try another browser or device, or allow protected content in its settings.',
  'drm-system-failed': `The protection of this video failed on this device. ${TRY_LATER} If it keeps happening, restart the browser.`,
  'drm-licence-failed': `The licence for this video could not be fetched. ${TRY_LATER} ${TELL_OWNER}`,
  'drm-licence-timeout': `The licence for this video did not come in time. ${TRY_LATER}`,
  'drm-licence-refused':
    'You do not have the right to watch this video. Sign in again, or check your subscription.',
  'drm-licence-invalid': `The licence for this video is damaged. ${TRY_LATER} ${TELL_OWNER}`,
  'drm-key-missing': `The licence for this video does not unlock all of it. ${TELL_OWNER}`,
  'drm-key-wrong': `The key of this video is not the right one. ${TELL_OWNER}`,
  'drm-output-restricted':
    'This video may not be shown on this screen. Disconnect other displays or recording programs, then try again.',
  'drm-header-malformed': `The protection of this video is described wrongly. ${TELL_OWNER}`,
  'storage-unavailable':
    'Videos can not be stored in this browser window. Try a window that is not private, or another browser.',
  'storage-full':
    'There is not enough free space for this video. Remove other videos, then resume the download.',
  'download-refused': 'This video can only be watched with a connection to the internet.',
};
