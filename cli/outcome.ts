/** What a command has to say, and how it ended. */
export interface Outcome {
  readonly text: string;
  /** 0: as it should be; 1: not so; 2: it can't be told, since the command was given something else. */
  readonly code: 0 | 1 | 2;
}
