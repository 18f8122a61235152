// Runs programs one after another and keeps count; the shape of `build`, `check` and `test`.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './install.mjs';

const bin = (name) => join(ROOT, 'node_modules', '.bin', process.platform === 'win32' ? `${name}.cmd` : name);

/** Runs one program; gives whether it succeeded. Its output is shown as it comes. */
export function run(name, args, env = {}) {
  const isNode = name === 'node';
  const done = spawnSync(isNode ? process.execPath : bin(name), args, {
    cwd: ROOT,
    stdio: 'inherit',
    env: { ...process.env, ...env },
    shell: process.platform === 'win32' && !isNode,
  });
  return done.status === 0;
}

/** Counts what passed and failed over several steps, tests one by one. */
export class Tally {
  passed = 0;
  failed = 0;
  skipped = 0;

  /** A step that passes or fails as a whole. */
  step(title, name, args, env) {
    console.log(`\n▶ ${title}`);
    const isGood = run(name, args, env);
    this.#add(isGood ? { passed: 1 } : { failed: 1 });
    return isGood;
  }

  /** A step that reports its tests in a JSON file, read by `count`. */
  tests(title, name, args, reportPath, count, env) {
    console.log(`\n▶ ${title}`);
    rmSync(join(ROOT, reportPath), { force: true });
    const isGood = run(name, args, env);
    const counts = existsSync(join(ROOT, reportPath))
      ? count(JSON.parse(readFileSync(join(ROOT, reportPath), 'utf8')))
      : { failed: 1 };
    this.#add(counts);
    // A runner may fail although no test of it did: an unhandled rejection, no test found.
    if (!isGood && !counts.failed) this.#add({ failed: 1 });
  }

  #add({ passed = 0, failed = 0, skipped = 0 }) {
    this.passed += passed;
    this.failed += failed;
    this.skipped += skipped;
  }

  /** Prints the closing line and ends the process accordingly. */
  close() {
    const skipped = this.skipped > 0 ? `, ${this.skipped} skipped` : '';
    console.log(`\n${this.passed} passed, ${this.failed} failed${skipped}`);
    process.exit(this.failed > 0 ? 1 : 0);
  }
}
