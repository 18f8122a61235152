/** The details of each error, by its code. */
export interface ErrorDetails {
  /** An option has an invalid value. */
  'option-invalid': { readonly option: string; readonly problem: string };
  /** The source given to `load` is not an http(s) URL. */
  'source-invalid': { readonly url: string; readonly problem: string };

  /** No response: DNS, connection, TLS or CORS failed, or the device is offline. */
  'network-failed': { readonly url: string };
  /**
   * The server was too slow: `firstByte` to respond, `progress` in the body, `whole` for the complete response,
   * `buffer` for the media left to play. `afterMs` is in milliseconds.
   */
  'network-timeout': {
    readonly url: string;
    readonly phase: 'firstByte' | 'progress' | 'whole' | 'buffer';
    readonly afterMs: number;
  };
  /** The server responded with an error status. `retryAfterMs`: the delay that its `Retry-After` header asks for. */
  'network-status': { readonly url: string; readonly status: number; readonly retryAfterMs?: number };
  /** The server denied access: 401 or 403. */
  'network-unauthorized': { readonly url: string; readonly status: number };
  /** The body ended before its announced length. `received` and `expected` are in bytes. */
  'network-truncated': { readonly url: string; readonly received: number; readonly expected: number };
  /** The body is larger than any real resource of its kind. `limit` is in bytes. */
  'network-too-large': { readonly url: string; readonly limit: number };

  /** The response was empty. */
  'manifest-empty': { readonly url?: string };
  /** The response is something other than a manifest. `found` describes it for people, `kind` for programs. */
  'manifest-foreign': { readonly found: string; readonly kind: ForeignKind };
  /** The text ends before the root element's end tag. */
  'manifest-truncated': { readonly line: number };
  /** The manifest is not XML, or lacks a required element or attribute. `path` says where. */
  'manifest-malformed': { readonly path: string; readonly problem: string; readonly line?: number };
  /** More bytes, elements, streams, levels or chunks than any real manifest has. */
  'manifest-too-large': { readonly what: ManifestLimit; readonly limit: number };
  /** No stream of the manifest can be played. */
  'manifest-without-media': { readonly reasons: readonly string[] };
  /** A stream, level or chunk was ignored; the rest plays. */
  'manifest-part-left-out': { readonly path: string; readonly problem: string };
  /** Something in the manifest is invalid or contradictory and was repaired. `isUnread`: the value could not be parsed at all. */
  'manifest-mended': { readonly path: string; readonly problem: string; readonly isUnread?: true };

  /** A live title lists no fragment yet; the player waits for the first one. */
  'live-not-begun': Record<string, never>;

  /** The bytes are not a Smooth fragment, or its boxes contradict each other. `offset` is in bytes. */
  'fragment-malformed': {
    readonly box: string;
    readonly offset: number;
    readonly problem: string;
    readonly url?: string;
  };
  /** The fragment is encrypted, and no `readEncryption` was given to read it with. */
  'fragment-encrypted': Record<string, never>;
  /** A fragment was unavailable from every source; playback continues after it. `start` is in ticks, `from` and `to` are in seconds. */
  'fragment-skipped': {
    readonly stream: string;
    readonly start: string;
    readonly from: number;
    readonly to: number;
  };
  /** A fragment was unavailable at this quality; another was requested. `start` is in ticks, `bitrate` in bit/s. */
  'fragment-lowered': { readonly stream: string; readonly start: string; readonly bitrate: number };
  /** Fragments have been unavailable for too long, and the buffer is empty. `attempts`: requests for the first of them. */
  'fragments-unavailable': { readonly stream: string; readonly start: string; readonly attempts: number };
  /** Subtitles, captions or events are unavailable or unreadable; audio and video continue. */
  'text-unavailable': { readonly stream: string; readonly problem: string };
  /** There is no still picture of a position in the title, or none that a page may read. */
  'pictures-unavailable': { readonly problem: string };
  /** `CodecPrivateData` has no usable configuration. */
  'codec-private-data-invalid': { readonly fourCC: string; readonly problem: string };
  /** The browser's decoder failed. */
  'media-decode': { readonly problem: string };
  /** The browser rejected media of a type that it claims to support. */
  'media-append': { readonly stream: string; readonly problem: string };
  /** The browser reports that its buffer is full, and removing media did not help. */
  'media-quota': { readonly stream: string };
  /** Playback is stuck although there is media to play. `at` is the position in seconds. */
  'media-stuck': { readonly at: number };
  /** A hole in the media was jumped over. `from` and `to` are in seconds. */
  'media-gap': { readonly from: number; readonly to: number };
  /** The window of a live title has moved past the playback position, and playback resumed inside it. `from` and `to` are in seconds. */
  'behind-live-window': { readonly from: number; readonly to: number };
  /** Another script or the browser took over the media element. */
  'media-taken': { readonly problem: string };

  /** A bug in the library. */
  internal: { readonly problem: string };

  /** The browser has no Media Source Extensions. */
  'mse-unsupported': Record<string, never>;
  /** The title has no codec that this browser can play. */
  'codec-unsupported': { readonly stream: string; readonly codecs: readonly string[] };

  /** The title is protected, and no licence server or key was configured. */
  'drm-no-server': Record<string, never>;
  /** The browser supports none of the configured key systems, or not with the required robustness. */
  'drm-no-key-system': { readonly systems: readonly string[] };
  /** A step of the key system failed or never completed. */
  'drm-system-failed': { readonly keySystem: string; readonly step: string; readonly problem: string };
  /** The licence server did not respond, or responded with an error. */
  'drm-licence-failed': { readonly url: string; readonly status: number | undefined };
  /** The licence server did not respond in time. `afterMs` is in milliseconds. */
  'drm-licence-timeout': { readonly url: string; readonly afterMs: number };
  /** The licence server denied access: 401 or 403. */
  'drm-licence-refused': { readonly url: string; readonly status: number };
  /** The response of the licence server is not a valid licence. */
  'drm-licence-invalid': { readonly keySystem: string; readonly problem: string };
  /** Licences were received, but not the required key. `status` is the key status of the key system. */
  'drm-key-missing': { readonly keyId: string; readonly status: string | undefined };
  /** A key does not decrypt its content. */
  'drm-key-wrong': { readonly keyIds: readonly string[] };
  /** The display or its connection is not secure enough for any quality. */
  'drm-output-restricted': { readonly keyId: string };
  /** Samples are encrypted with a scheme that no browser supports. */
  'drm-scheme-unsupported': { readonly scheme: string };
  /** A header of the manifest's `Protection` can't be parsed; it is passed to the browser unchanged. */
  'drm-header-malformed': { readonly problem: string };

  /** There is no storage for downloads: no origin-private file system here, or the browser denies it. */
  'storage-unavailable': { readonly problem: string };
  /** The browser has no room left for this site. In bytes, as far as they are known: what is still to be stored, and what is free. */
  'storage-full': { readonly needed: number | undefined; readonly available: number | undefined };
  /** The title can't be kept for playback without a network. */
  'download-refused': { readonly reason: 'live' | 'protected' | 'nothing-chosen'; readonly problem: string };
}

/** What is limited in a manifest; `attributes` and `custom-attributes` are counted for one element. */
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

/** What a response may contain in place of a manifest. */
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

/** Category, retryability and message of an error code. */
export interface ErrorText<Code extends ErrorCode> {
  readonly category: ErrorCategory;
  /** Whether trying again without a change can help. */
  readonly retryable: boolean;
  /** What happened, with figures, for engineers. */
  message(details: ErrorDetails[Code]): string;
}
