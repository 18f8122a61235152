import { join } from 'node:path';
import type { Browser, Page } from '@playwright/test';
import { createOrigin, type Origin } from '../../demo/origin/server.ts';
import { CALM, CHAOS, type PlannedAction, sessionPlan } from './plan.ts';

const ROOT = join(import.meta.dirname, '../..');
const TITLE = '/titles/title.ism/Manifest';
/** Also played by `npm run bench`; created by `tools/chaos.mjs`. */
const TITLES = join(ROOT, '.cache/bench/titles');
/** At the end the title is watched for this many seconds. */
const WATCHED = 8;
/** Seconds of the title that have to be played meanwhile. */
const PROGRESS = 4;
/** The player has to show its first picture within this many milliseconds, before any fault. */
const STARTED_WITHIN_MS = 30_000;

/** The page's report of the element. Seconds of the title; the stalls since the first picture. */
export interface Look {
  readonly time: number;
  readonly ended: boolean;
  readonly frames: number;
  readonly stalls: { readonly count: number; readonly ms: number };
  readonly error: string | undefined;
}

declare global {
  var chaos: {
    begin(url: string): void;
    act(action: PlannedAction): void;
    settle(): void;
    look(): Look;
  };
}

/** The result of one session. */
export interface Outcome {
  readonly seed: number;
  /** Whether the title plays, or has ended, once there are no more faults. */
  readonly isAvailable: boolean;
  /** Uncaught errors in the page. */
  readonly uncaught: readonly string[];
  readonly stalls: Look['stalls'];
  readonly facts: string;
}

/** Plays one seeded session with one player, and judges it only by its picture and its clock. */
export async function playSession(seed: number, player: string, browser: Browser): Promise<Outcome> {
  const { bitsPerSecond, rules, actions } = sessionPlan(seed);
  const origin = chaosOrigin();
  const url = await origin.listen();
  origin.rules.add({
    match: { url: 'Fragments(' },
    effect: { type: 'bandwidth', steps: [[1, bitsPerSecond]] },
  });
  const context = await browser.newContext();
  const timers: ReturnType<typeof setTimeout>[] = [];
  const after = (seconds: number, act: () => void) => void timers.push(setTimeout(act, seconds * 1000));
  try {
    const page = await context.newPage();
    const uncaught: string[] = [];
    page.on('pageerror', (error) => uncaught.push(String(error)));
    await page.goto(`${url}/test/chaos/page/?player=${player}`);
    await page.waitForFunction(() => 'chaos' in globalThis);
    await page.evaluate((title) => chaos.begin(title), url + TITLE);
    await page.waitForFunction(() => chaos.look().frames > 0, undefined, { timeout: STARTED_WITHIN_MS });
    for (const { at, until, rule } of rules) {
      after(at, () => {
        const { id } = origin.rules.add(rule);
        after(until - at, () => origin.rules.remove(id));
      });
    }
    for (const action of actions) {
      after(action.at, () => void page.evaluate((planned) => chaos.act(planned), action).catch(() => {}));
    }
    await page.waitForTimeout(CHAOS * 1000);
    await page.evaluate(() => chaos.settle());
    await page.waitForTimeout((CALM - WATCHED) * 1000);
    const before = await look(page);
    await page.waitForTimeout(WATCHED * 1000);
    const now = await look(page);
    const moves = now.time - before.time > PROGRESS && now.frames > before.frames;
    const isAvailable = now.ended || moves;
    const facts = `${player}, seed ${seed}: ${isAvailable ? 'available' : 'NOT AVAILABLE'}, ${JSON.stringify({ before, now })}`;
    return { seed, isAvailable, uncaught, stalls: now.stalls, facts };
  } finally {
    for (const timer of timers) clearTimeout(timer);
    await context.close();
    await origin.close();
  }
}

const look = (page: Page): Promise<Look> => page.evaluate(() => chaos.look());

/** An origin with the sample, the players and the page that they play in. */
function chaosOrigin(): Origin {
  return createOrigin({
    presentations: { '/titles': TITLES },
    files: [
      { at: '/dist/', from: join(ROOT, 'dist') },
      { at: '/peers/', from: join(ROOT, '.cache/bench/peers') },
      { at: '/bench/page/', from: join(ROOT, 'bench/page') },
      { at: '/test/chaos/page/', from: join(import.meta.dirname, 'page') },
    ],
  });
}
