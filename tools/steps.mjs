// Runs programs one after another and counts results; used by `build`, `check` and `test`.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './install.mjs';

const bin = (name) => join(ROOT, 'node_modules', '.bin', process.platform === 'win32' ? `${name}.cmd` : name);

/** A program, and how to start it: `node`, or one that the dependencies bring. */
function commandOf(name) {
  const isNode = name === 'node';
  return [
    isNode ? process.execPath : bin(name),
    { cwd: ROOT, shell: process.platform === 'win32' && !isNode },
  ];
}

/** Runs one program; resolves with whether it succeeded. Its output is shown immediately. */
export function run(name, args, env = {}) {
  const [command, options] = commandOf(name);
  const child = spawn(command, args, { ...options, stdio: 'inherit', env: { ...process.env, ...env } });
  return new Promise((resolve, reject) => {
    child.on('error', reject).on('close', (code) => resolve(code === 0));
  });
}

/** Runs one program, while others run; resolves with its output and whether it succeeded. */
function runQuietly(name, args) {
  const [command, options] = commandOf(name);
  const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text) => {
      output += text;
    });
  return new Promise((resolve, reject) => {
    child.on('error', reject).on('close', (code) => resolve({ output, isGood: code === 0 }));
  });
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

  /**
   * Starts steps in the background, one after another, each of which passes or fails as a whole. Their output is shown once the returned function has
   * waited for their end.
   */
  beside(steps) {
    const ended = (async () => {
      const results = [];
      for (const [title, name, args] of steps) results.push({ title, ...(await runQuietly(name, args)) });
      return results;
    })();
    return async () => {
      for (const { title, output, isGood } of await ended) {
        console.log(`\n▶ ${title}\n${output}`);
        this.#add(isGood ? { passed: 1 } : { failed: 1 });
      }
    };
  }

  /** A step that reports its tests in a JSON file, read by `count`. */
  async tests(title, name, args, reportPath, count, env) {
    console.log(`\n▶ ${title}`);
    rmSync(join(ROOT, reportPath), { force: true });
    const isGood = await run(name, args, env);
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
   * Browser tests, three at a time: playback mostly waits, and with two tests the cores are often idle. A test that
   * missed a deadline on a busy machine is run again alone: that result counts, and is listed at the end.
   */
  async browserTests(title, browser) {
    console.log(`\n▶ ${title}`);
    const play = async (name, more) => {
      const report = join(ROOT, 'test-results', name);
      rmSync(report, { force: true });
      const env = { CHROMIUM: browser.path, PLAYWRIGHT_JSON_OUTPUT_NAME: report };
      const isGood = await run('playwright', ['test', '--reporter=list,json', ...more], env);
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
    const first = await play('browser.json', ['--workers=3']);
    if (!first.mayRepeat || first.failed > MOST_REPEATED) return this.#add(first);
    console.log(`\n▶ Again, alone: ${first.failed} of them`);
    const again = await play('browser-alone.json', ['--workers=1', '--last-failed']);
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
