// `npm run outages`: plays sessions with random outages and user actions, in virtual time, and judges each; before that,
// one session is interrupted at every place in turn: by each kind of failure, by the application, by the browser.
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
// A session that is repeated has been found already.
const files = options.sessions === '1' ? ['chaos'] : ['interrupted', 'chaos'];
const isGood = await run('vitest', ['run', ...files.map((name) => `test/sim/on-demand/${name}.test.ts`)], {
  SESSIONS: options.sessions,
  FIRST_SEED: options.first,
  EVERY_PLACE: '1',
});
process.exitCode = isGood ? 0 : 1;
