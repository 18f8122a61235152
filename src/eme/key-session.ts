import { hexFromBytes } from '../base/bytes.ts';
import { SmoothError } from '../base/errors.ts';
import { type InitData, isSameKey } from './init-data.ts';
import { withTimeout } from './with-timeout.ts';

/** What a session needs from its owner. */
export interface KeySessionPorts {
  readonly keySystem: string;
  /** Fetches the licence for a message. */
  readonly exchange: (event: MediaKeyMessageEvent, signal: AbortSignal) => Promise<Uint8Array>;
  /** Called for every key whose status changed. */
  readonly changed: (keyId: string, status: MediaKeyStatus) => void;
  readonly failed: (error: unknown) => void;
  /** The key system closed the session: its keys are gone. */
  readonly lost: () => void;
}

const ANSWER_WITHIN_MS = 10_000;
const CLOSE_WITHIN_MS = 2000;

/** One session of a key system: its requests, licences, renewals and the status of its keys. Ends with `close`. */
export class KeySession {
  readonly initData: InitData;
  readonly #session: MediaKeySession;
  readonly #ports: KeySessionPorts;
  readonly #controller = new AbortController();
  readonly #statuses = new Map<string, MediaKeyStatus>();
  #exchanges = 0;
  #isOpen = false;
  #failure: { readonly error: unknown } | undefined;

  constructor(keys: MediaKeys, initData: InitData, ports: KeySessionPorts) {
    this.initData = initData;
    this.#ports = ports;
    this.#session = keys.createSession('temporary');
    const { signal } = this.#controller;
    this.#session.addEventListener('message', (event) => void this.#answer(event), { signal });
    this.#session.addEventListener('keystatuseschange', () => this.#readStatuses(), { signal });
    this.#session.closed.then(() => this.#lose()).catch(() => {});
  }

  /** Whether a licence request is in progress. */
  get isAsking(): boolean {
    return !this.#isOpen || this.#exchanges > 0;
  }

  /** The error of its last request. */
  get failure(): { readonly error: unknown } | undefined {
    return this.#failure;
  }

  get statuses(): ReadonlyMap<string, MediaKeyStatus> {
    return this.#statuses;
  }

  /** Whether its licence is expected to contain this key. */
  covers(keyId: string): boolean {
    return this.initData.keyIds.some((id) => isSameKey(id, keyId));
  }

  /** Requests the licence; errors are reported to `failed`. */
  async open(): Promise<void> {
    const { signal } = this.#controller;
    try {
      const { type, data } = this.initData;
      await withTimeout(ANSWER_WITHIN_MS, this.#session.generateRequest(type, data), signal);
    } catch (error) {
      this.#fail(this.#systemFailed('generateRequest', error));
    } finally {
      this.#isOpen = true;
    }
  }

  /** Resolves when the session is closed, or fails to close. */
  async close(): Promise<void> {
    this.#controller.abort(new DOMException('The session was closed', 'AbortError'));
    const never = new AbortController().signal;
    // A session that was never opened can't be closed, and needn't be.
    await withTimeout(CLOSE_WITHIN_MS, this.#session.close(), never).catch(() => {});
  }

  async #answer(event: MediaKeyMessageEvent): Promise<void> {
    const { signal } = this.#controller;
    this.#exchanges += 1;
    try {
      const licence = await this.#ports.exchange(event, signal);
      signal.throwIfAborted();
      await this.#update(licence);
    } catch (error) {
      this.#fail(error);
    } finally {
      this.#exchanges -= 1;
    }
  }

  async #update(licence: Uint8Array): Promise<void> {
    try {
      await withTimeout(
        ANSWER_WITHIN_MS,
        this.#session.update(Uint8Array.from(licence)),
        this.#controller.signal,
      );
    } catch (cause) {
      this.#controller.signal.throwIfAborted();
      const { keySystem } = this.#ports;
      throw new SmoothError('drm-licence-invalid', { keySystem, problem: String(cause) }, { cause });
    }
  }

  #readStatuses(): void {
    const before = new Map(this.#statuses);
    this.#statuses.clear();
    this.#session.keyStatuses.forEach((status, keyId) => {
      const bytes =
        keyId instanceof ArrayBuffer
          ? new Uint8Array(keyId)
          : new Uint8Array(keyId.buffer, keyId.byteOffset, keyId.byteLength);
      // PlayReady's module uses the byte order of Windows for ids.
      const written = hexFromBytes(bytes);
      this.#statuses.set(this.initData.keyIds.find((id) => isSameKey(id, written)) ?? written, status);
    });
    for (const [keyId, status] of this.#statuses) {
      if (before.get(keyId) !== status) this.#ports.changed(keyId, status);
    }
    for (const keyId of before.keys()) {
      if (!this.#statuses.has(keyId)) this.#ports.changed(keyId, 'released');
    }
  }

  #fail(error: unknown): void {
    if (this.#controller.signal.aborted) return;
    this.#failure = { error };
    this.#ports.failed(error);
  }

  #lose(): void {
    if (this.#controller.signal.aborted) return;
    this.#statuses.clear();
    this.#ports.lost();
  }

  #systemFailed(step: string, cause: unknown): SmoothError {
    const { keySystem } = this.#ports;
    return new SmoothError('drm-system-failed', { keySystem, step, problem: String(cause) }, { cause });
  }
}
