import { SmoothError } from '../base/errors.ts';
import type { Protection } from '../manifest/presentation.ts';
import { certificateOf } from './certificate.ts';
import { clearKeyLicence, namedKeys, wrongKeys } from './clear-key.ts';
import type { DrmOptions, LicenceMessage } from './drm-options.ts';
import { type InitData, initDataFor, initDataOf } from './init-data.ts';
import { KeySession } from './key-session.ts';
import {
  type ContentTypes,
  candidatesFor,
  chooseKeySystem,
  type KeySystemCandidate,
  type LicenceServer,
} from './key-systems.ts';
import { licenceRequest } from './licence-request.ts';
import { withTimeout } from './with-timeout.ts';

/** What is needed to know about a title for its keys. */
export interface ProtectedTitle {
  readonly protection: readonly Protection[];
  /** Known keys, the default first. */
  readonly keyIds: readonly string[];
  readonly types: ContentTypes;
  readonly options: DrmOptions;
}

export interface TitleKeysPorts {
  /** Sends a request to a licence server, and resolves with the response body. */
  readonly send: (server: LicenceServer, message: LicenceMessage, signal: AbortSignal) => Promise<Uint8Array>;
  /** Fetches a URL that the app gave. */
  readonly fetch: (url: string, signal: AbortSignal) => Promise<Uint8Array>;
  readonly changed: (keyId: string, status: MediaKeyStatus) => void;
  /** The output isn't secure enough for a required key. */
  readonly restricted: (keyId: string) => void;
  readonly warn: (error: SmoothError) => void;
  /** A required key is unavailable. */
  readonly failed: (error: unknown) => void;
}

interface System {
  readonly candidate: KeySystemCandidate;
  readonly keys: MediaKeys;
}

const ANSWER_WITHIN_MS = 10_000;
const DETACH_WITHIN_MS = 2000;
/** Statuses arrive one after another: none is final before this. */
const SETTLED_AFTER_MS = 10_000;
/** A licence that expires sooner than this isn't renewed repeatedly. */
const RENEW_AGAIN_AFTER_MS = 5000;

/** The keys of one title: a key system, its sessions, and the state of every required key. Ends with `close`. */
export class TitleKeys {
  readonly #title: ProtectedTitle;
  readonly #ports: TitleKeysPorts;
  readonly #signal: AbortSignal;
  readonly #needed = new Set<string>();
  readonly #renewedAt = new Map<string, number>();
  /** Keys that were usable after their renewal. */
  readonly #renewed = new Set<string>();
  #system: Promise<System> | undefined;
  #sessions: readonly KeySession[] = [];
  #closing: Promise<unknown> = Promise.resolve();
  #media: HTMLMediaElement | undefined;
  #setting: Promise<void> = Promise.resolve();
  #settling: ReturnType<typeof setTimeout> | undefined;
  /** An error before any key was required. */
  #failure: { readonly error: unknown } | undefined;

  constructor(title: ProtectedTitle, ports: TitleKeysPorts, signal: AbortSignal) {
    this.#title = title;
    this.#ports = ports;
    this.#signal = signal;
    signal.addEventListener('abort', () => void this.#closeSessions(), { once: true });
  }

  /** Whether a required key isn't available yet. */
  get isWaiting(): boolean {
    return [...this.#needed]
      .map((keyId) => this.#statusOf(keyId))
      .some((status) => !isUsable(status) && status !== 'output-restricted');
  }

  /** Whether any key is required. */
  get isInUse(): boolean {
    return this.#needed.size > 0;
  }

  /** Attaches the keys to an element. Rejects if they can't be obtained. */
  async attach(media: HTMLMediaElement): Promise<void> {
    this.#system ??= this.#open();
    const { candidate, keys } = await this.#system;
    if (this.#media !== media) {
      await this.detach();
      this.#signal.throwIfAborted();
      this.#media = media;
      this.#setting = media.setMediaKeys(keys);
    }
    await this.#step(candidate.keySystem, 'setMediaKeys', this.#setting);
  }

  /** Detaches the keys from the element, which must have stopped playing. */
  async detach(): Promise<void> {
    const media = this.#media;
    this.#media = undefined;
    if (!media) return;
    // An element refuses other keys while it is being given these.
    await withTimeout(DETACH_WITHIN_MS, this.#setting, new AbortController().signal).catch(() => {});
    // Some browsers keep the keys of an element: no harm, because they are closed.
    await media.setMediaKeys(null).catch(() => {});
  }

  /** Announces media with this key: its licence is requested, unless it already was. */
  async need(keyId: string): Promise<void> {
    if (this.#needed.has(keyId)) return;
    this.#needed.add(keyId);
    if (this.#failure && !isUsable(this.#statusOf(keyId))) throw this.#failure.error;
    const system = await this.#system;
    if (!system) return;
    if (!this.#sessions.some((session) => session.covers(keyId))) {
      this.#openSession(system, initDataFor(system.candidate.family, [keyId]));
    }
    this.#settle();
  }

  /** Closes all sessions, which the signal already started, and resolves when they are closed. */
  async close(): Promise<void> {
    await this.#closeSessions();
    await this.detach();
  }

  /** Servers count open sessions: none outlives playback. */
  #closeSessions(): Promise<unknown> {
    clearTimeout(this.#settling);
    const closing = this.#sessions.map((session) => session.close());
    this.#sessions = [];
    this.#closing = Promise.all([this.#closing, ...closing]);
    return this.#closing;
  }

  /** Negotiates the key system, and requests all licences that the manifest names. */
  async #open(): Promise<System> {
    const { options, protection, keyIds, types } = this.#title;
    const { candidate, access } = await chooseKeySystem(
      candidatesFor(options, protection),
      types,
      this.#signal,
    );
    const { keySystem, family } = candidate;
    const keys = await this.#step(keySystem, 'createMediaKeys', access.createMediaKeys());
    const certificate = await this.#step(
      keySystem,
      'server certificate',
      certificateOf(options, this.#ports.fetch, this.#signal),
    );
    if (certificate) {
      await this.#step(keySystem, 'setServerCertificate', keys.setServerCertificate(certificate));
    }
    const system = { candidate, keys };
    for (const initData of initDataOf(family, protection, keyIds)) this.#openSession(system, initData);
    return system;
  }

  async #step<T>(keySystem: string, step: string, promise: Promise<T>): Promise<T> {
    try {
      return await withTimeout(ANSWER_WITHIN_MS, promise, this.#signal);
    } catch (cause) {
      this.#signal.throwIfAborted();
      throw new SmoothError('drm-system-failed', { keySystem, step, problem: String(cause) }, { cause });
    }
  }

  #openSession({ candidate, keys }: System, initData: InitData): void {
    // A closed title needs no more licences.
    if (this.#signal.aborted) return;
    const session = new KeySession(keys, initData, {
      keySystem: candidate.keySystem,
      exchange: async (event, signal) => {
        const licence = await this.#exchange(candidate, event, signal);
        this.#settle();
        return licence;
      },
      changed: (keyId, status) => {
        if (isUsable(status)) this.#renewed.add(keyId);
        this.#ports.changed(keyId, status);
        this.#settle();
      },
      failed: (error) => this.#fail(error),
      lost: () => {
        const isNeeded = initData.keyIds.some((keyId) => this.#needed.has(keyId) && this.#renew(keyId));
        if (!isNeeded) this.#sessions = this.#sessions.filter((other) => other !== session);
        this.#settle();
      },
    });
    this.#sessions = [...this.#sessions, session];
    void session.open();
  }

  async #exchange(
    candidate: KeySystemCandidate,
    event: MediaKeyMessageEvent,
    signal: AbortSignal,
  ): Promise<Uint8Array> {
    const { keySystem, family, server } = candidate;
    const { message } = event;
    const { options } = this.#title;
    const own = options.clearKeys && family === 'clearkey' && clearKeyLicence(message, options.clearKeys);
    const licence = own || (server && (await this.#ask(candidate, server, event, signal)));
    if (!licence) {
      const [keyId = ''] = this.#title.keyIds;
      throw new SmoothError('drm-key-missing', { keyId, status: undefined });
    }
    const keyIds =
      family === 'clearkey'
        ? await wrongKeys(licence, namedKeys(this.#title.protection, this.#ports.warn))
        : [];
    if (keyIds.length > 0) throw new SmoothError('drm-key-wrong', { keyIds }, { cause: keySystem });
    return licence;
  }

  async #ask(
    { keySystem, family }: KeySystemCandidate,
    server: LicenceServer,
    { message: challenge, messageType: type }: MediaKeyMessageEvent,
    signal: AbortSignal,
  ): Promise<Uint8Array> {
    const { headers, request = unchanged, response = unchanged } = this.#title.options;
    const { headers: needed, body } = licenceRequest(family, challenge);
    const own = server.isTrusted && headers ? Object.fromEntries(new Headers(headers)) : {};
    const { url } = server;
    try {
      const sent = await request({ keySystem, type, url, headers: { ...needed, ...own }, body });
      const answer = await this.#ports.send({ ...server, url: sent.url }, sent, signal);
      return (await response({ keySystem, type, url: sent.url, headers: {}, body: answer })).body;
    } catch (cause) {
      signal.throwIfAborted();
      if (cause instanceof SmoothError) throw cause;
      throw new SmoothError('drm-licence-failed', { url, status: undefined }, { cause });
    }
  }

  /** Checks every required key, and acts on its status. */
  #settle(): void {
    clearTimeout(this.#settling);
    let missing: string | undefined;
    for (const keyId of this.#needed) {
      const status = this.#statusOf(keyId);
      if (isUsable(status)) continue;
      if (status === 'output-restricted') this.#ports.restricted(keyId);
      else if (!((status === 'expired' || status === 'internal-error') && this.#renew(keyId)))
        missing ??= keyId;
    }
    if (missing === undefined || this.#signal.aborted) return;
    const keyId = missing;
    this.#settling = setTimeout(() => {
      if (this.#sessions.some((session) => session.isAsking)) this.#settle();
      else this.#fail(new SmoothError('drm-key-missing', { keyId, status: this.#statusOf(keyId) }));
    }, SETTLED_AFTER_MS);
  }

  /** Requests a licence again, in a new session; not repeatedly. */
  #renew(keyId: string): boolean {
    const session = this.#sessions.find(
      (candidate) => candidate.covers(keyId) || candidate.statuses.has(keyId),
    );
    const now = performance.now();
    const last = this.#renewedAt.get(keyId);
    const isAgain = last !== undefined;
    if (!session || (isAgain && (!this.#renewed.has(keyId) || now - last < RENEW_AGAIN_AFTER_MS)))
      return false;
    for (const covered of new Set([...session.initData.keyIds, keyId])) {
      this.#renewedAt.set(covered, now);
      this.#renewed.delete(covered);
    }
    this.#sessions = this.#sessions.filter((other) => other !== session);
    session.close().catch(() => {});
    this.#system?.then((system) => this.#openSession(system, session.initData)).catch(() => {});
    return true;
  }

  /** The best status in any session: a renewed one may still be empty. */
  #statusOf(keyId: string): MediaKeyStatus | undefined {
    const all = this.#sessions.flatMap(({ statuses }) => statuses.get(keyId) ?? []);
    return all.find(isUsable) ?? all[0];
  }

  #fail(error: unknown): void {
    if (this.#signal.aborted) return;
    // A failed renewal isn't fatal while the key is still usable: the next one follows when the key expires.
    if (this.isInUse && !this.isWaiting) {
      if (error instanceof SmoothError) this.#ports.warn(error);
      return;
    }
    const isFirst = !this.#failure;
    this.#failure ??= { error };
    if (this.isInUse && isFirst) this.#ports.failed(error);
  }
}

const isUsable = (status: MediaKeyStatus | undefined): boolean =>
  status === 'usable' || status === 'output-downscaled';

const unchanged = (message: LicenceMessage): LicenceMessage => message;
