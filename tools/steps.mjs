// Runs programs one after another and counts results; used by `build`, `check` and `test`.
import { spawn, spawnSync } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './install.mjs';

const bin = (name) => join(ROOT, 'node_modules', '.bin', process.platform === 'win32' ? `${name}.cmd` : name);

/** Runs one program; returns whether it succeeded. Its output is shown immediately. */
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

/** More failures than these are not due to a busy machine. */
const MOST_REPEATED = 20;

/** The names of the failed tests in a Playwright report. */
function failures(suites) {
  return suites.flatMap(({ suites: inner = [], specs = [] }) => [
    ...specs.filter(({ ok }) => !ok).map(({ file, line, title }) => `${file}:${line} ${title}`),
    ...failures(inner),
  ]);
}

/** Counts passed and failed tests over several steps. */
export class Tally {
  passed = 0;
  failed = 0;
  skipped = 0;
  /** The names of tests that passed only when run alone. */
  alone = [];

  /** A step that passes or fails as a whole. */
  step(title, name, args, env) {
    console.log(`\n▶ ${title}`);
    const isGood = run(name, args, env);
    this.#add(isGood ? { passed: 1 } : { failed: 1 });
    return isGood;
  }

  /** Starts a step in the background, in Node. Its output is shown once the returned function has waited for its end. */
  beside(title, name, args) {
    const log = join(ROOT, 'test-results', `${name}.log`);
    mkdirSync(join(ROOT, 'test-results'), { recursive: true });
    const output = openSync(log, 'w');
    const child = spawn(process.execPath, args, { cwd: ROOT, stdio: ['ignore', output, output] });
    closeSync(output);
    const ended = new Promise((resolve) => child.on('close', resolve));
    return async () => {
      const code = await ended;
      console.log(`\n▶ ${title}\n${readFileSync(log, 'utf8')}`);
      this.#add(code === 0 ? { passed: 1 } : { failed: 1 });
    };
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
    // A runner may fail although no test did: an unhandled rejection, no test found.
    if (!isGood && !counts.failed) this.#add({ failed: 1 });
  }

  #add({ passed = 0, failed = 0, skipped = 0 }) {
    this.passed += passed;
    this.failed += failed;
    this.skipped += skipped;
  }

  /**
   * Browser tests, two at a time. Playback takes real time, so a test that missed a deadline on a busy machine is run
   * again alone: that result counts, and is listed at the end.
   */
  browserTests(title, browser) {
    console.log(`\n▶ ${title}`);
    const play = (name, more) => {
      const report = join(ROOT, 'test-results', name);
      rmSync(report, { force: true });
      const env = { CHROMIUM: browser.path, PLAYWRIGHT_JSON_OUTPUT_NAME: report };
      const isGood = run('playwright', ['test', '--reporter=list,json', ...more], env);
      if (!existsSync(report)) return { passed: 0, failed: 1, skipped: 0, failures: [], mayRepeat: false };
      const { stats, suites, errors } = JSON.parse(readFileSync(report, 'utf8'));
      // A runner may fail although no test did: a file that can't be loaded, no test found.
      const failed = Math.max(stats.unexpected, isGood ? 0 : 1);
      const mayRepeat = stats.unexpected > 0 && errors.length === 0;
      return {
        passed: stats.expected,
        failed,
        skipped: stats.skipped,
        failures: failures(suites),
        mayRepeat,
      };
    };
    const first = play('browser.json', ['--workers=2']);
    if (!first.mayRepeat || first.failed > MOST_REPEATED) return this.#add(first);
    console.log(`\n▶ Again, alone: ${first.failed} of them`);
    const again = play('browser-alone.json', ['--workers=1', '--last-failed']);
    const still = new Set(again.failures);
    this.alone.push(...first.failures.filter((name) => !still.has(name)));
    this.#add({
      passed: first.passed + again.passed,
      failed: Math.max(again.failed, first.failed - again.passed),
      skipped: first.skipped,
    });
  }

  /** Prints the summary and sets the exit code. */
  close() {
    if (this.alone.length > 0)
      console.log(`\nPassed only when run alone:\n${this.alone.map((name) => `  ${name}\n`).join('')}`);
    const skipped = this.skipped > 0 ? `, ${this.skipped} skipped` : '';
    console.log(`\n${this.passed} passed, ${this.failed} failed${skipped}`);
    process.exit(this.failed > 0 ? 1 : 0);
  }
}
