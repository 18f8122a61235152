/** A request on its way to a licence server, or its answer on the way back. */
export interface LicenceMessage {
  /** As negotiated, such as `com.widevine.alpha`. */
  readonly keySystem: string;
  /** What it is about: `license-request`, `license-renewal`, `individualization-request`, … */
  readonly type: MediaKeyMessageType;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** Sees, and may replace, what goes to a licence server or comes from it. */
export type LicenceHook = (message: LicenceMessage) => LicenceMessage | Promise<LicenceMessage>;

/** How to get at the keys of protected titles. */
export interface DrmOptions {
  /** Licence URLs by key system; `com.microsoft.playready` stands for all of its kind. */
  readonly servers?: Readonly<Partial<Record<string, string>>>;
  /** Sent to `servers` with every request; never elsewhere. */
  readonly headers?: HeadersInit;
  /** Keys by their ids, 32 hexadecimal digits each, ids in the order of Common Encryption: for tests, and ClearKey titles. */
  readonly clearKeys?: Readonly<Record<string, string>>;
  /** Key systems, the most wanted first; default: PlayReady, then Widevine, as far as they have servers. */
  readonly preferred?: readonly string[];
  /** As the key system names it, such as `3000` or `HW_SECURE_ALL`; default: the most secure that is there. */
  readonly robustness?: string;
  /** Certificate of the licence server: bytes, base64, or the http(s) URL it is at. */
  readonly certificate?: BufferSource | string;
  readonly request?: LicenceHook;
  readonly response?: LicenceHook;
  /** Whether the licence URL that a manifest names may be asked, without `headers` and cookies; default false. */
  readonly trustManifestUrl?: boolean;
}
