/** A request to a licence server, or its response. */
export interface LicenceMessage {
  /** As negotiated, such as `com.widevine.alpha`. */
  readonly keySystem: string;
  /** Type of the message: `license-request`, `license-renewal`, `individualization-request`, … */
  readonly type: MediaKeyMessageType;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** Called with each licence request or response; may return another one. */
export type LicenceHook = (message: LicenceMessage) => LicenceMessage | Promise<LicenceMessage>;

/** How to obtain the keys of protected titles. */
export interface DrmOptions {
  /** Licence URLs by key system; `com.microsoft.playready` applies to all PlayReady variants. */
  readonly servers?: Readonly<Partial<Record<string, string>>>;
  /** Sent to `servers` with every request; never elsewhere. */
  readonly headers?: HeadersInit;
  /** Keys by their ids, 32 hexadecimal digits each, ids in the byte order of Common Encryption: for tests, and ClearKey titles. */
  readonly clearKeys?: Readonly<Record<string, string>>;
  /** Key systems in order of preference; default: PlayReady, then Widevine, if they have servers. */
  readonly preferred?: readonly string[];
  /** Robustness in the key system's terms, such as `3000` or `HW_SECURE_ALL`; default: the highest available. */
  readonly robustness?: string;
  /** Certificate of the licence server: bytes, base64, or its http(s) URL. */
  readonly certificate?: BufferSource | string;
  readonly request?: LicenceHook;
  readonly response?: LicenceHook;
  /** Whether the licence URL in a manifest may be used, without `headers` and cookies; default false. */
  readonly trustManifestUrl?: boolean;
}
