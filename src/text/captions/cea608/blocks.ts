import { parseColour } from '../../colour.ts';
import { DEFAULT_REGION, type Paragraph, type Region, type Run, type TextStyle } from '../../cue.ts';
import { alignmentOf, MARGIN, ROW, SAFE, type Span } from '../grid.ts';
import type { ScreenBlock } from '../screen.ts';
import { type Cell, COLUMNS, type Memory, type Pen, ROWS, styleOf } from './memory.ts';

const COLUMN = SAFE / COLUMNS;
/** Rows with this many empty ones between them are separate blocks. */
const APART = 3;

interface Line extends Span {
  readonly row: number;
  readonly runs: readonly Run[];
  readonly text: string;
}

/** The content of a memory, in one block or, if rows are far apart, in several. */
export function blocksOf(memory: Memory, epoch: number): ScreenBlock[] {
  const lines = linesOf(memory);
  const groups: Line[][] = [];
  for (const line of lines) {
    const group = groups.at(-1);
    const last = group?.at(-1);
    if (group && last && line.row - last.row < APART) group.push(line);
    else groups.push([line]);
  }
  return groups.map((group, at) => ({ key: String(at), epoch, ...blockOf(group) }));
}

function linesOf(memory: Memory): Line[] {
  const lines: Line[] = [];
  for (let row = 0; row < ROWS; row++) {
    const cells = memory.row(row);
    const line = cells && lineOf(row, cells);
    if (line) lines.push(line);
  }
  return lines;
}

/** `undefined` if it contains only spaces. */
function lineOf(row: number, cells: readonly Cell[]): Line | undefined {
  const isSolid = (cell: Cell) => cell !== undefined && cell.character.trim() !== '';
  const from = cells.findIndex(isSolid);
  const to = cells.findLastIndex(isSolid) + 1;
  if (from < 0) return undefined;
  const runs: { text: string; style: TextStyle }[] = [];
  let pen: Pen | undefined;
  for (const cell of cells.slice(from, to)) {
    const last = runs.at(-1);
    if (last && (cell === undefined || isSamePen(cell.pen, pen))) {
      last.text += cell?.character ?? ' ';
      continue;
    }
    pen = cell?.pen;
    runs.push({ text: cell?.character ?? ' ', style: pen ? styleOf(pen, parseColour) : {} });
  }
  return { row, from, to, runs, text: runs.map(({ text }) => text).join('') };
}

const isSamePen = (a: Pen, b: Pen | undefined): boolean =>
  a === b ||
  (b !== undefined &&
    a.color === b.color &&
    a.background === b.background &&
    a.isItalic === b.isItalic &&
    a.isUnderlined === b.isUnderlined &&
    a.isFlashing === b.isFlashing);

function blockOf(lines: readonly Line[]): Omit<ScreenBlock, 'key' | 'epoch'> {
  const runs = lines.flatMap((line, at): Run[] =>
    at === 0 ? [...line.runs] : [{ text: '\n', style: {} }, ...line.runs],
  );
  return { text: lines.map(({ text }) => text).join('\n'), runs, ...placeOf(lines) };
}

/** Converts rows to a position, and the common edge of their lines to an alignment. */
function placeOf(lines: readonly Line[]): { readonly region: Region; readonly paragraph: Paragraph } {
  const [first, last] = [lines[0]?.row ?? 0, lines.at(-1)?.row ?? 0];
  const isHigh = (first + last) / 2 < ROWS / 2 - 1;
  const top = MARGIN + first * ROW;
  const bottom = MARGIN + (last + 1) * ROW;
  const align = alignmentOf(lines, COLUMNS);
  const from = Math.min(...lines.map((line) => line.from));
  const to = Math.max(...lines.map((line) => line.to));
  const [left, right] =
    align === 'left'
      ? [MARGIN + from * COLUMN, 1 - MARGIN]
      : align === 'right'
        ? [MARGIN, MARGIN + to * COLUMN]
        : [MARGIN, 1 - MARGIN];
  return {
    region: {
      ...DEFAULT_REGION,
      left,
      width: right - left,
      // If it is drawn larger, it grows away from the nearer edge.
      top: isHigh ? top : MARGIN,
      height: isHigh ? 1 - MARGIN - top : bottom - MARGIN,
      displayAlign: isHigh ? 'before' : 'after',
    },
    paragraph: { align, direction: 'ltr' },
  };
}
