import type { Failure } from '../../heuristics/failure.ts';
import { type FailedAttempt, type Neighbor, probeTarget } from '../../heuristics/recovery.ts';

/** Failures of one chunk that a decision looks at. */
const MOST_REMEMBERED = 12;

/** What has gone wrong with one chunk so far, and what is asked for next. */
export class Trouble {
  /** Whether it was postponed before: its neighbours are known to be served. */
  readonly isSecondTry: boolean;
  /** Chunks behind this one that are asked for next; 0: this one. */
  ahead = 0;
  /** Index of the level at which the last probe asks. */
  level = 0;
  #neighbor: Neighbor;
  #failures: readonly FailedAttempt[] = [];
  #failure: Failure | undefined;
  #since = 0;
  #count = 0;
  #probes = 0;
  /** How many of its neighbours were served since the first failure. */
  #served = 0;

  constructor(isSecondTry: boolean) {
    this.isSecondTry = isSecondTry;
    this.#neighbor = { state: isSecondTry ? 'served' : 'unknown' };
  }

  /** What is known of the fragments beside it. */
  get neighbor(): Neighbor {
    return this.#neighbor;
  }

  /** The newest, the oldest first. */
  get failures(): readonly [FailedAttempt, ...FailedAttempt[]] {
    const [first, ...others] = this.#failures;
    if (!first) throw new RangeError('nothing has failed yet');
    return [first, ...others];
  }

  /** The last. */
  get failure(): Failure | undefined {
    return this.#failure;
  }

  /** Attempts that failed. */
  get count(): number {
    return this.#count;
  }

  /** Probes since an outage was found. */
  get probes(): number {
    return this.#probes;
  }

  get isProbing(): boolean {
    return this.#probes > 0;
  }

  /** Whether another request may well get no answer, and must not be waited for for long. */
  get isHanging(): boolean {
    return this.isProbing || this.#failure?.kind === 'timeout';
  }

  get asksForNeighbor(): boolean {
    return this.ahead > 0;
  }

  /**
   * Whether the chunk may be served by now, since its neighbour is: what failed by chance may not fail again. Only what
   * fails between two neighbours that are served is the fragment's own fault.
   */
  get isWorthAnother(): boolean {
    const most = this.isProbing ? 2 : 1;
    return this.#served <= most && this.#neighbor.state === 'served' && !this.#isDefinite;
  }

  /** Whether the server itself says that it has no such fragment. */
  get #isDefinite(): boolean {
    return !this.isProbing && this.#failure?.kind === 'missing';
  }

  /** Whether the server is known to serve other fragments, and must not take long over this one. */
  get isAlone(): boolean {
    return this.#served > 0;
  }

  /** Seconds since the first failure. */
  get lasting(): number {
    return this.#count > 0 ? (performance.now() - this.#since) / 1000 : 0;
  }

  add(failure: Failure, level: number, host: string): void {
    this.#count += 1;
    if (this.#count === 1) this.#since = performance.now();
    this.#failure = failure;
    if (this.#served > 0) this.#neighbor = { state: 'unknown' };
    const { kind, retryAfter } = failure;
    this.#failures = [...this.#failures, { kind, retryAfter, level, host }].slice(-MOST_REMEMBERED);
  }

  /** A fragment beside it was asked for. */
  onNeighbor(neighbor: Neighbor): void {
    this.#neighbor = neighbor;
    this.ahead = 0;
    if (neighbor.state === 'served') this.#served += 1;
  }

  askNeighbor(): void {
    this.ahead = 1;
  }

  /** Turns to what the next probe asks for. */
  nextProbe(levels: number): void {
    const { ahead, level } = probeTarget(this.#probes, levels);
    this.#probes += 1;
    this.ahead = ahead;
    this.level = level;
  }
}
