import type { Browser } from '@playwright/test';
import type { ChannelOptions } from '../../demo/origin/live/channel.ts';
import type { Origin } from '../../demo/origin/server.ts';
import { Ahead } from './ahead.ts';
import { expectNone, openOrigin, openPlayer, type PlayerPage, test } from './fixtures.ts';

/** A test that plays in real time and mostly waits. */
interface Scene {
  readonly name: string;
  readonly play: (stage: Stage) => Promise<void>;
  /** The live channels of its origin. */
  readonly live: readonly ChannelOptions[];
}

interface Stage {
  readonly player: PlayerPage;
  readonly origin: Origin;
}

type DeclareScene = (name: string, play: Scene['play'], live?: Scene['live']) => void;

/** As many as two cores decode without losing frames. */
const AT_ONCE = process.env.ENGINE === 'webkit' ? 1 : 4;

/**
 * Declares tests that run at the same time, each in its own page and with its own origin, a few at once: tests that
 * play thirteen seconds each take thirteen seconds together. Declare the longest first. A test that fails is run again
 * alone, and that result counts: four at once may be more than the machine can decode.
 */
export function sideBySide(titles: string | undefined, declare: (scene: DeclareScene) => void): void {
  const scenes: Scene[] = [];
  declare((name, play, live = []) => scenes.push({ name, play, live }));
  test.describe('side by side', () => {
    let ahead: Ahead<void>;
    test.beforeAll(({ browser }) => {
      ahead = new Ahead(
        scenes.map((scene) => () => perform(scene, browser, titles)),
        AT_ONCE,
      );
    });
    for (const [index, { name }] of scenes.entries())
      test(name, () =>
        ahead.outcomeOf(index).catch((error: unknown) => {
          console.log(`played again alone, after: ${error instanceof Error ? error.message : String(error)}`);
          return ahead.alone(index);
        }),
      );
  });
}

async function perform({ play, live }: Scene, browser: Browser, titles: string | undefined): Promise<void> {
  const origin = await openOrigin(titles, live);
  const context = await browser.newContext();
  try {
    const { player, faults } = await openPlayer(await context.newPage(), origin.url);
    await play({ player, origin });
    expectNone(faults);
  } finally {
    await context.close();
    await origin.close();
  }
}
