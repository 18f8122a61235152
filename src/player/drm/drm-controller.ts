import { once } from '../../base/async.ts';
import { addErrorTexts, isSmoothError, SmoothError } from '../../base/errors.ts';
import { DRM_ERROR_TEXTS } from '../../base/lock-error-texts.ts';
import type { Ranges } from '../../base/ranges.ts';
import type { DrmOptions } from '../../eme/drm-options.ts';
import { TitleKeys } from '../../eme/title-keys.ts';
import type { QualityLevel } from '../../manifest/presentation.ts';
import { keyIdsOf, unsupportedScheme } from '../../manifest/protection.ts';
import { fetchWhole } from '../../net/fetch-whole.ts';
import type { EncryptionReader } from '../../transmux/encryption.ts';
import { encryptionReader } from '../../transmux/read-encryption.ts';
import { SEAM } from '../delivery/feed-cursor.ts';
import type { FragmentRequest } from '../fragment/fragment-request.ts';
import type { Settings } from '../options.ts';
import { mimeTypeOf, type PlayableStreams } from '../select-streams.ts';
import type { Title } from '../title/title.ts';
import { KeySpans } from './key-spans.ts';
import { certificateRequest, exchangeLicence } from './licence-exchange.ts';

/** A stream's buffer. */
interface DrmFeed {
  readonly buffered: Ranges;
  /** Fetches what isn't on screen yet again. */
  replaceAhead(): void;
}

/** What the DRM controller needs from its session. */
export interface DrmControllerPorts {
  readonly settings: () => Settings;
  readonly changed: (keyId: string, status: MediaKeyStatus) => void;
  readonly warn: (error: SmoothError) => void;
  /** Ends playback. */
  readonly fail: (error: unknown) => void;
  /** Seconds on the media element's clock. */
  readonly position: () => number;
  /** The levels of the chosen video, and of the chosen audio. */
  readonly levels: () => readonly (readonly QualityLevel[])[];
  readonly feedOf: (type: 'video' | 'audio') => DrmFeed | undefined;
}

/** Stands for what can't be appended, whatever its keys are. */
const END = '';
/** Playback stops up to this many seconds before a missing key is needed: a decoder holds back pictures until it has the next ones. */
const WAITS_WITHIN = 2;
/** Seconds of playback in which a wrong key shows. */
const UNDECIPHERABLE_WITHIN = 1;

/**
 * Obtains the keys of a title: requested as soon as the manifest says that it is protected, and no later than its first
 * encrypted fragment. A key that can't be obtained ends playback only when its media is reached. Loaded only for titles
 * that need it; owned by a session.
 */
export class DrmController {
  /** Known keys, the default first. */
  readonly keyIds: readonly string[];
  readonly readEncryption: EncryptionReader;
  readonly #title: Title;
  readonly #streams: PlayableStreams;
  readonly #options: DrmOptions;
  readonly #ports: DrmControllerPorts;
  readonly #signal: AbortSignal;
  /** Keys that the output isn't secure enough for. */
  readonly #restricted = new Set<string>();
  /** The keys of each level's last encrypted fragment. */
  readonly #levelKeys = new Map<QualityLevel, readonly string[]>();
  readonly #spans = new KeySpans();
  #keys: TitleKeys | undefined;
  #media: HTMLMediaElement | undefined;
  /** Where playback on the element began, in seconds. */
  #beganAt = 0;
  #attached: Promise<unknown> = Promise.resolve();

  constructor(
    title: Title,
    streams: PlayableStreams,
    options: DrmOptions,
    ports: DrmControllerPorts,
    signal: AbortSignal,
  ) {
    addErrorTexts(DRM_ERROR_TEXTS);
    const scheme = unsupportedScheme(title.presentation.protection);
    if (scheme !== undefined) throw new SmoothError('drm-scheme-unsupported', { scheme });
    const named = keyIdsOf(title.presentation.protection);
    const given = Object.keys(options.clearKeys ?? {}).map((id) =>
      id.replace(/[^0-9a-f]/gi, '').toLowerCase(),
    );
    this.keyIds = named.length > 0 ? named : given;
    this.readEncryption = encryptionReader(this.keyIds);
    this.#title = title;
    this.#streams = streams;
    this.#options = options;
    this.#ports = ports;
    this.#signal = signal;
  }

  /** Whether playback may have to wait for a key: one ahead or behind holds nothing up. */
  get isWaiting(): boolean {
    const isWaitingFor = (keyId: string) => this.#keys?.isWaitingFor(keyId) ?? false;
    return this.#spans.isKeyMissing(this.#ports.position(), (keyId) => !isWaitingFor(keyId), WAITS_WITHIN);
  }

  /** The title plays on this element from now on. */
  attach(media: HTMLMediaElement): void {
    this.#media = media;
    this.#spans.delete(END);
    this.#beganAt = this.#ports.position();
    this.#attached = Promise.resolve();
    if (this.#keys || this.#title.presentation.protection.length > 0) this.#handOver();
  }

  /** Resolves when media that begins at `start` may be appended; its licence may still be in progress. */
  async unlock(
    keyIds: readonly string[],
    { level, chunk, stream }: Pick<FragmentRequest, 'level' | 'chunk' | 'stream'>,
    start: number,
  ): Promise<void> {
    const [keyId] = keyIds;
    const end = start + Number(chunk.duration) / Number(stream.timescale);
    if (keyId !== undefined) this.#levelKeys.set(level, keyIds);
    for (const needed of keyIds) this.#spans.extend(needed, start, end);
    this.#releasePassed();
    try {
      if (!this.#keys) this.#handOver();
      await this.#attached;
      for (const needed of keyIds) await this.#keys?.need(needed);
    } catch (error) {
      this.#spans.extend(keyId ?? END, start, Number.POSITIVE_INFINITY);
      throw error;
    }
    // Media that can't be shown would block the buffer.
    if (keyId !== undefined && this.#restricted.has(keyId)) {
      const error = new SmoothError('drm-output-restricted', { keyId });
      if (this.#hasOther()) throw error;
      void this.#failWhenKeyIsNeeded(error);
    }
  }

  /** Whether the output is secure enough for a level's key. */
  isShowable(level: QualityLevel): boolean {
    // With several keys, it isn't known which is whose before a fragment shows it.
    const keyIds = this.#levelKeys.get(level)?.slice(0, 1) ?? this.keyIds;
    return keyIds.length === 0 || keyIds.some((id) => !this.#restricted.has(id));
  }

  /** Nothing follows what is buffered, which plays on as far as its keys are available. */
  async failAtEnd(error: unknown): Promise<void> {
    const { buffered } = this.#media ?? {};
    const position = this.#ports.position();
    const end = buffered ? endOf(buffered, position) : position;
    // The other stream may not have got as far as one whose key is missing.
    if (!this.#spans.hasEnd) this.#spans.extend(END, end, Number.POSITIVE_INFINITY);
    await this.#failWhenKeyIsNeeded(error);
  }

  /** A decoder that fails right at the start of protected media was given data decrypted with a wrong key: reports that. */
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

  /**
   * Gives up keys that nothing in the buffer needs any more: a live title may have a new one every hour. The last key of
   * each level stays available: servers may deny another licence for it when the level is chosen again.
   */
  #releasePassed(): void {
    const starts = (['video', 'audio'] as const).flatMap(
      (type) => this.#ports.feedOf(type)?.buffered[0]?.start ?? [],
    );
    const passed = this.#spans.takeBefore(Math.min(this.#ports.position(), ...starts));
    const levels = [...this.#streams.video, ...this.#streams.audio].flatMap((stream) => stream.levels);
    this.#keys?.release(
      passed,
      levels.flatMap((level) => this.#levelKeys.get(level) ?? []),
    );
  }

  /** What needs no key, or one that is available, plays on. */
  async #failWhenKeyIsNeeded(error: unknown): Promise<void> {
    const media = this.#media;
    const isUsable = (keyId: string) => this.#keys?.isUsable(keyId) ?? false;
    try {
      while (media && !this.#spans.isKeyMissing(this.#ports.position(), isUsable)) {
        await once(media, 'timeupdate', this.#signal);
      }
    } catch {
      return;
    }
    this.#ports.fail(error);
  }

  #handOver(): void {
    this.#keys ??= this.#open();
    if (!this.#media) return;
    this.#attached = this.#keys.attach(this.#media);
    // Failures are reported where a key is needed; a title may turn out to need none.
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
      failed: (error) => void this.#failWhenKeyIsNeeded(error),
    };
    return new TitleKeys(title, ports, this.#signal);
  }

  /** Levels with this key are ignored; playback ends if a stream has no others. */
  #restrict(keyId: string): void {
    if (this.#restricted.has(keyId)) return;
    this.#restricted.add(keyId);
    const error = new SmoothError('drm-output-restricted', { keyId });
    if (!this.#hasOther()) {
      void this.#failWhenKeyIsNeeded(error);
      return;
    }
    this.#ports.warn(error);
    this.#ports.feedOf('video')?.replaceAhead();
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

/** Where what is buffered from a position on ends, across seams. */
function endOf(buffered: TimeRanges, position: number): number {
  let end = position;
  for (let i = 0; i < buffered.length; i++) {
    if (buffered.start(i) <= end + SEAM) end = Math.max(end, buffered.end(i));
  }
  return end;
}
