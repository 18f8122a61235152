import type { SmoothOptions } from '../../../src/player/options.ts';
import { SmoothPlayer } from '../../../src/player/player.ts';
import { enterPage } from '../browser/page.ts';
import { FakeVideo } from '../browser/video.ts';
import { VirtualTime } from '../virtual-time.ts';
import { FakeNetwork } from './network.ts';
import { randomFrom } from './random.ts';
import { manifestOf } from './title.ts';

export const URL_OF_TITLE = 'http://origin.example/title.ism/Manifest';

// What is loaded when it is needed takes real time: here it is there from the start.
await Promise.all([
  import('../../../src/base/error-words.ts'),
  import('../../../src/player/delivery/improvement.ts'),
  import('../../../src/player/delivery/make-room.ts'),
  import('../../../src/player/clock/hole-filling.ts'),
  import('../../../src/player/quality/machine.ts'),
  import('../../../src/player/quality/planner.ts'),
  import('../../../src/player/title/early-fragments.ts'),
  import('../../../src/player/title/irregular-title.ts'),
]);

export interface Told {
  readonly type: string;
  readonly at: number;
  readonly position: number;
  readonly code: string | undefined;
}

/** Somebody who watches a title: the whole player on a browser and a network that are made up, in virtual time. */
export class Viewing {
  readonly time = new VirtualTime();
  readonly video: FakeVideo;
  readonly network: FakeNetwork;
  readonly player: SmoothPlayer;
  readonly events: Told[] = [];
  readonly page: ReturnType<typeof enterPage>;
  readonly uncaught: unknown[] = [];
  readonly #onUncaught = (error: unknown) => void this.uncaught.push(error);

  readonly #chance = Math.random;

  /** What the player leaves to chance, `seed` decides. */
  constructor(seed: number, seconds = 60, options: SmoothOptions = {}, manifest = manifestOf(seconds)) {
    this.page = enterPage();
    Math.random = randomFrom(seed);
    this.network = new FakeNetwork(manifest);
    this.video = new FakeVideo();
    this.player = new SmoothPlayer(this.video as unknown as HTMLMediaElement, {
      ...options,
      network: { fetch: this.network.fetch, ...options.network },
    });
    for (const type of ['loaded', 'error', 'warning', 'stall', 'recover', 'ended'] as const) {
      this.player.addEventListener(type, (event) => {
        const { error } = event as { readonly error?: { readonly code: string } };
        this.events.push({
          type,
          at: performance.now(),
          position: this.video.currentTime,
          code: error?.code,
        });
      });
    }
    process.on('unhandledRejection', this.#onUncaught);
  }

  /** Loads the title and plays; what goes wrong is told by events. */
  begin(startTime = 0): void {
    this.player.load(URL_OF_TITLE, { startTime }).catch(() => {});
    void this.video.play();
  }

  codes(type: 'error' | 'warning'): readonly (string | undefined)[] {
    return this.events.filter((event) => event.type === type).map(({ code }) => code);
  }

  get stalled(): number {
    return this.video.stalls.reduce((sum, { seconds }) => sum + seconds, 0);
  }

  /** Ends everything, and gives the platform back. */
  async close(): Promise<void> {
    void this.player.destroy();
    await this.time.pass(1);
    process.off('unhandledRejection', this.#onUncaught);
    Math.random = this.#chance;
    this.time.restore();
    this.page.leave();
  }
}
