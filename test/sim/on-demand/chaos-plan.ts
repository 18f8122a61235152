import type { Fault } from './network.ts';
import { randomFrom } from './random.ts';
import { type Asked, CHUNK } from './title.ts';

/** Something fails from a moment on, in seconds of the session; `until` is infinite for what stays broken. */
export interface PlannedFault {
  readonly from: number;
  readonly until: number;
  /** `all`: every request; a stream: those for it; a fragment: at all its levels. */
  readonly scope:
    | { readonly kind: 'all' }
    | { readonly kind: 'stream'; readonly stream: Asked['stream'] }
    | { readonly kind: 'fragment'; readonly stream: Asked['stream']; readonly second: number };
  readonly fault: Fault;
}

export type PlannedAction = { readonly at: number } & (
  | { readonly do: 'seek'; readonly to: number }
  | { readonly do: 'pause'; readonly seconds: number }
  | { readonly do: 'rate'; readonly rate: number }
);

export interface ChaosPlan {
  readonly seed: number;
  readonly titleSeconds: number;
  readonly bitsPerSecond: number;
  readonly faults: readonly PlannedFault[];
  readonly actions: readonly PlannedAction[];
  /** From here on nothing fails but what stays broken, and nobody interferes. */
  readonly calmFrom: number;
}

const FAULTS: readonly Fault[] = [
  { kind: 'status', status: 503 },
  { kind: 'status', status: 500 },
  { kind: 'status', status: 429, retryAfter: 2 },
  { kind: 'reset' },
  { kind: 'reset', afterShare: 0.5 },
  { kind: 'page' },
  { kind: 'empty' },
  { kind: 'silence' },
  { kind: 'stall', afterShare: 0.5 },
  { kind: 'cut', afterShare: 0.5 },
  { kind: 'damage' },
  { kind: 'status', status: 404 },
];
const RATES = [0.25, 0.5, 1, 1.5, 2, 4];

/** A plan that the seed alone decides: a fault every eight seconds or so, sometimes in bursts, and actions between them. */
export function chaosPlan(seed: number): ChaosPlan {
  const random = randomFrom(seed);
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;
  const titleSeconds = 240;
  const calmFrom = 75;
  const faults: PlannedFault[] = [];
  for (let at = -Math.log(1 - random()) * 8; at < calmFrom - 2; at += -Math.log(1 - random()) * 8) {
    const lasts = pick([0.5, 1, 2, 4, 8, 15, 25]) * (0.5 + random());
    const until = Math.min(calmFrom, at + lasts);
    const stream = pick(['video', 'audio'] as const);
    const chance = random();
    if (chance < 0.5) faults.push({ from: at, until, scope: { kind: 'all' }, fault: pick(FAULTS) });
    else if (chance < 0.65)
      faults.push({ from: at, until, scope: { kind: 'stream', stream }, fault: pick(FAULTS) });
    else {
      const second = Math.floor((random() * titleSeconds) / 2 / CHUNK) * CHUNK;
      const isForEver = random() < 0.5;
      const scope = { kind: 'fragment', stream, second } as const;
      faults.push({
        from: isForEver ? 0 : at,
        until: isForEver ? Number.POSITIVE_INFINITY : until,
        scope,
        fault: pick(FAULTS),
      });
    }
  }
  const actions: PlannedAction[] = [];
  for (let at = 3 + random() * 15; at < calmFrom; at += 3 + random() * 20) {
    const chance = random();
    if (chance < 0.5) actions.push({ at, do: 'seek', to: random() * (titleSeconds - 100) });
    else if (chance < 0.75) actions.push({ at, do: 'pause', seconds: 1 + random() * 8 });
    else actions.push({ at, do: 'rate', rate: pick(RATES) });
  }
  return {
    seed,
    titleSeconds,
    bitsPerSecond: pick([1, 2, 4, 8]) * 1_000_000,
    faults,
    actions,
    calmFrom,
  };
}

/** What becomes of a request at a moment of the session, in seconds. */
export function faultAt({ faults }: ChaosPlan, asked: Asked | undefined, now: number): Fault | undefined {
  return faults.find(({ from, until, scope }) => {
    if (now < from || now >= until) return false;
    if (!asked) return false;
    if (scope.kind === 'all') return true;
    if (scope.stream !== asked.stream) return false;
    return scope.kind === 'stream' || scope.second === asked.second;
  })?.fault;
}
