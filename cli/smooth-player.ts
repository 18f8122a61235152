// The command `smooth-player`. Code that only one command needs is loaded with it.
import { EXIT, EXIT_CODES_HELP } from './exit-codes.ts';
import { outcomeOf } from './failure.ts';
import type { Outcome } from './outcome.ts';

type Command = (args: readonly string[]) => Promise<Outcome>;

const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  serve: async () => (await import('./serve.ts')).serveCommand,
  package: async () => (await import('./package.ts')).packageCommand,
  encode: async () => (await import('./encode.ts')).encodeCommand,
  export: async () => (await import('./export.ts')).exportCommand,
  inspect: async () => (await import('./inspect.ts')).inspect,
  replay: async () => (await import('./replay-file.ts')).replayFile,
};

const USAGE = `smooth-player <command> …

  serve     serve titles, live channels and publishing points over HTTP
  package   package MP4 files as a Smooth Streaming title
  encode    encode a film with ffmpeg, and package it
  export    write a title as plain files: HLS, DASH, Smooth
  inspect   show what a title contains, its anomalies, and whether it plays
  replay    compute the decisions of a recorded session again

  smooth-player <command> --help lists the options; smooth-player --version prints the version.

${EXIT_CODES_HELP}`;

const VERSION = '__VERSION__';

// A reader such as `head` may have read enough. The work and its exit code don't depend on it.
for (const stream of [process.stdout, process.stderr]) stream.on('error', ignoreClosedPipe);

const [name = '', ...args] = process.argv.slice(2);
const { text, code } = await run(name, args).catch((error: unknown) => outcomeOf(error));
const isResult = code === EXIT.ok || code === EXIT.negative;
if (!isResult && asksForJson(args)) {
  process.stdout.write(`${JSON.stringify({ ok: false, exitCode: code, problem: text.trim() })}\n`);
}
(isResult ? process.stdout : process.stderr).write(text);
process.exitCode = code;

async function run(name: string, args: readonly string[]): Promise<Outcome> {
  if (['--help', '-h', 'help'].includes(name)) return { text: USAGE, code: EXIT.ok };
  if (['--version', '-v'].includes(name)) return { text: `${VERSION}\n`, code: EXIT.ok };
  const load = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (!load) return { text: USAGE, code: EXIT.usage };
  return (await load())(args);
}

/** What follows `--` isn't an option. */
function asksForJson(given: readonly string[]): boolean {
  const end = given.indexOf('--');
  return (end < 0 ? given : given.slice(0, end)).includes('--json');
}

function ignoreClosedPipe(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
}
