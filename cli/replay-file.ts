import { readFile } from 'node:fs/promises';
import { type ReplayedDecision, replay } from '../src/doctor/replay.ts';
import type { RecordedPart } from '../src/heuristics/recorded-call.ts';
import type { Outcome } from './outcome.ts';

const MOST_DIFFERENCES = 20;

/** `smooth-player replay <file>`: the decisions of a diagnostics file, made again. */
export async function replayFile([path, ...rest]: readonly string[]): Promise<Outcome> {
  if (path === undefined || rest.length > 0) {
    return { text: 'Give one file, as getDiagnostics() or "Save diagnostics" made it.\n', code: 2 };
  }
  const parts = await readDecisions(path);
  if (typeof parts === 'string') return { text: `${path}: ${parts}\n`, code: 2 };
  const decisions = tryReplay(parts);
  if (!decisions)
    return { text: `${path}: its decisions are damaged; save the diagnostics again\n`, code: 2 };
  const own = decisions.filter(({ replayed }) => replayed === undefined);
  const different = decisions.filter(({ isSame }) => !isSame);
  const lines = [
    `${decisions.length} decisions, ${decisions.length - own.length - different.length} the same again, ${different.length} different`,
    ...(own.length > 0
      ? [`${own.length} can't be made again: the page's own rule, or another version's`]
      : []),
    ...different.slice(0, MOST_DIFFERENCES).map(differenceLine),
  ];
  return { text: `${lines.join('\n')}\n`, code: different.length > 0 ? 1 : 0 };
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
      ? 'it is no JSON; save the whole answer of getDiagnostics()'
      : "it can't be read; is the path right?";
  }
  const { format, decisions } = (file ?? {}) as { readonly format?: unknown; readonly decisions?: unknown };
  if (!Array.isArray(decisions)) return 'it has no decisions; save the whole answer of getDiagnostics()';
  if (format !== 1)
    return `its format is ${String(format)}, and this version reads 1; use the version that wrote it`;
  return decisions as RecordedPart[];
}

function differenceLine({ call, at, recorded, replayed }: ReplayedDecision): string {
  return `  at ${at.toFixed(3)} s ${call}: ${JSON.stringify(recorded)} then, ${JSON.stringify(replayed)} now`;
}
