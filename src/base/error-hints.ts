import type { ErrorCode } from './error-codes.ts';

/** For each error, what an engineer should check first. Loaded while the first manifest is being fetched. */
export const ERROR_HINTS: { readonly [Code in ErrorCode]: string } = {
  'option-invalid': 'See SmoothOptions in the documentation for names and ranges.',
  'source-invalid': 'Pass the URL of the client manifest: https://host/title.ism/Manifest.',
  'network-failed':
    'The device is offline, the host is wrong, or TLS or CORS fails: the server must send Access-Control-Allow-Origin. `npx smooth-player inspect <url>` shows which.',
  'network-timeout': 'The server or the network is slow or stalled. Try the URL with curl.',
  'network-status':
    '404: the URL is wrong or the title was removed. 5xx: the origin or a cache in front of it fails.',
  'network-unauthorized':
    'A token or cookie is missing or has expired. See the options network.request, network.refused and network.credentials.',
  'network-truncated': 'A proxy or cache truncates responses.',
  'network-too-large': 'No manifest or fragment is that large. Check what the URL returns.',
  'manifest-empty': 'The origin responded without a body. Check its .ismc file.',
  'manifest-foreign': 'Open the URL. A web page is usually a login or an error page.',
  'manifest-truncated': 'The file on the server is incomplete, or a proxy truncates the response.',
  'manifest-malformed': 'Check the packager, or a proxy that rewrites manifests.',
  'manifest-too-large': 'No real manifest is that large. Check what the URL returns.',
  'manifest-without-media':
    'No stream has both a level and a chunk that can be used. The message gives the reason for each stream.',
  'manifest-part-left-out': 'The rest plays. Correct the manifest to get this part back.',
  'manifest-mended': '`npx smooth-player inspect <url>` lists everything to correct in the packager.',
  'fragment-malformed':
    '`npx smooth-player inspect <manifest> --boxes` shows the response. It may be an error page with status 200.',
  'live-not-begun': 'The encoder has not been started, or its push does not reach the origin.',
  'fragment-encrypted': 'Pass readEncryption to FragmentTransmuxer for protected titles.',
  'fragment-skipped': 'The warnings before this one say why each attempt failed.',
  'fragment-lowered': 'The cause says why the last attempt failed.',
  'text-unavailable': 'Request a fragment of the stream, and examine it with `npx smooth-player inspect`.',
  'pictures-unavailable':
    'Pages can read pictures only from titles that are not protected, on https pages in browsers with WebCodecs.',
  'fragments-unavailable': 'The chain of causes says why each attempt failed.',
  'codec-private-data-invalid': 'H.264 needs SPS and PPS, AAC needs an AudioSpecificConfig.',
  'media-decode': 'See chrome://media-internals.',
  'media-append': 'Usually the codec string does not match the media.',
  'media-quota': 'Lower heuristics.maxBitrate or buffer.ahead on such devices.',
  'media-stuck': 'A decoder or an output device may hang.',
  'media-taken': 'Another script set src, or the browser closed the media source.',
  internal: 'Please report this bug, with the cause and its stack.',
  'mse-unsupported': 'Call SmoothPlayer.isSupported() beforehand.',
  'codec-unsupported': 'No browser plays VC-1 or WMA: encode the title as H.264 and AAC.',
  'drm-scheme-unsupported':
    'Browsers can decrypt only AES-CTR (PIFF algorithm 1, cenc): encrypt the title again.',
  'media-gap': 'There is a gap in the title, or fragments were skipped.',
  'behind-live-window': 'Playback was paused or stalled for longer than the DVR window.',
  'drm-no-server':
    'Set drm.servers or drm.clearKeys, or drm.trustManifestUrl to use the LA_URL of the manifest.',
  'drm-no-key-system':
    'Encrypted Media Extensions require https or localhost. drm.robustness may require more than the device supports.',
  'drm-system-failed': 'The content decryption module is out of date, was just updated, or crashed.',
  'drm-licence-failed':
    'Without a status: check CORS, DNS and TLS of the licence server. With a status: see its log.',
  'drm-licence-timeout': 'The licence server is overloaded or cannot be reached from here.',
  'drm-licence-refused':
    'A token or cookie is missing or has expired. See drm.headers, drm.request and network.credentials.',
  'drm-licence-invalid':
    'The server sent something else with status 200, or wraps its licences: unwrap them in drm.response.',
  'drm-key-missing':
    'Compare the key ID (KID) of the manifest and the fragments with the keys in the licence.',
  'drm-key-wrong':
    "The checksum in the PlayReady header doesn't match this key, or decryption with it failed: check which key the title was encrypted with.",
  'drm-output-restricted': 'HDCP is not available, or the licence requires more than the display supports.',
  'drm-header-malformed':
    'Decode the base64 of ProtectionHeader: 10 bytes of lengths, then WRMHEADER XML in UTF-16.',
  'storage-unavailable':
    'Requires https or localhost and a non-private window; in Safari, version 26 or later.',
  'storage-full': 'navigator.storage.estimate() returns the quota; Download.remove() frees space.',
  'download-refused':
    'Live titles have no end. Licences cannot be stored, so protected titles need drm.clearKeys.',
};
