import { once } from '../../base/async.ts';
import { addErrorTexts, isSmoothError, SmoothError } from '../../base/errors.ts';
import { LOCK_ERROR_TEXTS } from '../../base/lock-error-texts.ts';
import type { DrmOptions } from '../../eme/drm-options.ts';
import { TitleKeys } from '../../eme/title-keys.ts';
import type { QualityLevel } from '../../manifest/presentation.ts';
import { keyIdsOf, unsupportedScheme } from '../../manifest/protection.ts';
import { fetchWhole } from '../../net/fetch-whole.ts';
import type { EncryptionReader } from '../../transmux/encryption.ts';
import { encryptionReader } from '../../transmux/read-encryption.ts';
import type { Settings } from '../options.ts';
import { mimeTypeOf, type PlayableStreams } from '../select-streams.ts';
import type { Title } from '../title/title.ts';
import { certificateRequest, exchangeLicence } from './licence-exchange.ts';

/** What a protector needs of the session that owns it. */
export interface ProtectorPorts {
  readonly settings: () => Settings;
  readonly changed: (keyId: string, status: MediaKeyStatus) => void;
  readonly warn: (error: SmoothError) => void;
  /** Ends playback. */
  readonly fail: (error: unknown) => void;
  /** Seconds on the media element's clock. */
  readonly position: () => number;
  /** Of the chosen picture, and of the chosen sound. */
  readonly levels: () => readonly (readonly QualityLevel[])[];
  /** Asks anew for the picture that isn't on screen yet. */
  readonly replaceAhead: () => void;
}

/** What is locked so many seconds ahead is as good as reached. */
const LOCKED_WITHIN = 0.5;
/** Seconds of playback in which a wrong key shows itself. */
const UNDECIPHERABLE_WITHIN = 1;

/**
 * Unlocks a title: keys are asked for as soon as the manifest says that it is protected, and no later than its first
 * encrypted fragment. What can't be unlocked ends playback only when it is reached. Loaded only for titles that need
 * it; owned by a session.
 */
export class DrmController {
  /** Keys that are known of, the default first. */
  readonly keyIds: readonly string[];
  readonly readEncryption: EncryptionReader;
  readonly #title: Title;
  readonly #streams: PlayableStreams;
  readonly #options: DrmOptions;
  readonly #ports: ProtectorPorts;
  readonly #signal: AbortSignal;
  /** Keys that the output isn't good enough for, and the key of each level as far as it was seen. */
  readonly #restricted = new Set<string>();
  readonly #levelKeys = new Map<QualityLevel, string>();
  /** Keys that some fragment needs together. */
  readonly #companions = new Map<string, readonly string[]>();
  /** From where on playback needs a key, in seconds. */
  #lockedFrom = Number.POSITIVE_INFINITY;
  #keys: TitleKeys | undefined;
  #media: HTMLMediaElement | undefined;
  /** Where playback on the element began, in seconds. */
  #beganAt = 0;
  #attached: Promise<unknown> = Promise.resolve();

  constructor(
    title: Title,
    streams: PlayableStreams,
    options: DrmOptions,
    ports: ProtectorPorts,
    signal: AbortSignal,
  ) {
    addErrorTexts(LOCK_ERROR_TEXTS);
    const scheme = unsupportedScheme(title.presentation.protection);
    if (scheme !== undefined) throw new SmoothError('drm-scheme-unsupported', { scheme });
    const named = keyIdsOf(title.presentation.protection);
    const given = Object.keys(options.clearKeys ?? {}).map((id) =>
      id.replace(/[^0-9a-f]/gi, '').toLowerCase(),
    );
    this.keyIds = named.length > 0 ? named : given;
    this.readEncryption = encryptionReader(this.keyIds, (ids) => {
      for (const id of ids) this.#companions.set(id, ids);
    });
    this.#title = title;
    this.#streams = streams;
    this.#options = options;
    this.#ports = ports;
    this.#signal = signal;
  }

  /** Whether playback may have to stand still for a key. */
  get isWaiting(): boolean {
    return this.#keys?.isWaiting ?? false;
  }

  /** The title plays upon this element from now on. */
  attach(media: HTMLMediaElement): void {
    this.#media = media;
    this.#beganAt = this.#ports.position();
    this.#attached = Promise.resolve();
    if (this.#keys || this.#title.presentation.protection.length > 0) this.#handOver();
  }

  /** Resolves when media may be appended that begins at `start`; its licence may still be on its way. */
  async unlock(keyId: string | undefined, level: QualityLevel, start: number): Promise<void> {
    const lock = () => {
      this.#lockedFrom = Math.min(this.#lockedFrom, start);
    };
    if (keyId !== undefined) {
      this.#levelKeys.set(level, keyId);
      lock();
    }
    try {
      if (!this.#keys) this.#handOver();
      await this.#attached;
      for (const needed of keyId === undefined ? [] : (this.#companions.get(keyId) ?? [keyId]))
        await this.#keys?.need(needed);
      // What can't be shown would stand in the buffer like a wall.
      if (keyId !== undefined && this.#restricted.has(keyId)) {
        const error = new SmoothError('drm-output-restricted', { keyId });
        if (this.#hasOther()) throw error;
        void this.failWhenLocked(error);
      }
    } catch (error) {
      lock();
      throw error;
    }
  }

  /** Whether the output is good enough for a level's key. */
  isShowable(level: QualityLevel): boolean {
    const keyId = this.#levelKeys.get(level);
    // Of several keys nobody knows which is whose before a fragment tells.
    const keyIds = keyId === undefined ? this.keyIds : [keyId];
    return keyIds.length === 0 || keyIds.some((id) => !this.#restricted.has(id));
  }

  /** What is clear plays on until the first that isn't, or where none was told of, as far as it is there. */
  async failWhenLocked(error: unknown): Promise<void> {
    const media = this.#media;
    const isAhead = (from: number) => this.#ports.position() + LOCKED_WITHIN < from;
    try {
      while (media && isAhead(Number.isFinite(this.#lockedFrom) ? this.#lockedFrom : endOf(media.buffered))) {
        await once(media, 'timeupdate', this.#signal);
      }
    } catch {
      return;
    }
    this.#ports.fail(error);
  }

  /** A decoder that gives up before it got anywhere in protected media was given noise: says so. */
  explain(error: unknown): unknown {
    const hasDecoded = this.#ports.position() - this.#beganAt >= UNDECIPHERABLE_WITHIN;
    const isNoise =
      isSmoothError(error) &&
      error.category === 'media' &&
      this.#keys?.isInUse &&
      !hasDecoded &&
      this.#media?.error?.code === MediaError.MEDIA_ERR_DECODE;
    return isNoise ? new SmoothError('drm-key-wrong', { keyIds: this.keyIds }, { cause: error }) : error;
  }

  /** Closes all sessions. */
  async close(): Promise<void> {
    await this.#keys?.close();
  }

  #handOver(): void {
    this.#keys ??= this.#open();
    if (!this.#media) return;
    this.#attached = this.#keys.attach(this.#media);
    // Whoever needs a key hears of it; a title may turn out to need none.
    this.#attached.catch(() => {});
  }

  #open(): TitleKeys {
    const { settings, changed, warn } = this.#ports;
    const title = {
      protection: this.#title.presentation.protection,
      keyIds: this.keyIds,
      types: { video: this.#typesOf('video'), audio: this.#typesOf('audio') },
      options: this.#options,
    };
    const ports: ConstructorParameters<typeof TitleKeys>[1] = {
      send: (server, message, signal) => exchangeLicence(server, message, settings(), warn, signal),
      fetch: async (url, signal) => (await fetchWhole(certificateRequest(url, settings()), signal)).bytes,
      changed: (keyId, status) => {
        if (status === 'usable') this.#restricted.delete(keyId);
        changed(keyId, status);
      },
      restricted: (keyId) => this.#restrict(keyId),
      warn,
      failed: (error) => void this.failWhenLocked(error),
    };
    return new TitleKeys(title, ports, this.#signal);
  }

  /** Levels under this key are left out; it is the end when a stream has no others. */
  #restrict(keyId: string): void {
    if (this.#restricted.has(keyId)) return;
    this.#restricted.add(keyId);
    const error = new SmoothError('drm-output-restricted', { keyId });
    if (!this.#hasOther()) {
      void this.failWhenLocked(error);
      return;
    }
    this.#ports.warn(error);
    this.#ports.replaceAhead();
  }

  #hasOther(): boolean {
    return this.#ports.levels().every((levels) => levels.some((level) => this.isShowable(level)));
  }

  #typesOf(type: 'video' | 'audio'): readonly string[] {
    return [
      ...new Set(this.#streams[type].flatMap(({ levels }) => levels.map((level) => mimeTypeOf(type, level)))),
    ];
  }
}

const endOf = (ranges: TimeRanges): number => (ranges.length > 0 ? ranges.end(ranges.length - 1) : 0);
