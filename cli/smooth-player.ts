// The command `smooth-player`: looks at titles, and at what players remember of them.
import { redactText } from '../src/doctor/redact-text.ts';
import { INSPECT_USAGE, inspect } from './inspect.ts';
import type { Outcome } from './outcome.ts';
import { replayFile } from './replay-file.ts';

const USAGE = `${INSPECT_USAGE}
smooth-player replay <diagnostics.json>

  Makes the decisions of a recorded session again, and says which would be others now.
`;

const COMMANDS: Readonly<Record<string, (args: readonly string[]) => Promise<Outcome>>> = {
  inspect,
  replay: replayFile,
};

const [name = '', ...args] = process.argv.slice(2);
const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
const { text, code } = command ? await command(args).catch(told) : { text: USAGE, code: 2 as const };
(code === 2 ? process.stderr : process.stdout).write(text);
process.exitCode = code;

/** What no command foresaw: a file that may not be read, or a fault of its own. */
function told(error: unknown): Outcome {
  const isSystem = error instanceof Error && 'code' in error;
  const text = redactText(
    error instanceof Error ? (isSystem ? error.message : String(error.stack)) : String(error),
  );
  const remedy = isSystem
    ? 'Look whether it is there and may be read.'
    : 'This is a fault of smooth-player: please report it.';
  return { text: `${text}\n${remedy}\n`, code: 2 };
}
