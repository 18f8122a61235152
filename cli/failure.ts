import { ERROR_HINTS } from '../src/base/error-hints.ts';
import { isSmoothError } from '../src/base/errors.ts';
import { redactText } from '../src/base/redact.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import type { Outcome } from './outcome.ts';

/** An expected failure of a command. */
export class CommandFailure extends Error {
  readonly code: ExitCode;

  constructor(code: ExitCode, message: string, options: ErrorOptions = {}) {
    super(message, options);
    this.code = code;
  }
}

const FULL_DISK = ['ENOSPC', 'EDQUOT', 'EROFS', 'EFBIG'];
const NETWORK = /^(ECONN|ENOTFOUND|EAI_|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|EADDR|EPIPE|UND_ERR)/;

/**
 * The message and exit code for an error. `output` is the path that is written: being unable to open a file there is
 * another failure than being unable to read an input.
 */
export function outcomeOf(error: unknown, output?: string): Outcome {
  if (error instanceof CommandFailure) return { text: `${error.message}\n`, code: error.code };
  if (isSmoothError(error)) {
    const code = error.category === 'network' ? EXIT.network : EXIT.input;
    return { text: redactText(`${error.message}. ${ERROR_HINTS[error.code]}\n`), code };
  }
  if (!(error instanceof Error)) return { text: `${String(error)}\n`, code: EXIT.internal };
  const system = systemErrorOf(error);
  if (system) {
    const code = codeOfSystemError(system, output);
    return { text: redactText(`${error.message}\n`), code };
  }
  // The project's own errors are plain `Error`s with a sentence; a bug has another error class.
  if (error.name === 'Error') return { text: `${error.message}\n`, code: EXIT.input };
  return {
    text: `${redactText(String(error.stack))}\nThis is a bug in smooth-player: please report it.\n`,
    code: EXIT.internal,
  };
}

/** The system error that caused another, if there is one. */
function systemErrorOf(error: Error): NodeJS.ErrnoException | undefined {
  for (let at: unknown = error; at instanceof Error; at = at.cause) {
    if ('code' in at && typeof at.code === 'string' && ('syscall' in at || NETWORK.test(at.code)))
      return at as NodeJS.ErrnoException;
  }
  return undefined;
}

function codeOfSystemError(
  { code = '', syscall = '', path }: NodeJS.ErrnoException,
  output?: string,
): ExitCode {
  if (syscall.startsWith('spawn')) return EXIT.missingProgram;
  if (NETWORK.test(code)) return EXIT.network;
  if (FULL_DISK.includes(code)) return EXIT.output;
  return code !== 'ENOENT' && output !== undefined && path?.startsWith(output) ? EXIT.output : EXIT.input;
}
