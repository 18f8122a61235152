import type { ReactiveController } from 'lit';
import type { SmoothVideoElement } from './smooth-video.ts';

interface TitledHost extends SmoothVideoElement {
  readonly mediaTitle: string;
}

/** Connects a player with the system's media controls from its first playback on; their code is loaded then. */
export class SessionLayer implements ReactiveController {
  readonly #host: TitledHost;
  #session: typeof import('./media-session.ts') | undefined;

  constructor(host: TitledHost) {
    this.#host = host;
    host.addController(this);
    host.addEventListener('playing', () => void this.#connect().catch(() => {}));
    for (const type of ['seeked', 'ratechange', 'durationchange', 'pause'])
      host.addEventListener(type, () => this.#session?.showPosition(host));
  }

  hostDisconnected(): void {
    // A move, also into another document, reconnects before this runs.
    queueMicrotask(() => {
      if (!this.#host.isConnected) this.#session?.disconnectMediaSession(this.#host);
    });
  }

  async #connect(): Promise<void> {
    this.#session ??= await import('./media-session.ts');
    const { mediaTitle, poster } = this.#host;
    const artwork = URL.canParse(poster) ? poster : undefined;
    if (this.#host.isConnected) this.#session.connectMediaSession(this.#host, { title: mediaTitle, artwork });
  }
}
