// `npm run crash`: kills an origin a hundred times during a push, and checks what is left; takes three minutes.
//   --kills 100   number of kills
//   --seed 1      seed of their times
import { parseArgs } from 'node:util';
import { build } from './build.mjs';
import { run } from './steps.mjs';

const { values } = parseArgs({
  options: { kills: { type: 'string', default: '100' }, seed: { type: 'string' } },
});
await build();
const env = { CRASH_KILLS: values.kills, ...(values.seed !== undefined && { CRASH_SEED: values.seed }) };
process.exit((await run('vitest', ['run', 'test/crash'], env)) ? 0 : 1);
