import { expect, test } from 'vitest';
import { playChaos } from './chaos-session.ts';

/** `npm run outages` plays more of them. */
const SESSIONS = Number(process.env.SESSIONS ?? 40);
const FIRST_SEED = Number(process.env.FIRST_SEED ?? 1);

/** Sessions that came to a bad end once. */
test.each([60, 546, 1341, 1461])('session %i ends with the title playing', async (seed) => {
  expect((await playChaos(seed)).faults).toEqual([]);
});

test(`${SESSIONS} sessions with outages and actions by chance end with the title playing`, async () => {
  const bad: string[] = [];
  let [events, stalled, requests] = [0, 0, 0];
  for (let seed = FIRST_SEED; seed < FIRST_SEED + SESSIONS; seed += 1) {
    const report = await playChaos(seed);
    events += report.plan.faults.length + report.plan.actions.length;
    stalled += report.stalled;
    requests += report.requests;
    if (report.faults.length > 0) bad.push(`seed ${seed}: ${report.faults.join('; ')}`);
  }
  console.log(
    `${SESSIONS} sessions, ${events} outages and actions, ${(stalled / SESSIONS).toFixed(1)} s of stall and ${Math.round(requests / SESSIONS)} requests each, ${bad.length} bad`,
  );
  expect(bad).toEqual([]);
}, 3_600_000);
