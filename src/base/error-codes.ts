/** What each failure carries, by code. The key is the code; the comment documents it. */
export interface ErrorDetails {
  /** An option has a value it can't take. */
  'option-invalid': { readonly option: string; readonly problem: string };
  /** What was given to `load` is no http(s) URL. */
  'source-invalid': { readonly url: string; readonly problem: string };

  /** No answer at all: DNS, connection, TLS, CORS, or the device is offline. */
  'network-failed': { readonly url: string };
  /** The server was too slow: `firstByte` to answer, `progress` in the body, `whole` for all of it, `buffer` for what was left to play. */
  'network-timeout': {
    readonly url: string;
    readonly phase: 'firstByte' | 'progress' | 'whole' | 'buffer';
    readonly afterMs: number;
  };
  /** The server answered, but not with the resource. `retryAfterMs`: how long it wants to be left alone. */
  'network-status': { readonly url: string; readonly status: number; readonly retryAfterMs?: number };
  /** The server says that this viewer may not: 401 or 403. */
  'network-unauthorized': { readonly url: string; readonly status: number };
  /** The body ended before its announced length. */
  'network-truncated': { readonly url: string; readonly received: number; readonly expected: number };
  /** The body is larger than anything that could be meant. */
  'network-too-large': { readonly url: string; readonly limit: number };

  /** Nothing was in the answer. */
  'manifest-empty': { readonly url?: string };
  /** Something else came instead. `found` names it for people, `kind` for programs. */
  'manifest-foreign': { readonly found: string; readonly kind: ForeignKind };
  /** The text breaks off before the root element's end tag. */
  'manifest-truncated': { readonly line: number };
  /** The manifest is not XML, or lacks something that it must have. `path` names the place. */
  'manifest-malformed': { readonly path: string; readonly problem: string; readonly line?: number };
  /** More bytes, elements, streams, levels or chunks than any real manifest has. */
  'manifest-too-large': { readonly what: ManifestLimit; readonly limit: number };
  /** No stream of the manifest can be played at all. */
  'manifest-without-media': { readonly reasons: readonly string[] };
  /** A stream, level or chunk was left out; the rest plays. */
  'manifest-part-left-out': { readonly path: string; readonly problem: string };
  /** Something in the manifest contradicts itself and was mended. `isUnread`: what was written there could not be read at all. */
  'manifest-mended': { readonly path: string; readonly problem: string; readonly isUnread?: true };

  /** A live title lists no fragment yet; it is waited for. */
  'live-not-begun': Record<string, never>;

  /** The bytes are no Smooth fragment, or its boxes contradict each other. */
  'fragment-malformed': {
    readonly box: string;
    readonly offset: number;
    readonly problem: string;
    readonly url?: string;
  };
  /** The fragment is encrypted, and was read without a way to read encryption. */
  'fragment-encrypted': Record<string, never>;
  /** A fragment was unavailable in every way; playback goes on after it. */
  'fragment-skipped': {
    readonly stream: string;
    readonly start: string;
    readonly from: number;
    readonly to: number;
  };
  /** A fragment was unavailable at this quality; another was requested. */
  'fragment-lowered': { readonly stream: string; readonly start: string; readonly bitrate: number };
  /** Fragments have been unavailable for too long, and the buffer has run dry. `attempts`: requests for the first of them. */
  'fragments-unavailable': { readonly stream: string; readonly start: string; readonly attempts: number };
  /** Subtitles, captions or events are unavailable or unreadable; sound and picture go on. */
  'text-unavailable': { readonly stream: string; readonly problem: string };
  /** There is no still picture of a place in the title, or none that a page may read. */
  'pictures-unavailable': { readonly problem: string };
  /** `CodecPrivateData` holds no usable configuration. */
  'codec-private-data-invalid': { readonly fourCC: string; readonly problem: string };
  /** The browser's decoder gave up. */
  'media-decode': { readonly problem: string };
  /** The browser refused media that it said it could take. */
  'media-append': { readonly stream: string; readonly problem: string };
  /** The browser says that its buffer is full, and making room did not help. */
  'media-quota': { readonly stream: string };
  /** The clock stands still although there is media to play. */
  'media-stuck': { readonly at: number };
  /** A hole in the media was jumped over. */
  'media-gap': { readonly from: number; readonly to: number };
  /** A live title's window has slid past the viewer, who was moved on. */
  'behind-live-window': { readonly from: number; readonly to: number };
  /** Something else took the media element over. */
  'media-taken': { readonly problem: string };

  /** A fault of the library's own. */
  internal: { readonly problem: string };

  /** The browser has no Media Source Extensions. */
  'mse-unsupported': Record<string, never>;
  /** The title has nothing in a codec that this browser can play. */
  'codec-unsupported': { readonly stream: string; readonly codecs: readonly string[] };

  /** The title is protected, and nobody said where its keys are. */
  'drm-no-server': Record<string, never>;
  /** The browser has none of the key systems that there are licences for, or not as secure as was asked. */
  'drm-no-key-system': { readonly systems: readonly string[] };
  /** The key system refused a step, or never answered. */
  'drm-system-failed': { readonly keySystem: string; readonly step: string; readonly problem: string };
  /** The licence server did not answer, or answered with an error. */
  'drm-licence-failed': { readonly url: string; readonly status: number | undefined };
  /** The licence server did not answer in time. */
  'drm-licence-timeout': { readonly url: string; readonly afterMs: number };
  /** The licence server says that this viewer may not. */
  'drm-licence-refused': { readonly url: string; readonly status: number };
  /** What the server sent is no licence. */
  'drm-licence-invalid': { readonly keySystem: string; readonly problem: string };
  /** Licences came, but not the key that is needed; `status` as the key system tells it. */
  'drm-key-missing': { readonly keyId: string; readonly status: string | undefined };
  /** A key does not decrypt what it should. */
  'drm-key-wrong': { readonly keyIds: readonly string[] };
  /** The screen or its connection is not secure enough for any quality. */
  'drm-output-restricted': { readonly keyId: string };
  /** Samples are encrypted in a way that no browser decrypts. */
  'drm-scheme-unsupported': { readonly scheme: string };
  /** A header of the manifest's `Protection` can't be read; it goes to the browser as it is. */
  'drm-header-malformed': { readonly problem: string };

  /** There is no storage for downloads: no origin-private file system here, or the browser denies it. */
  'storage-unavailable': { readonly problem: string };
  /** The browser has no room left for this site. In bytes, as far as they are known: what is still to be stored, and what is free. */
  'storage-full': { readonly needed: number | undefined; readonly available: number | undefined };
  /** The title can't be kept for playback without a network. */
  'download-refused': { readonly reason: 'live' | 'protected' | 'nothing-chosen'; readonly problem: string };
}

/** What a manifest has a limited number of; `attributes` and `custom-attributes` are those of one element. */
export type ManifestLimit =
  | 'bytes'
  | 'depth'
  | 'attributes'
  | 'tag'
  | 'custom-attributes'
  | 'streams'
  | 'levels'
  | 'chunks'
  | 'protection-headers'
  | 'clips';

/** What may come in place of a manifest. */
export type ForeignKind =
  | 'web-page'
  | 'hls'
  | 'dash'
  | 'server-manifest'
  | 'composite'
  | 'playready-header'
  | 'xml'
  | 'json'
  | 'mp4'
  | 'compressed'
  | 'binary'
  | 'text';

export type ErrorCode = keyof ErrorDetails;
export type ErrorCategory = 'network' | 'manifest' | 'media' | 'drm' | 'support' | 'config';

/** The nature of one kind of failure, and what is said of it. */
export interface ErrorText<Code extends ErrorCode> {
  readonly category: ErrorCategory;
  /** Whether trying again, with nothing changed, can help. */
  readonly retryable: boolean;
  /** What happened, with figures: for engineers. */
  message(details: ErrorDetails[Code]): string;
}
