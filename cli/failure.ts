import { ERROR_HINTS } from '../src/base/error-hints.ts';
import { isSmoothError } from '../src/base/errors.ts';
import { redactText } from '../src/base/redact.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import type { Outcome } from './outcome.ts';

/** A failure that a command foresaw. */
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
 * What a command says of an error, and how it ends. `output` is the path that it writes to: a file that may not be
 * opened there is another failure than one that can't be read.
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
  // The project's own errors are sentences; a fault of its code has a name of its own.
  if (error.name === 'Error') return { text: `${error.message}\n`, code: EXIT.input };
  return {
    text: `${redactText(String(error.stack))}\nThis is a fault of smooth-player: please report it.\n`,
    code: EXIT.internal,
  };
}

/** The system's error behind another, if there is one. */
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
