import type { Browser } from '@playwright/test';
import type { Origin } from '../../demo/origin/server.ts';
import { expectNone, openOrigin, openPlayer, type PlayerPage, test } from './fixtures.ts';

/** A test that plays in real time and mostly waits. */
interface Scene {
  readonly name: string;
  readonly play: (stage: Stage) => Promise<void>;
}

interface Stage {
  readonly player: PlayerPage;
  readonly origin: Origin;
}

/** As many as two cores decode and read without losing frames. */
const AT_ONCE = 4;

/**
 * Declares tests that play at the same time, each in a page and on an origin of its own, a few at once: what takes
 * thirteen seconds of film each takes thirteen seconds together.
 */
export function sideBySide(titles: string | undefined, declare: (scene: DeclareScene) => void): void {
  const scenes: Scene[] = [];
  declare((name, play) => scenes.push({ name, play }));
  for (let first = 0; first < scenes.length; first += AT_ONCE)
    describeGroup(titles, scenes.slice(first, first + AT_ONCE));
}

type DeclareScene = (name: string, play: Scene['play']) => void;

function describeGroup(titles: string | undefined, scenes: readonly Scene[]): void {
  test.describe('side by side', () => {
    const outcomes = new Map<Scene, Promise<void>>();
    test.beforeAll(({ browser }) => {
      for (const scene of scenes) {
        const outcome = perform(scene, browser, titles);
        outcome.catch(() => {}); // its own test tells
        outcomes.set(scene, outcome);
      }
    });
    for (const scene of scenes) test(scene.name, () => outcomes.get(scene));
  });
}

async function perform({ play }: Scene, browser: Browser, titles: string | undefined): Promise<void> {
  const origin = await openOrigin(titles);
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
