import type { Run, TextStyle } from '../../cue.ts';
import type { Span } from '../grid.ts';
import type { ScreenBlock } from '../screen.ts';
import { type Pen, PLAIN_PEN, styleOf } from './pen.ts';
import { placeOf, WINDOW_STYLES, type WindowAttributes, type WindowDefinition } from './place.ts';

/** No row is longer, whatever a window says about its columns. */
const MOST_COLUMNS = 64;

interface Cell {
  readonly character: string;
  readonly style: TextStyle;
}

const BLANK: Cell = { character: ' ', style: {} };

/** One of eight windows of a service: its text, its pen, and its position. */
export class Window708 {
  definition: WindowDefinition;
  /** The definition as written. */
  parameters = '';
  attributes: WindowAttributes = WINDOW_STYLES[0];
  isVisible = false;
  /** Increases when it shows another text. */
  epoch = 0;
  revision = 0;
  #rows: Cell[][] = [[]];
  #row = 0;
  #column = 0;
  /** Other text is being written over. */
  #isOverwriting = false;
  #pen = PLAIN_PEN;
  /** The pen's; the same object until it is set. */
  #style = styleOf(PLAIN_PEN);

  constructor(definition: WindowDefinition) {
    this.definition = definition;
  }

  /** Of its rows, the uppermost ones are lost if it has fewer now. */
  redefine(definition: WindowDefinition): void {
    this.definition = definition;
    this.revision++;
    const excess = this.#rows.length - definition.rows;
    if (excess > 0) {
      const hadText = this.#hasText;
      this.#rows.splice(0, excess);
      if (hadText) this.cut();
    }
    this.movePen(this.#row - Math.max(0, excess), this.#column);
  }

  /** Whether anything is visible. */
  get #hasText(): boolean {
    return this.#rows.some((row) => row?.some((cell) => cell.character.trim() !== ''));
  }

  show(isVisible: boolean): void {
    if (this.isVisible === isVisible) return;
    this.isVisible = isVisible;
    this.cut();
  }

  cut(): void {
    this.epoch++;
    this.revision++;
  }

  write(character: string): void {
    if (this.#column >= MOST_COLUMNS) return;
    const row = this.#rowAt(this.#row);
    while (row.length < this.#column) row.push(BLANK);
    const before = row[this.#column]?.character ?? ' ';
    // Overwritten text was another text, up to the first character.
    if (before.trim() !== '' && before !== character && !this.#isOverwriting) {
      this.epoch++;
      this.#isOverwriting = true;
    }
    row[this.#column++] = { character, style: this.#style };
    this.revision++;
  }

  /** The pen stays where it is. */
  clear(): void {
    this.#rows = [[]];
    this.cut();
  }

  /** Erases the character before the pen, and leaves what follows where it is. */
  backspace(): void {
    if (this.#column === 0) return;
    this.#column--;
    const row = this.#rowAt(this.#row);
    if (this.#column < row.length) row[this.#column] = BLANK;
    this.revision++;
  }

  carriageReturn(): void {
    this.#column = 0;
    this.#isOverwriting = false;
    if (this.#row + 1 < this.definition.rows) {
      this.#row++;
      return;
    }
    // The uppermost row is lost.
    const hadText = this.#hasText;
    this.#rows.shift();
    if (hadText) this.cut();
    this.#row = Math.max(0, this.definition.rows - 1);
  }

  /** Characters that follow are written with it. */
  setPen(pen: Partial<Pen>): void {
    this.#pen = { ...this.#pen, ...pen };
    this.#style = styleOf(this.#pen);
  }

  /** Returns to the beginning of the row, which is cleared. */
  horizontalReturn(): void {
    this.#rows[this.#row] = [];
    this.#column = 0;
    this.cut();
  }

  movePen(row: number, column: number): void {
    this.#row = Math.max(0, Math.min(row, this.definition.rows - 1));
    this.#column = Math.min(column, MOST_COLUMNS - 1);
    this.#isOverwriting = false;
  }

  /** Clears it, and begins at its first row and column. CTA-708, 7.1.4 (FF). */
  formFeed(): void {
    this.clear();
    this.movePen(0, 0);
  }

  /** Its content; `undefined` if it is empty. */
  block(): Omit<ScreenBlock, 'key' | 'epoch'> | undefined {
    const lines = Array.from(this.#rows, (row) => lineOf(row ?? []));
    const first = lines.findIndex(hasText);
    if (!this.isVisible || first < 0) return undefined;
    const last = lines.findLastIndex(hasText);
    const shown = lines.slice(first, last + 1);
    return {
      text: shown.map(({ text }) => text).join('\n'),
      runs: shown.flatMap(({ runs }, at): Run[] => (at === 0 ? runs : [{ text: '\n', style: {} }, ...runs])),
      ...placeOf(this.definition, this.attributes, { first, last, spans: shown.filter(hasText) }),
    };
  }

  #rowAt(row: number): Cell[] {
    for (let at = this.#rows.length; at <= row; at++) this.#rows[at] = [];
    const found = this.#rows[row] ?? [];
    this.#rows[row] = found;
    return found;
  }
}

interface Line extends Span {
  readonly text: string;
  readonly runs: Run[];
}

const hasText = ({ text }: Line): boolean => text !== '';

function lineOf(cells: readonly Cell[]): Line {
  let to = cells.length;
  let from = 0;
  while (to > 0 && cells[to - 1]?.character.trim() === '') to--;
  while (from < to && cells[from]?.character.trim() === '') from++;
  const runs: { text: string; style: TextStyle }[] = [];
  for (const { character, style } of cells.slice(from, to)) {
    const last = runs.at(-1);
    if (last && last.style === style) last.text += character;
    else runs.push({ text: character, style });
  }
  return { text: runs.map(({ text }) => text).join(''), runs, from, to };
}
