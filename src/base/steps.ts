/** A computation that pauses regularly, so that it doesn't block the thread. */
export type InSteps<T> = Generator<void, T, void>;

/** Runs it to its end without pauses. */
export function runSteps<T>(steps: InSteps<T>): T {
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
  }
}
