import type { ExitCode } from './exit-codes.ts';

/** What a command has to say, and how it ended. */
export interface Outcome {
  readonly text: string;
  readonly code: ExitCode;
}
