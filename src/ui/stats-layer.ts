import { html, nothing, type ReactiveController } from 'lit';
import type { SmoothVideoElement } from './smooth-video.ts';
import type { Strings } from './strings.ts';

/** A player whose statistics can be shown. */
interface DebugHost extends SmoothVideoElement {
  debug: boolean;
}

/** The statistics view, which is loaded when it is first shown. */
export class StatsLayer implements ReactiveController {
  readonly #host: DebugHost;
  #isLoaded = false;

  constructor(host: DebugHost) {
    this.#host = host;
    host.addController(this);
  }

  hostUpdated(): void {
    if (this.#host.debug && !this.#isLoaded) void this.#load();
  }

  render(isShown: boolean, strings: Strings) {
    if (!isShown || !this.#isLoaded) return nothing;
    return html`<smooth-stats-view .player=${this.#host.player} .strings=${strings}></smooth-stats-view>`;
  }

  async #load(): Promise<void> {
    try {
      const { defineStatsView } = await import('./stats-view.ts');
      defineStatsView();
      this.#isLoaded = true;
      this.#host.requestUpdate();
    } catch {
      // The view can't be loaded now; it may be requested again.
      this.#host.debug = false;
    }
  }
}
