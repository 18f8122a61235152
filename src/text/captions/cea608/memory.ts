import type { TextStyle } from '../../cue.ts';

export const ROWS = 15;
export const COLUMNS = 32;

/** How characters are written. */
export interface Pen {
  readonly color: string;
  readonly background: string | undefined;
  readonly isItalic: boolean;
  readonly isUnderlined: boolean;
  readonly isFlashing: boolean;
}

export const PLAIN_PEN: Pen = {
  color: 'white',
  background: undefined,
  isItalic: false,
  isUnderlined: false,
  isFlashing: false,
};

/** A character in its cell; `undefined`: transparent. */
export type Cell = { readonly character: string; readonly pen: Pen } | undefined;

/** A caption memory: 15 rows of 32 characters. */
export class Memory {
  #rows: (Cell[] | undefined)[] = [];

  get isEmpty(): boolean {
    return this.#rows.every((row) => row === undefined);
  }

  /** The cells of a row, if it has any. Rows and columns count from 0. */
  row(row: number): readonly Cell[] | undefined {
    return this.#rows[row];
  }

  write(row: number, column: number, character: string, pen: Pen): void {
    const cells = this.#rows[row] ?? new Array<Cell>(COLUMNS).fill(undefined);
    cells[column] = { character, pen };
    this.#rows[row] = cells;
  }

  eraseFrom(row: number, column: number): void {
    const cells = this.#rows[row];
    if (!cells) return;
    cells.fill(undefined, column);
    if (cells.every((cell) => cell === undefined)) this.#rows[row] = undefined;
  }

  eraseAt(row: number, column: number): void {
    const cells = this.#rows[row];
    if (!cells) return;
    cells[column] = undefined;
    if (cells.every((cell) => cell === undefined)) this.#rows[row] = undefined;
  }

  clear(): void {
    this.#rows = [];
  }

  /** Moves `count` rows that end at `from` up by one; `from` is empty then, and the uppermost is lost. */
  rollUp(from: number, count: number): void {
    for (let row = 0; row < ROWS; row++) {
      if (row > from || row <= from - count) this.#rows[row] = undefined;
    }
    for (let row = Math.max(0, from - count + 1); row < from; row++) this.#rows[row] = this.#rows[row + 1];
    this.#rows[from] = undefined;
  }

  /** Moves the `count` rows that end at one row so that they end at another. */
  moveRows(from: number, to: number, count: number): void {
    const rows = Array.from({ length: count }, (_, at) => this.#rows[from - count + 1 + at]);
    this.#rows = [];
    for (const [at, row] of rows.entries()) {
      const place = to - count + 1 + at;
      if (place >= 0) this.#rows[place] = row;
    }
  }
}

/** The style of a pen, as far as it differs from the default: white. */
export function styleOf(pen: Pen, parse: (name: string) => TextStyle['color']): TextStyle {
  const color = pen.color === 'white' ? undefined : parse(pen.color);
  const background = pen.background === undefined ? undefined : parse(pen.background);
  return {
    ...(color && { color }),
    ...(background && { background }),
    ...(pen.isItalic && { isItalic: true }),
    ...(pen.isUnderlined && { isUnderlined: true }),
    ...(pen.isFlashing && { isFlashing: true }),
  };
}
