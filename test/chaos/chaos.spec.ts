import type { Browser } from '@playwright/test';
import { Ahead } from '../browser/ahead.ts';
import { expect, openOrigin, openPlayer, type PlayerPage, test } from '../browser/fixtures.ts';
import { CALM, CHAOS, type PlannedAction, sessionPlan } from './plan.ts';

/** `npm run chaos` sets them. */
const { SEEDS, FIRST_SEED } = process.env;
const first = Number(FIRST_SEED ?? 1);
const seeds = Array.from({ length: Number(SEEDS ?? 8) }, (_, i) => first + i);
/** Of a hundred sessions so many must be available at the end. */
const AVAILABLE = 0.99;
const AT_ONCE = 4;

interface Outcome {
  readonly seed: number;
  readonly isAvailable: boolean;
  readonly uncaught: readonly string[];
  readonly facts: string;
}

test.describe('sessions full of outages', () => {
  let ahead: Ahead<Outcome>;
  const unavailable: Outcome[] = [];

  test.beforeAll(({ browser }) => {
    ahead = new Ahead(
      seeds.map((seed) => () => play(seed, browser)),
      AT_ONCE,
    );
  });

  for (const [index, seed] of seeds.entries()) {
    test(`seed ${seed}: nothing uncaught`, async () => {
      const outcome = await ahead.outcomeOf(index);
      console.log(outcome.facts);
      if (!outcome.isAvailable) unavailable.push(outcome);
      expect(outcome.uncaught).toEqual([]);
    });
  }

  test('the title plays or has ended once the server is well again', () => {
    const failed = unavailable.map(({ facts }) => facts);
    const most = Math.floor(seeds.length * (1 - AVAILABLE));
    expect(
      failed.length,
      `play again with --first SEED --seeds 1:\n${failed.join('\n')}`,
    ).toBeLessThanOrEqual(most);
  });
});

async function play(seed: number, browser: Browser): Promise<Outcome> {
  const { rules, actions } = sessionPlan(seed);
  const origin = await openOrigin();
  const context = await browser.newContext();
  const timers: ReturnType<typeof setTimeout>[] = [];
  const after = (seconds: number, act: () => void) => void timers.push(setTimeout(act, seconds * 1000));
  try {
    const { player, faults } = await openPlayer(await context.newPage(), origin.url);
    await player.load();
    await player.play();
    for (const { at, until, rule } of rules) {
      after(at, () => {
        const { id } = origin.rules.add(rule);
        after(until - at, () => origin.rules.remove(id));
      });
    }
    for (const action of actions) after(action.at, () => void act(player, action));
    await player.page.waitForTimeout(CHAOS * 1000);
    // A viewer who finds the title at its end begins again.
    await player.evaluate(() => {
      video.playbackRate = 1;
      if (video.ended || video.duration - video.currentTime < 20) video.currentTime = 2;
      void video.play();
    });
    await player.page.waitForTimeout((CALM - 8) * 1000);
    const before = await look(player);
    await player.page.waitForTimeout(8000);
    const now = await look(player);
    const isAvailable =
      now.state === 'ready' && (now.ended || (now.time - before.time > 4 && now.frames > before.frames));
    const facts = `seed ${seed}: ${isAvailable ? 'available' : 'NOT AVAILABLE'}, ${JSON.stringify({ before, now })}`;
    return { seed, isAvailable, uncaught: faults, facts };
  } finally {
    for (const timer of timers) clearTimeout(timer);
    await context.close();
    await origin.close();
  }
}

function act(player: PlayerPage, action: PlannedAction): Promise<void> {
  return player.evaluate(async (planned) => {
    switch (planned.do) {
      case 'seek':
        video.currentTime = planned.to;
        break;
      case 'rate':
        video.playbackRate = planned.rate;
        break;
      default:
        video.pause();
        setTimeout(() => void video.play().catch(() => {}), planned.seconds * 1000);
    }
  }, action);
}

const look = (player: PlayerPage) =>
  player.evaluate(() => ({
    state: smooth.state,
    error: smooth.error?.code,
    time: video.currentTime,
    ended: video.ended,
    frames: pictures.length,
  }));
