// Runs one of the project's TypeScript programs: `node tools/run.mjs demo/origin/package-cli.ts …`.
import { spawnSync } from 'node:child_process';
import { ensureInstalled } from './install.mjs';

const [program, ...args] = process.argv.slice(2);
await ensureInstalled();
const compiled = spawnSync(process.execPath, ['node_modules/typescript/bin/tsc', '-p', 'demo'], {
  stdio: 'inherit',
});
if (compiled.status !== 0) process.exit(compiled.status ?? 1);
const ran = spawnSync(process.execPath, [`build/${program.replace(/\.ts$/, '.js')}`, ...args], {
  stdio: 'inherit',
});
process.exit(ran.status ?? 1);
