/** A computation that pauses here and there, so that whoever must not be held up can do something else meanwhile. */
export type InSteps<T> = Generator<void, T, void>;

/** Runs it to its end without a pause. */
export function runSteps<T>(steps: InSteps<T>): T {
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
  }
}
