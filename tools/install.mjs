// Installs the dependencies in package-lock.json, if necessary.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const STAMP = join(ROOT, 'node_modules', '.installed');

/** Installs according to the lock file, unless the last installation was the same. */
export async function ensureInstalled() {
  const [major] = process.versions.node.split('.');
  if (Number(major) < 20) {
    fail(
      `Node ${process.versions.node} is too old: this project needs Node 20 or newer (https://nodejs.org).`,
    );
  }
  const wanted = createHash('sha256')
    .update(readFileSync(join(ROOT, 'package-lock.json')))
    .digest('hex');
  if (read(STAMP) === wanted) return;
  console.log('Installing dependencies from npm (once; about half a minute) …');
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const done = spawnSync(npm, ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: ROOT,
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
  if (done.status !== 0) {
    fail(
      'npm could not install the dependencies. Check the network and the configured npm registry, then try again.',
    );
  }
  mkdirSync(dirname(STAMP), { recursive: true });
  writeFileSync(STAMP, wanted);
}

export function fail(sentence) {
  console.error(sentence);
  process.exit(1);
}

function read(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
