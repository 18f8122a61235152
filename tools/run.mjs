// Runs a command of `smooth-player` from the sources: `node tools/run.mjs package …`.
import { spawnSync } from 'node:child_process';
import { ensureInstalled } from './install.mjs';

await ensureInstalled();
const compiled = spawnSync(process.execPath, ['node_modules/typescript/bin/tsc', '-p', 'cli'], {
  stdio: 'inherit',
});
if (compiled.status !== 0) process.exit(compiled.status ?? 1);
const ran = spawnSync(process.execPath, ['build/cli/smooth-player.js', ...process.argv.slice(2)], {
  stdio: 'inherit',
});
process.exit(ran.status ?? 1);
