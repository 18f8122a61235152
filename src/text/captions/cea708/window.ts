import {
  type Colour,
  DEFAULT_REGION,
  type Paragraph,
  type Region,
  type Run,
  type TextStyle,
} from '../../cue.ts';

/** How a window fills, and how its lines are aligned. CTA-708, 8.4 and 8.10.5.9 (SetWindowAttributes). */
export interface WindowAttributes {
  readonly fill: Colour | undefined;
  readonly justify: 'left' | 'right' | 'center';
  readonly isVertical: boolean;
  readonly isRightToLeft: boolean;
}

export interface WindowDefinition {
  readonly priority: number;
  readonly isRelative: boolean;
  readonly anchorVertical: number;
  readonly anchorHorizontal: number;
  /** Which of nine points of the window is at the anchor; row by row from the upper left. */
  readonly anchorPoint: number;
  readonly rows: number;
  readonly columns: number;
}

const BLACK: Colour = { red: 0, green: 0, blue: 0, alpha: 1 };
const LEFT: WindowAttributes = { fill: BLACK, justify: 'left', isVertical: false, isRightToLeft: false };
const CLEAR = { ...LEFT, fill: undefined };

/** Predefined, from 1 on. CTA-708, 8.10.5.2. */
export const WINDOW_STYLES: readonly WindowAttributes[] = [
  LEFT,
  CLEAR,
  { ...LEFT, justify: 'center' },
  LEFT,
  CLEAR,
  { ...LEFT, justify: 'center' },
  { ...LEFT, isVertical: true, isRightToLeft: true },
];

/** Units of an anchor that is not in percent: for 16:9, and for 4:3. */
const VERTICAL_UNITS = 75;
const HORIZONTAL_UNITS = 210;
/** No row is longer, whatever a window says about its columns. */
const MOST_COLUMNS = 64;
/** A row, as a fraction of the picture's height; fifteen of them fill the safe area. */
const ROW = 0.8 / 15;
const COLUMN = 0.8 / 42;

interface Cell {
  readonly character: string;
  readonly style: TextStyle;
}

/** One of eight windows of a service: its text, its pen, and its position. */
export class Window708 {
  definition: WindowDefinition;
  attributes: WindowAttributes;
  isVisible: boolean;
  /** Increases when it shows another text. */
  epoch = 0;
  revision = 0;
  #rows: Cell[][] = [[]];
  #row = 0;
  #column = 0;
  #penAttributes: TextStyle = {};
  #penColours: TextStyle = {};
  /** Both together; the same object until one of them is set. */
  #pen: TextStyle = {};

  constructor(definition: WindowDefinition, attributes: WindowAttributes, isVisible: boolean) {
    this.definition = definition;
    this.attributes = attributes;
    this.isVisible = isVisible;
  }

  /** Whether anything is visible. */
  get hasText(): boolean {
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
    while (row.length < this.#column) row.push({ character: ' ', style: {} });
    const before = row[this.#column];
    // Overwritten text was another text.
    if (before && before.character.trim() !== '' && before.character !== character) this.epoch++;
    row[this.#column++] = { character, style: this.#pen };
    this.revision++;
  }

  clear(): void {
    this.#rows = [[]];
    this.#row = 0;
    this.#column = 0;
    this.cut();
  }

  backspace(): void {
    if (this.#column === 0) return;
    this.#column--;
    this.#rowAt(this.#row).splice(this.#column, 1);
    this.revision++;
  }

  carriageReturn(): void {
    this.#column = 0;
    if (this.#row + 1 < this.definition.rows) {
      this.#row++;
      return;
    }
    // The uppermost row is lost.
    const hadText = this.hasText;
    this.#rows.shift();
    if (hadText) this.cut();
    this.#row = Math.max(0, this.definition.rows - 1);
  }

  /** Sets size, font, edge, italics and underline. CTA-708, 8.10.5.10. */
  setPenAttributes(attributes: TextStyle): void {
    this.#penAttributes = attributes;
    this.#pen = { ...attributes, ...this.#penColours };
  }

  /** Sets the colours, and whether the text flashes. CTA-708, 8.10.5.11. */
  setPenColours(colours: TextStyle): void {
    this.#penColours = colours;
    this.#pen = { ...this.#penAttributes, ...colours };
  }

  /** Returns to the beginning of the row, which is cleared. */
  horizontalReturn(): void {
    this.#rows[this.#row] = [];
    this.#column = 0;
    this.cut();
  }

  movePen(row: number, column: number): void {
    this.#row = Math.min(row, Math.max(0, this.definition.rows - 1));
    this.#column = Math.min(column, MOST_COLUMNS - 1);
  }

  /** Its content; `undefined` if it is empty. */
  block(): { text: string; runs: readonly Run[]; region: Region; paragraph: Paragraph } | undefined {
    const lines = Array.from(this.#rows, (row) => lineOf(row ?? []));
    while (lines[0]?.text === '') lines.shift();
    while (lines.at(-1)?.text === '') lines.pop();
    if (!this.isVisible || lines.length === 0) return undefined;
    const runs = lines.flatMap(({ runs: own }, at): Run[] =>
      at === 0 ? own : [{ text: '\n', style: {} }, ...own],
    );
    const { justify, isRightToLeft, isVertical } = this.attributes;
    return {
      text: lines.map(({ text }) => text).join('\n'),
      runs,
      region: this.#region(),
      paragraph: { align: justify, direction: isRightToLeft && !isVertical ? 'rtl' : 'ltr' },
    };
  }

  #rowAt(row: number): Cell[] {
    for (let at = this.#rows.length; at <= row; at++) this.#rows[at] = [];
    const found = this.#rows[row] ?? [];
    this.#rows[row] = found;
    return found;
  }

  /** A window of the size of its rows and columns, around its anchor, and within the picture. */
  #region(): Region {
    const { definition, attributes } = this;
    const { anchorPoint, rows, columns, isRelative, anchorVertical, anchorHorizontal } = definition;
    const height = Math.min(1, rows * ROW);
    const width = Math.min(1, columns * COLUMN);
    const y = isRelative ? anchorVertical / 100 : anchorVertical / VERTICAL_UNITS;
    const x = isRelative ? anchorHorizontal / 100 : anchorHorizontal / HORIZONTAL_UNITS;
    const column = anchorPoint % 3;
    const row = Math.floor(anchorPoint / 3);
    const clamp = (value: number, most: number) => Math.max(0, Math.min(most, value));
    return {
      ...DEFAULT_REGION,
      left: clamp(x - (column * width) / 2, 1 - width),
      top: clamp(y - (row * height) / 2, 1 - height),
      width,
      height,
      displayAlign: row === 0 ? 'before' : row === 1 ? 'center' : 'after',
      writingMode: attributes.isVertical ? 'vertical-rl' : 'horizontal',
      ...(attributes.fill && attributes.fill.alpha > 0 && { background: attributes.fill }),
    };
  }
}

function lineOf(cells: readonly Cell[]): { readonly text: string; readonly runs: Run[] } {
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
  return { text: runs.map(({ text }) => text).join(''), runs };
}
