// `npm run hosting`: exported titles on nginx and on s3rver, an S3-compatible server from npm, in a separate folder.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { build } from './build.mjs';
import { fail, ROOT } from './install.mjs';
import { run } from './steps.mjs';

const S3RVER = 's3rver@3.7.1';

await build();
const folder = join(ROOT, 'node_modules/.hosting');
const program = join(folder, 'node_modules/s3rver/bin/s3rver.js');
if (!existsSync(program)) {
  console.log(`Installing ${S3RVER} from npm (once) …`);
  mkdirSync(folder, { recursive: true });
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const args = [
    'install',
    '--prefix',
    folder,
    '--ignore-scripts',
    '--no-audit',
    '--no-fund',
    '--no-save',
    S3RVER,
  ];
  const done = spawnSync(npm, args, { stdio: 'inherit', shell: process.platform === 'win32' });
  if (done.status !== 0)
    fail('npm could not install s3rver. Check the network and the configured npm registry.');
}
// It lists buckets with a digest that OpenSSL 3 considers legacy.
const env = { S3RVER: program, NODE_OPTIONS: '--openssl-legacy-provider' };
process.exit((await run('vitest', ['run', 'test/hosting'], env)) ? 0 : 1);
