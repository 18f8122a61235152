import { SmoothError } from '../base/errors.ts';

/**
 * A page's function that can't end playback: if it throws, or its result is invalid, the result is `undefined`, which
 * is reported once.
 */
export function guarded<Input, Result>(
  option: string,
  call: (input: Input) => Result,
  isValid: (result: Result) => boolean,
  warn: (error: SmoothError) => void,
): (input: Input) => Result | undefined {
  let isReported = false;
  return (input) => {
    let problem = 'returned an invalid result';
    try {
      const result = call(input);
      if (isValid(result)) return result;
    } catch (error) {
      problem = `threw ${error}`;
    }
    if (!isReported)
      warn(new SmoothError('option-invalid', { option, problem: `${problem}; it is ignored` }));
    isReported = true;
    return undefined;
  };
}

/** A page's function without a result. What it throws is reported as an uncaught error. */
export function isolated<Input>(call: (input: Input) => void): (input: Input) => void {
  return (input) => {
    try {
      call(input);
    } catch (error) {
      globalThis.reportError?.(error);
    }
  };
}
