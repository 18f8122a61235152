import type { ExitCode } from './exit-codes.ts';

/** A command's output and exit code. */
export interface Outcome {
  readonly text: string;
  readonly code: ExitCode;
}
