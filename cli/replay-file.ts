import { readFile } from 'node:fs/promises';
import { type ReplayedDecision, replay } from '../src/doctor/replay.ts';
import type { RecordedPart } from '../src/heuristics/recorded-call.ts';
import { EXIT } from './exit-codes.ts';
import { CommandFailure } from './failure.ts';
import { readArguments, usageFailure } from './long-command.ts';
import type { Outcome } from './outcome.ts';

const MOST_DIFFERENCES = 20;

const HELP = `smooth-player replay <diagnostics.json> [--json]

  Computes the decisions of a recorded session again, and shows which would be different now. The file is the result of
  getDiagnostics(), or a file from "Save diagnostics".

  Exit codes: 0 all are the same, 1 some differ, 2 invalid arguments, 3 invalid file.
`;

/** `smooth-player replay <file>`. */
export async function replayFile(args: readonly string[]): Promise<Outcome> {
  const { values, positionals } = readArguments('replay', {
    args: [...args],
    allowPositionals: true,
    options: { json: { type: 'boolean', default: false }, help: { type: 'boolean', default: false } },
  } as const);
  if (values.help) return { text: HELP, code: EXIT.ok };
  const [path, ...rest] = positionals;
  if (path === undefined || rest.length > 0)
    throw usageFailure('replay', 'Specify one file from getDiagnostics() or "Save diagnostics".');
  const parts = await readDecisions(path);
  if (typeof parts === 'string') throw new CommandFailure(EXIT.input, `${path}: ${parts}`);
  const decisions = tryReplay(parts);
  if (!decisions)
    throw new CommandFailure(EXIT.input, `${path}: its decisions are damaged; save the diagnostics again`);
  const own = decisions.filter(({ replayed }) => replayed === undefined);
  const different = decisions.filter(({ isSame }) => !isSame);
  const code = different.length > 0 ? EXIT.negative : EXIT.ok;
  if (values.json) {
    const figures = { decisions: decisions.length, notReplayed: own.length, different };
    return { text: `${JSON.stringify(figures, undefined, 2)}\n`, code };
  }
  const same = decisions.length - own.length - different.length;
  const lines = [
    `${decisions.length} decisions, ${same} unchanged, ${different.length} different`,
    ...(own.length > 0
      ? [`${own.length} cannot be replayed: the page's own rule, or another version's`]
      : []),
    ...different.slice(0, MOST_DIFFERENCES).map(differenceLine),
  ];
  return { text: `${lines.join('\n')}\n`, code };
}

function tryReplay(parts: readonly RecordedPart[]): readonly ReplayedDecision[] | undefined {
  try {
    return replay(parts);
  } catch {
    return undefined;
  }
}

/** The file's decisions, or what is wrong with it. */
async function readDecisions(path: string): Promise<readonly RecordedPart[] | string> {
  let file: unknown;
  try {
    file = JSON.parse(await readFile(path, 'utf8'));
  } catch (error) {
    return error instanceof SyntaxError
      ? 'it is not JSON; save the complete result of getDiagnostics()'
      : "it can't be read; check the path";
  }
  const { format, decisions } = (file ?? {}) as { readonly format?: unknown; readonly decisions?: unknown };
  if (!Array.isArray(decisions)) return 'it has no decisions; save the complete result of getDiagnostics()';
  if (format !== 1)
    return `its format is ${String(format)}, but this version reads format 1; use the version that wrote it`;
  return decisions as RecordedPart[];
}

function differenceLine({ call, at, recorded, replayed }: ReplayedDecision): string {
  return `  at ${at.toFixed(3)} s ${call}: ${JSON.stringify(recorded)} then, ${JSON.stringify(replayed)} now`;
}
