import { type ParseArgsConfig, parseArgs } from 'node:util';
import { EXIT } from './exit-codes.ts';
import { CommandFailure, outcomeOf } from './failure.ts';
import type { Outcome } from './outcome.ts';
import { type Progress, ProgressBar, type ProgressUnit } from './progress.ts';

/** The environment of a long-running command. */
export interface Work {
  /** Aborted by Ctrl+C, and by SIGTERM. */
  readonly signal: AbortSignal;
  readonly progress: (progress: Progress) => void;
  /** Prints a message. */
  readonly report: (line: string) => void;
}

export interface LongCommand {
  readonly isJson: boolean;
  readonly unit: ProgressUnit;
  /** The path that it writes to. */
  readonly output: string | undefined;
  /** How to resume, for a user who interrupted it. */
  readonly resumption: string;
  /** Runs the command; resolves with the result as JSON data. */
  readonly run: (work: Work) => Promise<Readonly<Record<string, unknown>>>;
}

/** Runs a command with a progress bar; Ctrl+C stops it gracefully, a second one at once. */
export async function runLong({ isJson, unit, output, resumption, run }: LongCommand): Promise<Outcome> {
  const stopping = new AbortController();
  const bar = new ProgressBar(process.stderr, unit);
  let code: typeof EXIT.interrupted | typeof EXIT.terminated = EXIT.interrupted;
  const stop = (signal: NodeJS.Signals) => {
    code = signal === 'SIGTERM' ? EXIT.terminated : EXIT.interrupted;
    if (stopping.signal.aborted) process.exit(code);
    stopping.abort();
  };
  process.on('SIGINT', stop).on('SIGTERM', stop);
  try {
    const result = await run({
      signal: stopping.signal,
      progress: (progress) => bar.update(progress),
      report: (line) => {
        if (isJson) return;
        bar.clear();
        process.stdout.write(`${line}\n`);
      },
    });
    bar.end();
    return { text: isJson ? `${JSON.stringify({ ok: true, ...result })}\n` : '', code: EXIT.ok };
  } catch (error) {
    bar.end();
    return stopping.signal.aborted ? { text: `${resumption}\n`, code } : outcomeOf(error, output);
  } finally {
    process.off('SIGINT', stop).off('SIGTERM', stop);
  }
}

/** Parses arguments; errors refer to the help text. */
export function readArguments<Config extends ParseArgsConfig>(command: string, config: Config) {
  try {
    return parseArgs(config);
  } catch (error) {
    throw usageFailure(command, error instanceof Error ? error.message : String(error));
  }
}

export const usageFailure = (command: string, problem: string): CommandFailure =>
  new CommandFailure(EXIT.usage, `${problem}\nSee: smooth-player ${command} --help`);

/** A number of an option, within its bounds. */
export function numberOption(
  command: string,
  name: string,
  text: string,
  { min, max, isWhole = false }: { readonly min: number; readonly max: number; readonly isWhole?: boolean },
): number {
  const value = Number(text);
  if (text.trim() === '' || !(value >= min && value <= max) || (isWhole && !Number.isInteger(value))) {
    const kind = isWhole ? 'a whole number' : 'a number';
    const range = max === Number.POSITIVE_INFINITY ? `of at least ${min}` : `from ${min} to ${max}`;
    throw usageFailure(command, `--${name} must be ${kind} ${range}, not ${JSON.stringify(text)}.`);
  }
  return value;
}

const SIZES: Readonly<Record<string, number>> = { '': 1, K: 2 ** 10, M: 2 ** 20, G: 2 ** 30, T: 2 ** 40 };

/** A number of bytes, such as `500G`. */
export function sizeOption(command: string, name: string, text: string): number {
  const [, digits, unit = ''] = /^(\d+(?:\.\d+)?)\s*([KMGT]?)(?:i?B)?$/i.exec(text.trim()) ?? [];
  const factor = SIZES[unit.toUpperCase()];
  if (digits === undefined || factor === undefined)
    throw usageFailure(command, `--${name} must be a size such as 500G, not ${JSON.stringify(text)}.`);
  return Math.floor(Number(digits) * factor);
}
