// `npm run fuzz`: feeds the parsers of manifests, fragments and headers with hostile inputs.
//   --minutes 10        duration
//   --seed N            repeats the same inputs; default: random
//   --target manifest   only this target; may be repeated
//   --self-check        inserts known faults into copies of the library, and checks that each is found
//   --no-build          use the existing build/
// Findings are minimized and written to .cache/fuzz. After a bug is fixed, move its input to test/fuzz/inputs. Exits
// with 1 if anything was found, or an inserted fault was not.
import { fork } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ensureInstalled, fail, ROOT } from './install.mjs';
import { run } from './steps.mjs';

/** How long one input may take before its worker is replaced; machines may be busy. */
const HANG_MS = 10_000;
const HANG_MS_AGAIN = 2_000;
const TURN_MS = 3_000;
/** No tested input needs as much. */
const MEMORY = ['--max-old-space-size=192'];
const MOST_TRIES = 200;
const SHRINK_MS = 20_000;
/** An idle machine needs some seconds. */
const PLANT_MS = 180_000;
const CACHE = join(ROOT, '.cache/fuzz');

/** A process that reads inputs, and is replaced when one never ends or uses all memory. */
class Reader {
  #folder;
  #child;
  #current = join(CACHE, `current-${process.pid}`);

  constructor(folder) {
    this.#folder = folder;
  }

  async #start() {
    writeFileSync(this.#current, new Uint8Array(8));
    const child = fork(join(this.#folder, 'test/fuzz/worker.js'), [this.#current], {
      execArgv: MEMORY,
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    await once(child, 'message');
    return child;
  }

  /** Its response, or the failure that ended it. */
  async ask(order, hangMs = HANG_MS) {
    this.#child ??= await this.#start();
    const child = this.#child;
    return new Promise((resolve) => {
      let [seen, since] = [-1, performance.now()];
      const watch = setInterval(() => {
        const [count] = this.#input();
        if (count !== seen) [seen, since] = [count, performance.now()];
        else if (performance.now() - since > hangMs)
          end({ fault: 'hang', details: `not read within ${hangMs} ms` });
      }, 100);
      const end = (outcome) => {
        clearInterval(watch);
        child.off('message', end);
        child.off('exit', exited);
        if (outcome.kind) return resolve(outcome);
        const [, input] = this.#input();
        this.#child = undefined;
        child.kill('SIGKILL');
        resolve({ ...outcome, input, target: order.target });
      };
      const exited = (code, signal) => end({ fault: 'memory', details: `ended by ${signal ?? code}` });
      child.on('message', end);
      child.on('exit', exited);
      child.send(order);
    });
  }

  /** The number of inputs, and the last one. */
  #input() {
    const bytes = readFileSync(this.#current);
    return [bytes.readUInt32LE(0), Uint8Array.from(bytes.subarray(8, 8 + bytes.readUInt32LE(4)))];
  }

  close() {
    this.#child?.disconnect();
    this.#child = undefined;
    rmSync(this.#current, { force: true });
  }
}

/** Lets targets take turns until the time is up; returns the findings, each fault of a target once. */
async function fuzz(
  folder,
  targets,
  { seed, ms, growth = true, isEnough = () => false, onFinding = () => {} },
) {
  const reader = new Reader(folder);
  const found = new Map();
  const totals = new Map(targets.map((target) => [target, { inputs: 0, accepted: 0, kept: 0 }]));
  const until = performance.now() + ms;
  for (let turn = 0; performance.now() < until && !isEnough(found); turn += 1) {
    const target = targets[turn % targets.length];
    const left = until - performance.now();
    const turnMs = Math.min(TURN_MS, Math.max(200, left), Math.max(500, ms / targets.length / 2));
    const answer = await reader.ask({
      kind: 'fuzz',
      target,
      seed: (seed + turn * 7919) >>> 0,
      ms: turnMs,
      growth,
    });
    const total = totals.get(target);
    for (const key of ['inputs', 'accepted']) total[key] += answer[key] ?? 0;
    total.kept = answer.kept ?? total.kept;
    for (const finding of answer.findings ?? [answer]) {
      const key = `${finding.target} ${finding.fault}`;
      if (!found.has(key)) {
        found.set(key, finding);
        onFinding(finding);
      }
    }
  }
  const { files = [] } = found.size === 0 || !isEnough(found) ? await reader.ask({ kind: 'coverage' }) : {};
  reader.close();
  return { found: [...found.values()], totals, files };
}

/** Removes everything that isn't needed for the same fault. */
async function shrink(folder, finding) {
  const reader = new Reader(folder);
  const until = performance.now() + SHRINK_MS;
  let { input } = finding;
  let tries = 0;
  for (let size = input.length >> 1; size > 0 && tries < MOST_TRIES && performance.now() < until; ) {
    let isShorter = false;
    for (let from = 0; from < input.length && tries < MOST_TRIES && performance.now() < until; from += size) {
      const less = new Uint8Array([...input.subarray(0, from), ...input.subarray(from + size)]);
      tries += 1;
      const { fault } = await reader.ask(
        { kind: 'try', target: finding.target, input: less, fault: finding.fault },
        HANG_MS_AGAIN,
      );
      if (fault !== finding.fault) continue;
      input = less;
      isShorter = true;
      from -= size;
    }
    if (!isShorter) size >>= 1;
    else size = Math.min(size, input.length >> 1);
  }
  reader.close();
  return input;
}

/** Inserts each fault into a copy of the compiled library; returns how many were not found. */
async function checkSelf(plants, seed) {
  let missed = 0;
  for (const [number, { name, target, faults, changes }] of plants.entries()) {
    const folder = join(CACHE, `planted-${number}`);
    rmSync(folder, { recursive: true, force: true });
    for (const part of ['src', 'test'])
      cpSync(join(ROOT, 'build', part), join(folder, part), { recursive: true });
    for (const [file, find, put] of changes) {
      const path = join(folder, 'src', file);
      const code = readFileSync(path, 'utf8');
      if (!code.includes(find)) fail(`Cannot insert the fault "${name}": ${file} has no "${find}".`);
      writeFileSync(
        path,
        code.replace(find, () => put),
      );
    }
    const startedAt = performance.now();
    const isIt = ({ fault }) => faults.includes(fault);
    const isEnough = (findings) => [...findings.values()].some(isIt);
    const { found } = await fuzz(folder, [target], { seed, ms: PLANT_MS, isEnough });
    const took = `${((performance.now() - startedAt) / 1000).toFixed(1)} s`;
    const finding = found.find(isIt);
    console.log(
      finding ? `found after ${took}: ${name} (${finding.fault})` : `NOT FOUND within ${took}: ${name}`,
    );
    if (!finding) missed += 1;
    rmSync(folder, { recursive: true, force: true });
  }
  console.log(
    missed > 0
      ? `${missed} of ${plants.length} inserted faults were not found.`
      : `All ${plants.length} inserted faults were found.`,
  );
  return missed;
}

const { values: options } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    seed: { type: 'string' },
    target: { type: 'string', multiple: true, default: [] },
    'self-check': { type: 'boolean', default: false },
    build: { type: 'boolean', default: true },
  },
  allowNegative: true,
});
const minutes = Number(options.minutes);
const seed = options.seed === undefined ? Date.now() >>> 0 : Number(options.seed);
if (!(minutes > 0)) fail('--minutes must be a number above 0.');
if (!Number.isInteger(seed)) fail('--seed must be an integer.');

process.chdir(ROOT);
await ensureInstalled();
if (options.build) {
  for (const project of ['tsconfig.json', 'test/fuzz']) {
    if (!(await run('tsc', ['-p', project]))) fail(`The build failed at: tsc -p ${project}`);
  }
}
mkdirSync(CACHE, { recursive: true });

const { TARGETS } = await import('../build/test/fuzz/targets.js');
const names = TARGETS.map(({ name }) => name);
const unknown = options.target.find((name) => !names.includes(name));
if (unknown) fail(`Unknown target "${unknown}"; there are ${names.join(', ')}.`);
const targets = options.target.length > 0 ? options.target : names;
if (options['self-check']) {
  const { PLANTS } = await import('../build/test/fuzz/plants.js');
  const plants = PLANTS.filter(({ target }) => targets.includes(target));
  process.exit((await checkSelf(plants, seed)) > 0 ? 1 : 0);
}

console.log(`Seed ${seed}, ${minutes} minutes: ${targets.join(', ')}.`);
const onFinding = ({ target, fault, details }) => console.log(`\n${target}: ${fault}\n${details}`);
const { found, totals, files } = await fuzz(join(ROOT, 'build'), targets, {
  seed,
  ms: minutes * 60_000,
  onFinding,
});
for (const finding of found) {
  const small = finding.fault === 'slow' ? finding.input : await shrink(join(ROOT, 'build'), finding);
  const hash = createHash('sha256').update(small).digest('hex').slice(0, 12);
  const path = join(CACHE, `${finding.target}-${hash}`);
  writeFileSync(path, small);
  console.log(`${finding.target}: ${finding.fault}: ${small.length} bytes in ${path}`);
}

console.log('');
let all = 0;
for (const [target, { inputs, accepted, kept }] of totals) {
  all += inputs;
  const share = inputs > 0 ? Math.round((100 * accepted) / inputs) : 0;
  console.log(
    `${target.padEnd(12)} ${String(inputs).padStart(9)} inputs, ${share} % accepted, ${kept} kept for new coverage`,
  );
}
const blocks = files.filter(([file]) => /^(?:base\/xml|manifest|mp4|transmux|timeline)/.test(file));
const [covered, total] = blocks.reduce(([a, b], [, run, every]) => [a + run, b + every], [0, 0]);
if (total > 0) console.log(`${((100 * covered) / total).toFixed(1)} % of the loaded code was run`);
console.log(`${all} inputs, ${found.length} ${found.length === 1 ? 'finding' : 'findings'}`);
process.exit(found.length > 0 ? 1 : 0);
