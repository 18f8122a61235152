import type { ErrorCode } from './error-codes.ts';

/** For each failure, what an engineer looks at first. Loaded while the first manifest is on its way. */
export const ERROR_HINTS: { readonly [Code in ErrorCode]: string } = {
  'option-invalid': 'See SmoothOptions in the documentation for names and ranges.',
  'source-invalid': 'Give the URL of the client manifest: https://host/title.ism/Manifest.',
  'network-failed':
    'Offline, a wrong host, TLS, or CORS: the server must send Access-Control-Allow-Origin. `npx smooth-player inspect <url>` says which.',
  'network-timeout': 'The server or the network is stalling; compare with curl.',
  'network-status': '404: wrong URL or the title was removed. 5xx: the origin or its cache is in trouble.',
  'network-unauthorized':
    'A token or cookie is missing or has expired: see the options network.request and network.refused, and credentials.',
  'network-truncated': 'A proxy or cache cuts bodies short.',
  'network-too-large': 'No manifest or fragment is that large.',
  'manifest-empty': 'The origin answered with no body: look at its .ismc file.',
  'manifest-foreign': 'A web page is usually a login or an error page.',
  'manifest-truncated': 'The file is cut on disk, or a proxy cuts the body.',
  'manifest-malformed': 'The packager or a rewriting proxy wrote it so.',
  'manifest-too-large': 'No real manifest comes near it.',
  'manifest-without-media': 'No stream with a level and a chunk is left; the reasons tell of each.',
  'manifest-part-left-out': 'The rest plays.',
  'manifest-mended': '`npx smooth-player inspect <url>` lists all that the packager should be told.',
  'fragment-malformed':
    '`npx smooth-player inspect <manifest> --boxes` shows what came; it may be an error page with status 200.',
  'live-not-begun': 'The encoder has not been started, or does not reach the origin.',
  'fragment-encrypted': 'Give FragmentTransmuxer a readEncryption for protected titles.',
  'fragment-skipped': 'The warnings before this one tell what each attempt ran into.',
  'fragment-lowered': 'The cause tells what the last attempt ran into.',
  'text-unavailable':
    'Request a fragment of the stream by hand, and look at it with `npx smooth-player inspect`.',
  'pictures-unavailable':
    'Pages can read single pictures of titles that are not protected, on https pages of browsers with WebCodecs.',
  'fragments-unavailable': 'The chain of causes tells what each attempt ran into.',
  'codec-private-data-invalid': 'H.264 wants SPS and PPS, AAC an AudioSpecificConfig.',
  'media-decode': 'chrome://media-internals tells why.',
  'media-append': 'Usually a codec string that does not match the bytes.',
  'media-quota': 'Lower maxBitrate or buffer.ahead on such devices.',
  'media-stuck': 'A decoder or an output device hangs.',
  'media-taken': 'Another script set src, or the browser closed the media source.',
  internal: 'Please report it, with the cause and its stack.',
  'mse-unsupported': 'SmoothPlayer.isSupported() tells beforehand.',
  'codec-unsupported': 'VC-1 and WMA play in no browser: encode the title as H.264 and AAC.',
  'drm-scheme-unsupported':
    'Only AES-CTR (PIFF algorithm 1, cenc) can be decrypted: encrypt the title again.',
  'media-gap': 'A gap, a skipped fragment, or a live window that has slid on.',
  'behind-live-window': 'A gap, a skipped fragment, or a live window that has slid on.',
  'drm-no-server':
    'Give drm.servers or drm.clearKeys; drm.trustManifestUrl lets the LA_URL of the manifest be used.',
  'drm-no-key-system':
    'Encrypted Media Extensions need https or localhost; drm.robustness may ask for more than the device has.',
  'drm-system-failed': 'The content decryption module is out of date, was just updated, or crashed.',
  'drm-licence-failed': 'Without status: CORS, DNS or TLS of the licence server; with it: see its log.',
  'drm-licence-timeout': 'The licence server is overloaded or can not be reached from here.',
  'drm-licence-refused':
    'A token or cookie is missing or has expired: drm.headers, drm.request, network.credentials.',
  'drm-licence-invalid':
    'The server sent something else with status 200, or wraps its licences: unwrap them in drm.response.',
  'drm-key-missing': 'Compare the KID of the manifest and the fragments with what the licence holds.',
  'drm-key-wrong':
    'The checksum of the PlayReady header or the decoder says so: the title was encrypted with another key.',
  'drm-output-restricted': 'HDCP is missing, or the licence asks for more than the display has.',
  'drm-header-malformed':
    'Decode the base64 of ProtectionHeader: 10 bytes of lengths, then WRMHEADER XML in UTF-16.',
  'storage-unavailable':
    'The origin-private file system needs https or localhost, and a window that is not private; Safari has createWritable since version 26.',
  'storage-full': 'navigator.storage.estimate() tells the quota; Download.remove() frees space.',
  'download-refused':
    'Live titles have no end to download; licences can not be kept, so that protected titles need drm.clearKeys.',
};
