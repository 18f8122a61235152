import type { ErrorCategory, ErrorCode, ErrorDetails, ErrorText } from './error-codes.ts';
import { ERROR_TEXTS } from './error-texts.ts';
import { redactText, redactValue } from './redact.ts';

export type { ErrorCategory, ErrorCode, ErrorDetails } from './error-codes.ts';

const texts: { [Code in ErrorCode]?: ErrorText<Code> } = { ...ERROR_TEXTS };

/** Has the words for further failures, from a part of the library that is loaded when first needed. */
export function addErrorTexts(more: typeof texts): void {
  Object.assign(texts, more);
}

type Words = { readonly [Code in ErrorCode]?: string };

/** Told of a failure that comes before the words for it: most likely nothing at all could be fetched. */
const NO_WORDS = 'The video can not be played. Check your internet connection, then try again.';
let viewerWords: Words = {};
let hints: Words = {};

/** Has the words for viewers, and those for whoever mends things. */
export function addErrorWords(forViewers: Words, forEngineers: Words): void {
  viewerWords = forViewers;
  hints = forEngineers;
}

/** The only error this library throws or reports, cancellation (`AbortError`) apart. */
export class SmoothError<Code extends ErrorCode = ErrorCode> extends Error {
  override readonly name = 'SmoothError';
  readonly code: Code;
  readonly details: ErrorDetails[Code];
  readonly category: ErrorCategory;
  /** Whether playback ended over it; otherwise it was handled and is told for the record. */
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

  /** For viewers, in English: what happened, why likely, what to do. A general sentence until a player has begun to load. */
  get userMessage(): string {
    return viewerWords[this.code] ?? NO_WORDS;
  }

  /** What to look at first; empty until a player has begun to load its first title. */
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

/** Of others' errors no more than what they say, and what they say of their own causes. */
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

/** Whatever was thrown, as the one kind of error that leaves the library, and fatal. */
export function asFatal(error: unknown): SmoothError {
  if (!isSmoothError(error)) {
    return new SmoothError('internal', { problem: String(error) }, { fatal: true, cause: error });
  }
  return error.fatal
    ? error
    : new SmoothError(error.code, error.details, { fatal: true, cause: error.cause });
}

/** Whether a rejection only says that somebody cancelled. */
export const isAbort = (error: unknown): boolean =>
  error instanceof DOMException && error.name === 'AbortError';
