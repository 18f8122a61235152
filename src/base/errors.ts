import type { ErrorCategory, ErrorCode, ErrorDetails, ErrorText } from './error-codes.ts';
import { ERROR_TEXTS } from './error-texts.ts';
import { redactText, redactValue } from './redact.ts';

export type { ErrorCategory, ErrorCode, ErrorDetails } from './error-codes.ts';

const texts: { [Code in ErrorCode]?: ErrorText<Code> } = { ...ERROR_TEXTS };

/** Adds messages for further error codes, from a part of the library that is loaded on demand. */
export function addErrorTexts(more: typeof texts): void {
  Object.assign(texts, more);
}

type Words = { readonly [Code in ErrorCode]?: string };

/** Shown for errors before the messages are loaded: most likely nothing could be fetched at all. */
const NO_WORDS = 'The video cannot be played. Check your internet connection, then try again.';
let viewerWords: Words = {};
let hints: Words = {};

/** Adds the messages for viewers and the hints for engineers. */
export function addErrorWords(forViewers: Words, forEngineers: Words): void {
  viewerWords = forViewers;
  hints = forEngineers;
}

/** The only error this library throws or reports, apart from cancellation (`AbortError`). */
export class SmoothError<Code extends ErrorCode = ErrorCode> extends Error {
  override readonly name = 'SmoothError';
  readonly code: Code;
  readonly details: ErrorDetails[Code];
  readonly category: ErrorCategory;
  /** Whether this error ended playback; otherwise it was handled and is reported as a warning. */
  readonly fatal: boolean;
  readonly retryable: boolean;

  constructor(code: Code, details: ErrorDetails[Code], options: { fatal?: boolean; cause?: unknown } = {}) {
    const text = (texts[code] ?? texts.internal) as ErrorText<Code>;
    super(
      redactText(`${code}: ${text.message(details)}`),
      options.cause === undefined ? undefined : { cause: options.cause },
    );
    this.code = code;
    this.details = details;
    this.category = text.category;
    this.fatal = options.fatal ?? false;
    this.retryable = text.retryable;
  }

  /** For viewers, in English: what happened, the likely reason, what to do. A general sentence until a player has begun to load. */
  get userMessage(): string {
    return viewerWords[this.code] ?? NO_WORDS;
  }

  /** What to check first, for engineers; empty until a player has begun to load its first title. */
  get hint(): string {
    return hints[this.code] ?? '';
  }

  /** Plain data for logs and reports, without tokens and credentials. */
  toJSON(): Record<string, unknown> {
    const { code, category, fatal, retryable, message, details, hint } = this;
    return {
      ...{ code, category, fatal, retryable, message, hint },
      details: redactValue(details),
      cause: causeOf(this),
    };
  }
}

/** A `SmoothError` of any code: comparing `code` narrows `details`. */
export type AnySmoothError = { [Code in ErrorCode]: SmoothError<Code> }[ErrorCode];

/** From foreign errors, only the message and the messages of their causes. */
function causeOf({ cause }: Error): unknown {
  if (cause instanceof SmoothError) return cause.toJSON();
  if (!(cause instanceof Error)) return undefined;
  const text = redactText(String(cause));
  return cause.cause instanceof Error ? { message: text, cause: causeOf(cause) } : text;
}

/** Narrows an unknown to a `SmoothError` of one code, with its details. */
export function isSmoothError<Code extends ErrorCode>(
  error: unknown,
  code?: Code,
): error is SmoothError<Code> {
  return error instanceof SmoothError && (code === undefined || error.code === code);
}

/** Converts anything thrown to a fatal `SmoothError`, the only kind of error that leaves the library. */
export function asFatal(error: unknown): SmoothError {
  if (!isSmoothError(error)) {
    return new SmoothError('internal', { problem: String(error) }, { fatal: true, cause: error });
  }
  return error.fatal
    ? error
    : new SmoothError(error.code, error.details, { fatal: true, cause: error.cause });
}

/** Whether a rejection means cancellation. */
export const isAbort = (error: unknown): boolean =>
  error instanceof DOMException && error.name === 'AbortError';
