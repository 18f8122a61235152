/** A pure decision as it was made: all that it takes to make it again, after those before it. */
export interface RecordedCall {
  /** The function's name. */
  readonly call: string;
  /** On the clock of the line's samples, in seconds. */
  readonly at: number;
  /** But for the line and the plan, which are what the calls before have made of them. */
  readonly input: object;
  /** Whether it was given the plan of the choice before. */
  readonly isPlanned: boolean;
  readonly output: unknown;
}

/** Calls that can be made again without those before them. */
export interface RecordedPart {
  /** What its first calls were given. */
  readonly line: unknown;
  readonly plan: unknown;
  readonly calls: readonly RecordedCall[];
}
