import { openSync, writeSync } from 'node:fs';
import { Session } from 'node:inspector';
import { Coverage } from './coverage.ts';
import { Random } from './random.ts';
import { type Target, Violation } from './target.ts';
import { TARGETS } from './targets.ts';

/** What the tool asks for. */
export type Order =
  | {
      readonly kind: 'fuzz';
      readonly target: string;
      readonly seed: number;
      readonly ms: number;
      readonly growth: boolean;
    }
  | { readonly kind: 'try'; readonly target: string; readonly input: Uint8Array; readonly fault: string }
  | { readonly kind: 'coverage' };

export interface Finding {
  readonly target: string;
  /** What went wrong, the same for the same reason. */
  readonly fault: string;
  readonly details: string;
  readonly input: Uint8Array;
}

export type Answer =
  | {
      readonly kind: 'fuzzed';
      readonly inputs: number;
      readonly accepted: number;
      readonly kept: number;
      readonly findings: readonly Finding[];
    }
  | { readonly kind: 'tried'; readonly fault: string | undefined }
  | {
      readonly kind: 'coverage';
      readonly files: readonly (readonly [file: string, covered: number, all: number])[];
    };

/** Where the input lies that is being read, for when it never ends: how many there were, how long it is, and its bytes. */
const current = openSync(process.argv[2] ?? '', 'r+');
const note = Buffer.alloc(8 + 1024 * 1024);

/** 10 MB a second for each of a target's passes, and 5 ms; the least of so many measures of the processor's time. */
const MS_PER_BYTE = 1 / 10_000;
const MS_AT_LEAST = 5;
const MEASURES = 16;
/** A processor that others use too takes so many times as long; what grows faster than its input takes more before long. */
const BUSY = 3;
const GROWTH = [8192, 65_536, 524_288];
/** Where a byte takes hardly more time than in a smaller input, one in so many goes on to grow. */
const GROWN_ON = 6;
/** Inputs of a target that did something new; the first are its seeds. */
const MOST_KEPT = 400;
/** Of its time, for coverage makes code slow. */
const EXPLORING = 0.3;
/** Of what is left, for making parts of inputs many. */
const GROWING = 0.4;
/** One in so many is read twice. */
const REPEATED = 64;
const MOST_FINDINGS = 4;

interface How {
  readonly isTimed: boolean;
  /** Read twice, to the same end. */
  readonly isRepeated?: boolean;
}

Error.stackTraceLimit = 0;
const pools = new Map<string, Uint8Array[]>();
const coverage = new Coverage(new Session());

process.on('message', (order: Order) => {
  process.send?.(obey(order));
});
process.on('disconnect', () => process.exit());
process.send?.({ kind: 'ready' });

function obey(order: Order): Answer {
  if (order.kind === 'coverage') return { kind: 'coverage', files: coverage.files() };
  const target = TARGETS.find(({ name }) => name === order.target);
  if (!target) throw new Error(`no target ${order.target}`);
  if (order.kind === 'fuzz') return fuzz(target, order.seed, order.ms, order.growth);
  const finding =
    order.fault === 'slow'
      ? slowness(target, order.input)
      : examine(target, order.input, { isTimed: false, isRepeated: true });
  return { kind: 'tried', fault: finding?.fault };
}

/** First a while in which whatever reaches new code is kept, then one at full speed, in which time is measured. */
function fuzz(target: Target, seed: number, ms: number, growth: boolean): Answer {
  const random = new Random(seed);
  const pool = poolOf(target);
  const seeds = target.seeds() as [Uint8Array, ...Uint8Array[]];
  const findings = new Map<string, Finding>();
  const startedAt = performance.now();
  let [inputs, accepted] = [0, 0];
  const examineNext = (how: How): readonly [Uint8Array, Finding | undefined] => {
    const input = target.mutate(random.pick(pool), pool, random);
    const finding = examine(target, input, { ...how, isRepeated: ++inputs % REPEATED === 0 });
    if (finding && !findings.has(finding.fault)) findings.set(finding.fault, finding);
    if (wasAccepted) accepted++;
    return [input, finding];
  };
  const isOver = (share: number) =>
    performance.now() - startedAt > ms * share || findings.size >= MOST_FINDINGS;
  coverage.start();
  while (!isOver(EXPLORING)) {
    const [input, finding] = examineNext({ isTimed: false });
    if (coverage.take() && !finding) keep(pool, input, random);
  }
  coverage.stop();
  const grownFrom = performance.now();
  let grownMs = 0;
  while (!isOver(1)) {
    const [input] = examineNext({ isTimed: true });
    const now = performance.now();
    if (!growth || grownMs > GROWING * (now - grownFrom)) continue;
    // What is malformed early on is read no further.
    const isAccepted = wasAccepted && random.oneIn(2);
    const finding = grow(target, isAccepted ? input : random.pick(random.oneIn(3) ? pool : seeds), random);
    if (finding) findings.set(finding.fault, finding);
    grownMs += performance.now() - now;
  }
  return { kind: 'fuzzed', inputs, accepted, kept: pool.length, findings: [...findings.values()] };
}

function poolOf(target: Target): [Uint8Array, ...Uint8Array[]] {
  const pool = pools.get(target.name) ?? [...target.seeds()];
  pools.set(target.name, pool);
  return pool as [Uint8Array, ...Uint8Array[]];
}

function keep(pool: Uint8Array[], input: Uint8Array, random: Random): void {
  if (pool.length < MOST_KEPT) pool.push(input);
  else pool[random.below(MOST_KEPT)] = input;
}

/** Whether the last input was read to its end. */
let wasAccepted = false;
const PROTOTYPE = JSON.stringify(Object.getOwnPropertyNames(Object.prototype));

/** Reads an input and checks what came of it. */
function examine(target: Target, input: Uint8Array, { isTimed, isRepeated }: How): Finding | undefined {
  announce(input);
  const faultOf = (fault: string, details: unknown): Finding => ({
    target: target.name,
    fault,
    details: details instanceof Error ? stackOf(target, input) : String(details),
    input,
  });
  let outcome: string;
  try {
    const startedAt = performance.now();
    const result = target.read(input);
    const took = performance.now() - startedAt;
    wasAccepted = true;
    target.check(result, input);
    outcome = isRepeated ? essenceOf(result) : '';
    if (isTimed && took > limitFor(target, input)) {
      const slow = slowness(target, input);
      if (slow) return slow;
    }
  } catch (error) {
    wasAccepted = false;
    if (error instanceof Violation) return faultOf(error.message, error);
    if (!isOurs(error)) return faultOf(`${nameOf(error)}: ${String(error).slice(0, 80)}`, error);
    outcome = isRepeated ? String(error) : '';
  }
  if (JSON.stringify(Object.getOwnPropertyNames(Object.prototype)) !== PROTOTYPE)
    return faultOf('a changed Object.prototype', '');
  if (isRepeated) {
    const again = outcomeOf(target, input);
    if (again !== outcome)
      return faultOf('another outcome the second time', `${outcome.slice(0, 200)}\n${again.slice(0, 200)}`);
  }
  return undefined;
}

/** Where it fails: told only now, for stacks take most of the time that errors do. */
function stackOf(target: Target, input: Uint8Array): string {
  Error.stackTraceLimit = 30;
  try {
    target.check(target.read(input), input);
    return 'not the second time';
  } catch (error) {
    return error instanceof Error ? String(error.stack) : String(error);
  } finally {
    Error.stackTraceLimit = 0;
  }
}

function outcomeOf(target: Target, input: Uint8Array): string {
  try {
    return essenceOf(target.read(input));
  } catch (error) {
    return String(error);
  }
}

/** The library's own error, by what it is and not by where it was compiled. */
const isOurs = (error: unknown): boolean =>
  error instanceof Error && error.name === 'SmoothError' && 'code' in error && 'details' in error;

const nameOf = (error: unknown): string => (error instanceof Error ? error.name : typeof error);

const essenceOf = (result: unknown): string =>
  JSON.stringify(result, (_, value: unknown) =>
    typeof value === 'bigint' ? `${value}n` : value instanceof Map ? [...value] : value,
  ) ?? '';

function announce(input: Uint8Array): void {
  const length = Math.min(input.length, note.length - 8);
  note.writeUInt32LE((note.readUInt32LE(0) + 1) >>> 0, 0);
  note.writeUInt32LE(length, 4);
  note.set(input.subarray(0, length), 8);
  writeSync(current, note, 0, 8 + length, 0);
}

const limitFor = ({ passes }: Target, { length }: Uint8Array): number =>
  MS_AT_LEAST + passes * length * MS_PER_BYTE;

/** A finding where none of several measures is short enough. */
function slowness(target: Target, input: Uint8Array): Finding | undefined {
  const limit = limitFor(target, input);
  let least = Number.POSITIVE_INFINITY;
  for (let times = 0; times < MEASURES && least > BUSY * limit; times++) {
    announce(input);
    const before = process.cpuUsage();
    outcomeWithoutEssence(target, input);
    const { user, system } = process.cpuUsage(before);
    least = Math.min(least, (user + system) / 1000);
  }
  if (least <= BUSY * limit) return undefined;
  const details = `${input.length} bytes took ${least.toFixed(1)} ms, where ${limit.toFixed(1)} are allowed`;
  return { target: target.name, fault: 'slow', details, input };
}

function outcomeWithoutEssence(target: Target, input: Uint8Array): void {
  try {
    target.read(input);
  } catch {
    // Measured all the same.
  }
}

/** Makes a part of an input many, until it takes too long or is as large as is looked at. */
function grow(target: Target, from: Uint8Array, random: Random): Finding | undefined {
  const make = target.grower(from, random);
  let before = Number.POSITIVE_INFINITY;
  for (const size of GROWTH) {
    const input = make(size);
    const startedAt = performance.now();
    const finding = examine(target, input, { isTimed: true });
    if (finding) return finding;
    const perByte = (performance.now() - startedAt) / input.length;
    if (perByte < 1.5 * before && before < Number.POSITIVE_INFINITY && !random.oneIn(GROWN_ON)) break;
    before = perByte;
  }
  return undefined;
}
