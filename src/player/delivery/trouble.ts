import type { Failure } from '../../heuristics/failure.ts';
import { type FailedAttempt, type Neighbor, probeTarget } from '../../heuristics/recovery.ts';

/** Number of failures of one chunk that a decision considers. */
const MOST_REMEMBERED = 12;

/** What has gone wrong with one chunk so far, and what is requested next. */
export class Trouble {
  /** Whether it was postponed before: its neighbours are known to be served. */
  readonly isSecondTry: boolean;
  /** Number of chunks after this one that is requested next; 0: this one. */
  ahead = 0;
  /** Index of the level of the last probe. */
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

  /** What is known about the neighbouring fragments. */
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

  /** Probes since an outage was detected. */
  get probes(): number {
    return this.#probes;
  }

  get isProbing(): boolean {
    return this.#probes > 0;
  }

  /** Whether another request may well get no response, and needs a short timeout. */
  get isHanging(): boolean {
    return this.isProbing || this.#failure?.kind === 'timeout';
  }

  get asksForNeighbor(): boolean {
    return this.ahead > 0;
  }

  /**
   * Whether the chunk may be served by now, since its neighbour is: a temporary failure may be over. Only a failure
   * between two neighbours that are served is the fragment's own.
   */
  get isWorthAnother(): boolean {
    const most = this.isProbing ? 2 : 1;
    return this.#served <= most && this.#neighbor.state === 'served' && !this.#isDefinite;
  }

  /** Whether the server itself says that it has no such fragment. */
  get #isDefinite(): boolean {
    return !this.isProbing && this.#failure?.kind === 'missing';
  }

  /** Whether the server is known to serve other fragments, so that this one gets a short timeout. */
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

  /** A neighbouring fragment was requested. */
  onNeighbor(neighbor: Neighbor): void {
    this.#neighbor = neighbor;
    this.ahead = 0;
    if (neighbor.state === 'served') this.#served += 1;
  }

  askNeighbor(): void {
    this.ahead = 1;
  }

  /** Selects the next probe. */
  nextProbe(levels: number): void {
    // Without a connection, the low levels show soonest that it is back.
    const isLost = this.#failure?.kind === 'network' || this.#failure?.kind === 'timeout';
    const { ahead, level } = probeTarget(this.#probes, isLost ? Math.min(2, levels) : levels);
    this.#probes += 1;
    this.ahead = ahead;
    this.level = level;
  }
}
