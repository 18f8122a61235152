import { type Ticks, ticks, timescale } from '../../../src/base/time.ts';
import { chunkList } from '../../../src/manifest/chunk-list.ts';
import type { ChunkList } from '../../../src/manifest/presentation.ts';
import { LiveChunks } from '../../../src/timeline/live-chunks.ts';
import { must, type Target } from '../target.ts';

/** A step of six bytes: what to do, and with what. */
const STEP = 6;
const SECOND = 1000n;
/** Lists that repeat more than this are not walked. */
const MOST_WALKED = 4000;

interface Listed {
  readonly start: bigint;
  readonly duration: bigint;
  readonly count: number;
}

/** A list as a manifest has it, out of some bytes: where it starts, then gaps, durations and repeats. */
function listOf(bytes: Uint8Array, zero: bigint): Listed[] {
  const [from = 0, ...rest] = bytes;
  let at = zero + BigInt(from * 3);
  const runs: Listed[] = [];
  for (let i = 0; i + 1 < rest.length; i += 2) {
    const [a = 0, b = 0] = [rest[i], rest[i + 1]];
    const duration = BigInt(1 + (a % 7));
    const count = b === 255 ? 4_294_967_295 : 1 + (b % 9);
    at += BigInt(a > 200 ? a - 200 : 0);
    runs.push({ start: at, duration, count });
    at += duration * BigInt(count);
  }
  return runs;
}

function toList(runs: readonly Listed[]): ChunkList {
  let index = 0;
  const firsts = runs.map(({ count }) => {
    index += count;
    return index - count;
  });
  const wholes = runs.map(({ start }) => (start <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(start) : start));
  return chunkList({
    firsts,
    starts: wholes,
    durations: runs.map(({ duration }) => Number(duration)),
    counts: runs.map(({ count }) => count),
  });
}

type Step =
  | { readonly kind: 'merge'; readonly list: readonly Listed[] }
  | {
      readonly kind: 'announce';
      readonly spans: readonly { readonly start: bigint; readonly duration: bigint }[];
    }
  | { readonly kind: 'trim'; readonly at: bigint }
  | { readonly kind: 'dropAfter'; readonly index: number };

function stepsOf(input: Uint8Array): { readonly first: readonly Listed[]; readonly steps: readonly Step[] } {
  const zero = (input[0] ?? 0) % 3 === 0 ? 0n : 638_990_000_000_000_003n;
  const first = listOf(input.subarray(1, 8), zero);
  const steps: Step[] = [];
  for (let at = 8; at + STEP <= input.length; at += STEP) {
    const bytes = input.subarray(at + 1, at + STEP);
    const [a = 0, b = 0, c = 0, d = 0] = bytes;
    const kind = (input[at] ?? 0) % 8;
    if (kind < 4) steps.push({ kind: 'merge', list: listOf(bytes, zero) });
    else if (kind < 6) {
      const far = a === 255 ? 86_500n * SECOND : 0n;
      steps.push({
        kind: 'announce',
        spans: [
          { start: zero + BigInt(a * 3 + b) + far, duration: BigInt(c % 9) },
          { start: zero + BigInt(a * 3 + d), duration: 2n },
        ],
      });
    } else if (kind === 6) steps.push({ kind: 'trim', at: zero + BigInt(a * 3) });
    else steps.push({ kind: 'dropAfter', index: a - 5 });
  }
  return { first, steps };
}

/** Merges of live lists against a model that does them chunk by chunk. */
export const live: Target<LiveChunks> = {
  name: 'live',
  passes: 60,
  seeds: () => [
    Uint8Array.of(0, 0, 1, 4, 1, 4, 1, 4, 0, 2, 1, 8, 1, 8, 4, 12, 0, 2, 2, 0, 6, 9, 0, 0, 0, 0),
    Uint8Array.of(
      1,
      0,
      1,
      4,
      1,
      4,
      1,
      4,
      0,
      2,
      1,
      255,
      1,
      8,
      4,
      12,
      0,
      2,
      2,
      0,
      7,
      2,
      0,
      0,
      0,
      0,
      0,
      1,
      230,
      8,
      1,
      4,
    ),
  ],
  mutate(input, others, random) {
    const bytes = Uint8Array.from(random.oneIn(6) ? [...input, ...random.pick(others).subarray(8)] : input);
    for (let times = 1 + random.small(5); times > 0; times--)
      bytes[random.below(bytes.length)] = random.oneIn(8) ? 255 : random.below(256);
    return bytes.subarray(0, 8 + STEP * 12);
  },
  grower: (input) => (size) => {
    const grown = new Uint8Array(Math.min(size, 60_000));
    for (let at = 0; at < grown.length; at++)
      grown[at] = input[at < 8 ? at : 8 + ((at - 8) % Math.max(STEP, input.length - 8))] ?? 0;
    return grown;
  },
  read(input) {
    const { first, steps } = stepsOf(input);
    const chunks = new LiveChunks(toList(first), timescale(SECOND));
    for (const step of steps) apply(chunks, step);
    return chunks;
  },
  check(chunks, input) {
    let end = -(2n ** 70n);
    let next = 0;
    for (const { first, start, duration, count } of chunks.runsFrom(0)) {
      must(first >= next && start >= end && duration > 0n && count > 0, 'runs that overlap');
      next = first + count;
      end = start + duration * BigInt(count);
    }
    must(chunks.length >= next, 'an index that may be given again');
    const { first, steps } = stepsOf(input);
    const lists = [first, ...steps.map((step) => (step.kind === 'merge' ? step.list : []))];
    const most = lists.flat().reduce((sum, { count }) => sum + count, 0);
    if (most > MOST_WALKED || input.length > 200) return;
    const model = new Model(toList(first));
    for (const step of steps) model.apply(step);
    const told = [...chunks].map(({ index, start, duration }) => `${index} ${start} ${duration}`);
    must(
      told.join() ===
        model.chunks.map(({ index, start, duration }) => `${index} ${start} ${duration}`).join(),
      'other chunks than the model has',
    );
    must(chunks.length === model.next, 'another length than the model has');
  },
};

function apply(chunks: LiveChunks, step: Step): void {
  switch (step.kind) {
    case 'merge':
      chunks.merge(toList(step.list));
      break;
    case 'announce':
      chunks.announce(step.spans as { start: Ticks; duration: Ticks }[]);
      break;
    case 'trim':
      chunks.trim(ticks(step.at));
      break;
    case 'dropAfter':
      chunks.dropAfter(step.index);
      break;
    default:
      step satisfies never;
  }
}

/** As `LiveChunks` should be, chunk by chunk. */
class Model {
  chunks: { index: number; start: bigint; duration: bigint }[];
  next: number;

  constructor(list: ChunkList) {
    this.chunks = [...list];
    this.next = list.length;
  }

  get end(): bigint {
    const last = this.chunks.at(-1);
    return last ? last.start + last.duration : 0n;
  }

  apply(step: Step): void {
    if (step.kind === 'merge') this.#merge(toList(step.list));
    else if (step.kind === 'announce') this.#announce(step.spans);
    else if (step.kind === 'trim') this.#trim(step.at);
    else while (this.chunks.length > 1 && (this.chunks.at(-1)?.index ?? 0) > step.index) this.chunks.pop();
  }

  #add(start: bigint, duration: bigint): void {
    const last = this.chunks.at(-1);
    if (start < 0n || duration <= 0n || duration > 600n * SECOND || (last && start <= last.start)) return;
    if (last && start < this.end) {
      if (start + duration <= this.end) return;
      last.duration = start - last.start;
    }
    this.chunks.push({ index: this.next++, start, duration });
  }

  #announce(spans: readonly { start: bigint; duration: bigint }[]): void {
    for (const { start, duration } of spans) {
      const last = this.chunks.at(-1);
      if (last && start - this.end > 86_400n * SECOND) continue;
      this.#add(start, duration || (last?.duration ?? 0n));
    }
  }

  #merge(fresh: ChunkList): void {
    const listed = [...fresh];
    if (listed.length === 0 || fresh.end <= this.end) return;
    const covers = (time: bigint) =>
      listed.some(({ start, duration }) => start <= time && time < start + duration);
    for (let last = this.chunks.at(-1); last; last = this.chunks.at(-1)) {
      if (last.start < fresh.start || covers(last.start + last.duration / 2n)) break;
      this.chunks.pop();
    }
    const { end } = this;
    let from = this.chunks.length === 0 ? 0 : listed.findIndex((one) => one.start + one.duration > end);
    const first = listed[from];
    if (this.chunks.length > 0 && first && end > first.start + first.duration / 2n) from += 1;
    if (from >= 0) for (const { start, duration } of listed.slice(from)) this.#add(start, duration);
  }

  #trim(time: bigint): void {
    while (this.chunks.length > 1 && (this.chunks[0]?.start ?? 0n) + (this.chunks[0]?.duration ?? 0n) <= time)
      this.chunks.shift();
  }
}
