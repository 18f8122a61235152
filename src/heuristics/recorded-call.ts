/** A pure decision as it was made, with everything needed to repeat it after those before it. */
export interface RecordedCall {
  /** The function's name. */
  readonly call: string;
  /** On the clock of the throughput samples, in seconds. */
  readonly at: number;
  /** Without the bandwidth model and the plan, which follow from the calls before. */
  readonly input: object;
  /** Whether it was given the plan of the choice before. */
  readonly isPlanned: boolean;
  readonly output: unknown;
}

/** Calls that can be repeated without those before them. */
export interface RecordedPart {
  /** What its first calls were given. */
  readonly bandwidth: unknown;
  readonly plan: unknown;
  readonly calls: readonly RecordedCall[];
}
