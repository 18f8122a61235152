import { vi } from 'vitest';

/** What a content decryption module is to do. */
export interface FakeCdmOptions {
  /** Key systems that it has, and the robustness each reaches. */
  readonly systems: Readonly<Record<string, readonly string[]>>;
  /** Never settles. */
  readonly hangs?: 'requestMediaKeySystemAccess' | 'createMediaKeys' | 'setMediaKeys' | 'generateRequest';
  readonly refusesCertificate?: boolean;
  /** How many sessions may be open at the same time. */
  readonly mostSessions?: number;
  /** How long an element needs to take keys, or to give them back; by default it does so at once. */
  readonly setsWithinMs?: number;
  /** What a new session says. */
  readonly message?: Uint8Array<ArrayBuffer>;
}

type Status = 'usable' | 'expired' | 'output-restricted' | 'output-downscaled' | 'internal-error';

/** Decodes nothing; keeps what it was told, and says what it is told to say. */
export class FakeSession extends EventTarget {
  readonly initData: { type: string; data: Uint8Array }[] = [];
  readonly updates: string[] = [];
  readonly keyStatuses = new Map<ArrayBuffer, Status>();
  readonly closed: Promise<string>;
  isClosed = false;
  #close: (reason: string) => void = () => {};
  readonly #cdm: FakeCdmOptions;

  constructor(cdm: FakeCdmOptions) {
    super();
    this.#cdm = cdm;
    this.closed = new Promise((resolve) => {
      this.#close = resolve;
    });
  }

  async generateRequest(type: string, data: Uint8Array): Promise<void> {
    this.initData.push({ type, data });
    if (this.#cdm.hangs === 'generateRequest') await new Promise(() => {});
    this.say('license-request', this.#cdm.message);
  }

  say(messageType: string, message: Uint8Array = new TextEncoder().encode('challenge')): void {
    const { buffer } = Uint8Array.from(message);
    this.dispatchEvent(Object.assign(new Event('message'), { messageType, message: buffer }));
  }

  /** A licence is the JSON of key ids and their statuses. */
  async update(licence: Uint8Array): Promise<void> {
    const text = new TextDecoder().decode(licence);
    this.updates.push(text);
    this.show(JSON.parse(text));
  }

  show(statuses: Readonly<Record<string, Status>>): void {
    this.keyStatuses.clear();
    for (const [id, status] of Object.entries(statuses)) {
      this.keyStatuses.set(Uint8Array.from(Buffer.from(id, 'hex')).buffer, status);
    }
    this.dispatchEvent(new Event('keystatuseschange'));
  }

  async close(): Promise<void> {
    this.end('closed-by-application');
  }

  end(reason: string): void {
    this.isClosed = true;
    this.#close(reason);
  }
}

/** Stands in for the browser's Encrypted Media Extensions until the test's globals are put back. */
export class FakeCdm {
  readonly sessions: FakeSession[] = [];
  readonly certificates: Uint8Array[] = [];
  readonly asked: { keySystem: string; configurations: MediaKeySystemConfiguration[] }[] = [];
  granted: MediaKeySystemConfiguration | undefined;
  mediaKeys: unknown;
  readonly #options: FakeCdmOptions;

  constructor(options: FakeCdmOptions) {
    this.#options = options;
    vi.stubGlobal('navigator', {
      requestMediaKeySystemAccess: (keySystem: string, configurations: MediaKeySystemConfiguration[]) =>
        this.#request(keySystem, configurations),
    });
  }

  /** An element, as far as keys concern it. */
  get media(): HTMLMediaElement {
    let isSetting = false;
    const setMediaKeys = async (keys: unknown) => {
      if (isSetting) throw new DOMException('Another call is in progress', 'InvalidStateError');
      isSetting = true;
      if (keys) await this.#reach('setMediaKeys');
      const { setsWithinMs } = this.#options;
      if (setsWithinMs) await new Promise((resolve) => setTimeout(resolve, setsWithinMs));
      this.mediaKeys = keys;
      isSetting = false;
    };
    return { setMediaKeys } as unknown as HTMLMediaElement;
  }

  async #request(keySystem: string, configurations: MediaKeySystemConfiguration[]) {
    this.asked.push({ keySystem, configurations });
    await this.#reach('requestMediaKeySystemAccess');
    const reached = this.#options.systems[keySystem];
    this.granted = configurations.find(({ videoCapabilities = [] }) =>
      videoCapabilities.some(({ robustness = '' }) => robustness === '' || reached?.includes(robustness)),
    );
    if (!reached || !this.granted) throw new DOMException('Unsupported', 'NotSupportedError');
    return { keySystem, createMediaKeys: () => this.#createMediaKeys() };
  }

  async #createMediaKeys() {
    await this.#reach('createMediaKeys');
    return {
      createSession: () => {
        const open = this.sessions.filter(({ isClosed }) => !isClosed).length;
        if (open >= (this.#options.mostSessions ?? Number.POSITIVE_INFINITY))
          throw new DOMException('Too many sessions', 'QuotaExceededError');
        const session = new FakeSession(this.#options);
        this.sessions.push(session);
        return session;
      },
      setServerCertificate: async (certificate: Uint8Array) => {
        this.certificates.push(certificate);
        if (this.#options.refusesCertificate) throw new TypeError('no certificate');
        return true;
      },
    };
  }

  async #reach(step: FakeCdmOptions['hangs']): Promise<void> {
    if (this.#options.hangs === step) await new Promise(() => {});
  }
}
