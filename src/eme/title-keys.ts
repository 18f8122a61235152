import { SmoothError } from '../base/errors.ts';
import { certificateOf } from './certificate.ts';
import { type InitData, initDataFor, initDataOf, isSameKey } from './init-data.ts';
import { KeySession } from './key-session.ts';
import { type ContentTypes, candidatesFor, chooseKeySystem, type KeySystemCandidate } from './key-systems.ts';
import { type LicencePorts, type LicensedTitle, requestLicence } from './request-licence.ts';
import { withTimeout } from './with-timeout.ts';

/** What is needed to know about a title for its keys. */
export interface ProtectedTitle extends LicensedTitle {
  readonly types: ContentTypes;
}

export interface TitleKeysPorts extends LicencePorts {
  /** Fetches a URL that the app gave. */
  readonly fetch: (url: string, signal: AbortSignal) => Promise<Uint8Array>;
  readonly changed: (keyId: string, status: MediaKeyStatus) => void;
  /** The output isn't secure enough for a required key. */
  readonly restricted: (keyId: string) => void;
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
  /** Keys that were reported to be unavailable. */
  readonly #reported = new Set<string>();
  /** Of the sessions that a key needed; the manifest asked for the others. */
  readonly #additional = new Set<InitData>();
  #system: Promise<System> | undefined;
  #sessions: readonly KeySession[] = [];
  #closing: Promise<unknown> = Promise.resolve();
  #media: HTMLMediaElement | undefined;
  #setting: Promise<void> = Promise.resolve();
  #settling: ReturnType<typeof setTimeout> | undefined;

  constructor(title: ProtectedTitle, ports: TitleKeysPorts, signal: AbortSignal) {
    this.#title = title;
    this.#ports = ports;
    this.#signal = signal;
    signal.addEventListener('abort', () => void this.#closeSessions(), { once: true });
  }

  /** Whether this key is required, and isn't available yet. */
  isWaitingFor(keyId: string): boolean {
    return this.#needed.has(keyId) && this.#isMissing(keyId);
  }

  /** Whether any key is required. */
  get isInUse(): boolean {
    return this.#needed.size > 0;
  }

  /** Whether media with this key can be decrypted. */
  isUsable(keyId: string): boolean {
    return isUsable(this.#statusOf(keyId));
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
    // An element rejects other keys while it is being given these.
    await withTimeout(DETACH_WITHIN_MS, this.#setting, new AbortController().signal).catch(() => {});
    // Some browsers keep the keys of an element: no harm, because they are closed.
    await media.setMediaKeys(null).catch(() => {});
  }

  /** Announces media with this key: its licence is requested, unless it already was. */
  async need(keyId: string): Promise<void> {
    if (this.#needed.has(keyId)) return;
    this.#needed.add(keyId);
    const system = await this.#system;
    if (!system) return;
    const sessions = this.#sessions.filter((session) => session.covers(keyId));
    const failure = sessions.every((session) => session.failure) && sessions[0]?.failure;
    if (failure && this.#statusOf(keyId) === undefined) {
      this.#reported.add(keyId);
      throw failure.error;
    }
    if (sessions.length === 0) {
      const initData = initDataFor(system.candidate.family, [keyId]);
      this.#additional.add(initData);
      this.#openSession(system, initData);
    }
    this.#settle();
  }

  /**
   * No media with these keys is left: their licences aren't renewed, until `need` is called again. Sessions that only
   * they needed are closed, except with keys of `kept` that are available.
   */
  release(keyIds: readonly string[], kept: readonly string[] = []): void {
    for (const keyId of keyIds) {
      this.#needed.delete(keyId);
      this.#renewedAt.delete(keyId);
      this.#renewed.delete(keyId);
      this.#reported.delete(keyId);
    }
    const open = [...this.#needed, ...kept.filter((keyId) => !this.#isMissing(keyId))];
    for (const session of this.#sessions) {
      const { initData, statuses } = session;
      if (!this.#additional.has(initData) || open.some((id) => session.covers(id) || statuses.has(id)))
        continue;
      this.#additional.delete(initData);
      this.#drop(session);
    }
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
    const { keySystem } = candidate;
    const failed = (error: unknown) => this.#fail(error, initData.keyIds);
    try {
      const session: KeySession = new KeySession(keys, initData, {
        keySystem,
        exchange: async (event, signal) => {
          const licence = await requestLicence(this.#title, this.#ports, candidate, event, signal);
          this.#settle();
          return licence;
        },
        changed: (keyId, status) => {
          if (isUsable(status)) {
            this.#renewed.add(keyId);
            this.#reported.delete(keyId);
          }
          this.#ports.changed(keyId, status);
          this.#settle();
        },
        failed,
        lost: () => {
          const isNeeded = initData.keyIds.some((keyId) => this.#needed.has(keyId) && this.#renew(keyId));
          if (!isNeeded) this.#sessions = this.#sessions.filter((other) => other !== session);
          this.#settle();
        },
      });
      this.#sessions = [...this.#sessions, session];
      void session.open();
    } catch (cause) {
      // Key systems limit the number of sessions.
      failed(
        new SmoothError(
          'drm-system-failed',
          { keySystem, step: 'createSession', problem: String(cause) },
          { cause },
        ),
      );
    }
  }

  /** Checks every required key, and acts on its status. */
  #settle(): void {
    clearTimeout(this.#settling);
    let missing: string | undefined;
    for (const keyId of this.#needed) {
      const status = this.#statusOf(keyId);
      if (status === 'output-restricted') this.#ports.restricted(keyId);
      if (!this.#isMissing(keyId) || this.#reported.has(keyId)) continue;
      if (!((status === 'expired' || status === 'internal-error') && this.#renew(keyId))) missing ??= keyId;
    }
    if (missing === undefined || this.#signal.aborted) return;
    const keyId = missing;
    this.#settling = setTimeout(() => {
      if (!this.#sessions.some((session) => session.isAsking))
        this.#fail(new SmoothError('drm-key-missing', { keyId, status: this.#statusOf(keyId) }), [keyId]);
      this.#settle();
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
    this.#drop(session);
    this.#system?.then((system) => this.#openSession(system, session.initData)).catch(() => {});
    return true;
  }

  #drop(session: KeySession): void {
    this.#sessions = this.#sessions.filter((other) => other !== session);
    session.close().catch(() => {});
  }

  /** Whether media with this key has to wait for it. */
  #isMissing(keyId: string): boolean {
    const status = this.#statusOf(keyId);
    return !isUsable(status) && status !== 'output-restricted';
  }

  /** The best status in any session: a renewed one may still be empty. */
  #statusOf(keyId: string): MediaKeyStatus | undefined {
    const all = this.#sessions.flatMap(({ statuses }) => statuses.get(keyId) ?? []);
    return all.find(isUsable) ?? all[0];
  }

  /** A licence for these keys can't be obtained. Without ids, it could have been for any key. */
  #fail(error: unknown, keyIds: readonly string[]): void {
    if (this.#signal.aborted || !this.isInUse) return;
    const missing = [...this.#needed].filter(
      (keyId) =>
        this.#isMissing(keyId) && (keyIds.length === 0 || keyIds.some((other) => isSameKey(other, keyId))),
    );
    if (missing.length === 0) {
      // A failed renewal isn't fatal while the key is still usable: the next one follows when the key expires.
      if (error instanceof SmoothError) this.#ports.warn(error);
      return;
    }
    if (missing.every((keyId) => this.#reported.has(keyId))) return;
    for (const keyId of missing) this.#reported.add(keyId);
    this.#ports.failed(error);
  }
}

const isUsable = (status: MediaKeyStatus | undefined): boolean =>
  status === 'usable' || status === 'output-downscaled';
