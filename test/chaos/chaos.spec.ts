import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { Ahead } from '../browser/ahead.ts';
import { type Outcome, playSession } from './session.ts';

/** Set by `npm run chaos`. */
const { SEEDS, FIRST_SEED, PLAYERS } = process.env;
const first = Number(FIRST_SEED ?? 1);
const seeds = Array.from({ length: Number(SEEDS ?? 8) }, (_, i) => first + i);
const players = (PLAYERS ?? 'smooth').split(',');
const peers = players.filter((player) => player !== 'smooth');
/** Share of sessions that must be available at the end. */
const AVAILABLE = 0.99;
const AT_ONCE = 4;
/** Limit for one session in milliseconds, on a busy machine. */
const SESSION_MS = 120_000;
/** Where `tools/chaos.mjs` reads how each session of a player went. What fails here begins a new process: files outlive it. */
const OUTCOMES = join(import.meta.dirname, '../../test-results/chaos-players');
const pathOf = (player: string, seed: number) => join(OUTCOMES, player, `${seed}.json`);

function keep(player: string, outcome: Outcome): void {
  console.log(outcome.facts);
  mkdirSync(join(OUTCOMES, player), { recursive: true });
  writeFileSync(pathOf(player, outcome.seed), JSON.stringify(outcome));
}

const kept = (player: string): readonly Outcome[] =>
  seeds.map((seed) => JSON.parse(readFileSync(pathOf(player, seed), 'utf8')) as Outcome);

if (players.includes('smooth')) {
  test.describe('sessions full of outages', () => {
    let ahead: Ahead<Outcome>;

    test.beforeAll(({ browser }) => {
      ahead = new Ahead(
        seeds.map((seed) => () => playSession(seed, 'smooth', browser)),
        AT_ONCE,
      );
    });

    for (const [index, seed] of seeds.entries()) {
      test(`seed ${seed}: nothing uncaught`, async () => {
        const outcome = await ahead.outcomeOf(index);
        keep('smooth', outcome);
        expect(outcome.uncaught).toEqual([]);
      });
    }

    test('the title plays or has ended once the server is well again', () => {
      const failed = kept('smooth')
        .filter(({ isAvailable }) => !isAvailable)
        .map(({ facts }) => facts);
      const most = Math.floor(seeds.length * (1 - AVAILABLE));
      expect(
        failed.length,
        `play again with --first SEED --seeds 1:\n${failed.join('\n')}`,
      ).toBeLessThanOrEqual(most);
    });
  });
}

// Their failures are figures to compare with; what has to hold is that they were all given the same chance.
for (const player of peers) {
  test(`${player}: every session begins with a picture, and is judged`, async ({ browser }) => {
    test.setTimeout(SESSION_MS * Math.ceil(seeds.length / AT_ONCE + 1));
    const ahead = new Ahead(
      seeds.map((seed) => () => playSession(seed, player, browser)),
      AT_ONCE,
    );
    for (const index of seeds.keys()) keep(player, await ahead.outcomeOf(index));
    expect(kept(player).map(({ seed }) => seed)).toEqual(seeds);
  });
}
