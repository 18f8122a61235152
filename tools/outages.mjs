// `npm run outages`: plays sessions full of outages and of what viewers do, in virtual time, and judges each.
//   --sessions 700    how many; some fifteen outages and actions each
//   --first 1         the first seed. A session that fails is played again by `--first SEED --sessions 1`
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
