import type { SmoothError } from '../base/errors.ts';
import type { DrmOptions } from '../eme/drm-options.ts';
import type { TitleKeys } from '../eme/title-keys.ts';
import type { Title } from './load-title.ts';
import type { Settings } from './options.ts';
import { mimeTypeOf, type PlayableStreams } from './select-streams.ts';

export interface ProtectorPorts {
  readonly settings: () => Settings;
  readonly changed: (keyId: string, status: MediaKeyStatus) => void;
  readonly restricted: (keyId: string) => void;
  readonly warn: (error: SmoothError) => void;
  readonly failed: (error: unknown) => void;
}

/** What a clear title never needs. */
const loadUnlocking = () => import('./unlocking.ts');

/**
 * Unlocks a title: keys are asked for as soon as the manifest says that it is protected, and no later than its first
 * encrypted fragment. What it takes for that is loaded only then. Owned by a session.
 */
export class Protector {
  /** Keys that are known of, the default first. */
  readonly keyIds: readonly string[];
  readonly #title: Title;
  readonly #streams: PlayableStreams;
  readonly #options: DrmOptions;
  readonly #ports: ProtectorPorts;
  readonly #signal: AbortSignal;
  #keys: Promise<TitleKeys> | undefined;
  #loaded: TitleKeys | undefined;
  #media: HTMLMediaElement | undefined;
  #attached: Promise<unknown> = Promise.resolve();

  private constructor(
    title: Title,
    streams: PlayableStreams,
    named: readonly string[],
    options: DrmOptions,
    ports: ProtectorPorts,
    signal: AbortSignal,
  ) {
    const given = Object.keys(options.clearKeys ?? {}).map((id) =>
      id.replace(/[^0-9a-f]/gi, '').toLowerCase(),
    );
    this.keyIds = named.length > 0 ? named : given;
    this.#title = title;
    this.#streams = streams;
    this.#options = options;
    this.#ports = ports;
    this.#signal = signal;
  }

  /** The protector of a title, once it is known what keys its manifest names. */
  static async of(
    title: Title,
    streams: PlayableStreams,
    options: DrmOptions,
    ports: ProtectorPorts,
    signal: AbortSignal,
  ): Promise<Protector> {
    const { protection } = title.presentation;
    const named = protection.length > 0 ? (await loadUnlocking()).keyIdsOf(protection) : [];
    return new Protector(title, streams, named, options, ports, signal);
  }

  /** Whether playback may have to stand still for a key. */
  get isWaiting(): boolean {
    return this.#loaded?.isWaiting ?? false;
  }

  /** Whether media under any key has come. */
  get isInUse(): boolean {
    return this.#loaded?.isInUse ?? false;
  }

  /** The title plays upon this element from now on. */
  attach(media: HTMLMediaElement): void {
    this.#media = media;
    this.#attached = Promise.resolve();
    if (this.#keys || this.#title.presentation.protection.length > 0) this.#handOver();
  }

  /** Resolves when media under this key, or none, may be appended; its licence may still be on its way. */
  async ready(keyId: string | undefined): Promise<void> {
    if (!this.#keys) this.#handOver();
    await this.#attached;
    if (keyId !== undefined) await (await this.#keys)?.need(keyId);
  }

  /** Closes all sessions. */
  async close(): Promise<void> {
    await (await this.#keys?.catch(() => undefined))?.close();
  }

  #handOver(): void {
    const media = this.#media;
    this.#keys ??= this.#load();
    const keys = this.#keys;
    if (!media) return;
    this.#attached = keys.then((loaded) => loaded.attach(media));
    // Whoever needs a key hears of it; a title may turn out to need none.
    this.#attached.catch(() => {});
  }

  async #load(): Promise<TitleKeys> {
    const { TitleKeys, exchangeLicence } = await loadUnlocking();
    const { settings, changed, restricted, warn, failed } = this.#ports;
    const title = {
      protection: this.#title.presentation.protection,
      keyIds: this.keyIds,
      types: { video: this.#typesOf('video'), audio: this.#typesOf('audio') },
      options: this.#options,
    };
    const ports = {
      send: (...[server, message, signal]: Parameters<ConstructorParameters<typeof TitleKeys>[1]['send']>) =>
        exchangeLicence(server, message, settings(), warn, signal),
      changed,
      restricted,
      warn,
      failed,
    };
    this.#loaded = new TitleKeys(title, ports, this.#signal);
    return this.#loaded;
  }

  #typesOf(type: 'video' | 'audio'): readonly string[] {
    return [
      ...new Set(this.#streams[type].flatMap(({ levels }) => levels.map((level) => mimeTypeOf(type, level)))),
    ];
  }
}
