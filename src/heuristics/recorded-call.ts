/** A pure decision as it was made, with everything needed to repeat it after the previous ones. */
export interface RecordedCall {
  /** The function's name. */
  readonly call: string;
  /** On the clock of the throughput samples, in seconds. */
  readonly at: number;
  /** Without the bandwidth model and the plan, which follow from the previous calls. */
  readonly input: object;
  /** Whether it had the plan of the previous choice. */
  readonly isPlanned: boolean;
  readonly output: unknown;
}

/** Calls that can be repeated without earlier ones. */
export interface RecordedPart {
  /** The model at its first call. */
  readonly bandwidth: unknown;
  readonly plan: unknown;
  readonly calls: readonly RecordedCall[];
}
