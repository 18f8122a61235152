// `npm run outages`: plays sessions with random outages and user actions, in virtual time, and judges each.
//   --sessions 700    number of sessions; about fifteen outages and actions each
//   --first 1         first seed. To repeat a session that failed, use `--first SEED --sessions 1`
import { parseArgs } from 'node:util';
import { ensureInstalled } from './install.mjs';
import { run } from './steps.mjs';

const { values: options } = parseArgs({
  options: {
    sessions: { type: 'string', default: '700' },
    first: { type: 'string', default: '1' },
  },
});
await ensureInstalled();
const isGood = run('vitest', ['run', 'test/sim/on-demand/chaos.test.ts'], {
  SESSIONS: options.sessions,
  FIRST_SEED: options.first,
});
process.exitCode = isGood ? 0 : 1;
