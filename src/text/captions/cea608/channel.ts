import { extendedCharacter, specialCharacter } from './characters.ts';
import { COLUMNS, Memory, type Pen, PLAIN_PEN, ROWS } from './memory.ts';

/** How captions appear on screen. CTA-608, 6. */
type Mode = 'pop-on' | 'paint-on' | 'roll-up';

/** Commands that apply to the text of a text service while it is received: BS, DER, FON, CR. */
const TEXT_COMMANDS = [0x1, 0x4, 0x8, 0xd];

/** All at full intensity, as `lime` is, unlike `green`. */
const COLOURS = ['white', 'lime', 'blue', 'cyan', 'red', 'yellow', 'magenta'] as const;
/** Background colours; the last is black. */
const BACKGROUNDS = ['white', 'lime', 'blue', 'cyan', 'red', 'yellow', 'magenta', 'black'] as const;
/** The lower of the two rows of a preamble's first byte, from 0x10 on; rows count from 0. */
const PREAMBLE_ROWS = [10, 0, 2, 11, 13, 4, 6, 8] as const;

/** One channel of CEA-608 captions: applies its codes to two memories, one of which is on screen. CTA-608, 6 and annex B. */
export class Channel608 {
  #shown = new Memory();
  #hidden = new Memory();
  /** `undefined` until it is known: earlier codes can't be interpreted. */
  #mode: Mode | undefined;
  /** A text service is received; it has its own screen, and leaves that of the captions as it is. */
  #isText = false;
  #row = ROWS - 1;
  #column = 0;
  /** Number of rolling rows. */
  #depth = 2;
  #pen: Pen = PLAIN_PEN;
  #epoch = 0;
  /** Other text is being written over. */
  #isOverwriting = false;
  #revision = 0;

  get shown(): Memory {
    return this.#shown;
  }

  /** Increases when another caption is shown, rather than the same one with more text. */
  get epoch(): number {
    return this.#epoch;
  }

  /** Increases with every change of what is shown. */
  get revision(): number {
    return this.#revision;
  }

  get isText(): boolean {
    return this.#isText;
  }

  /** Adds a printable character. */
  write(character: string): void {
    const memory = this.#target();
    if (!memory) return;
    const before = memory.row(this.#row)?.[this.#column]?.character ?? ' ';
    // In the last column, what doesn't fit in the row is written.
    if (before.trim() !== '' && before !== character && this.#column < COLUMNS - 1) this.#overwrite(memory);
    memory.write(this.#row, this.#column, character, this.#pen);
    this.#column = Math.min(COLUMNS - 1, this.#column + 1);
    this.#touch(memory);
  }

  /** Handles a control code, without the channel's bit. */
  control(first: number, second: number): void {
    // The second field has its own codes, which not every encoder uses there.
    const isCommand = (first === 0x14 || first === 0x15) && second < 0x30;
    if (isCommand) this.#command(second & 0x0f);
    else if (this.#isText) return;
    else if (second >= 0x40) this.#preamble(first, second);
    else if (first === 0x11 && second >= 0x30) this.write(specialCharacter(second));
    else if (first === 0x11) this.#midRow(second);
    else if (first === 0x12 || first === 0x13) this.#extended(first, second);
    else if (first === 0x10 && second < 0x30) this.#background(second);
    else if (first === 0x17) this.#tab(second);
  }

  /** Resets to the initial state. */
  reset(): void {
    this.#shown = new Memory();
    this.#hidden = new Memory();
    this.#mode = undefined;
    this.#isText = false;
    this.#row = ROWS - 1;
    this.#column = 0;
    this.#pen = PLAIN_PEN;
    this.#cut();
  }

  erase(): void {
    if (this.#shown.isEmpty) return;
    this.#shown.clear();
    this.#cut();
  }

  /** The memory that is written to; `undefined` in text mode, and before any mode. */
  #target(): Memory | undefined {
    if (this.#mode === undefined || this.#isText) return undefined;
    return this.#mode === 'pop-on' ? this.#hidden : this.#shown;
  }

  #enter(mode: Mode): void {
    this.#mode = mode;
    this.#isText = false;
  }

  #touch(memory: Memory): void {
    if (memory === this.#shown) this.#revision++;
  }

  #cut(): void {
    this.#epoch++;
    this.#revision++;
    this.#isOverwriting = false;
  }

  /** Text on screen that is written over was another caption, up to the first character. */
  #overwrite(memory: Memory): void {
    if (memory !== this.#shown || this.#isOverwriting) return;
    this.#cut();
    this.#isOverwriting = true;
  }

  #command(code: number): void {
    if (this.#isText && TEXT_COMMANDS.includes(code)) return;
    switch (code) {
      case 0x0: // RCL
        this.#enter('pop-on');
        break;
      case 0x1: // BS
        this.#backspace();
        break;
      case 0x4: // DER
        this.#deleteToEnd();
        break;
      case 0x5: // RU2
      case 0x6: // RU3
      case 0x7: // RU4
        this.#rollUp(code - 3);
        break;
      case 0x8: // FON
        this.#writeSpace({ ...this.#pen, isFlashing: true });
        break;
      case 0x9: // RDC
        this.#enter('paint-on');
        break;
      case 0xa: // TR
      case 0xb: // RTD
        this.#isText = true;
        break;
      case 0xc: // EDM
        this.erase();
        break;
      case 0xd: // CR
        this.#carriageReturn();
        break;
      case 0xe: // ENM
        this.#hidden.clear();
        break;
      case 0xf: // EOC
        [this.#shown, this.#hidden] = [this.#hidden, this.#shown];
        this.#enter('pop-on');
        this.#cut();
        break;
    }
  }

  /** The pen is in the last column before and after that is written, and leaves it both times. CTA-608, C.13. */
  #backspace(): void {
    const memory = this.#target();
    if (!memory || this.#column === 0) return;
    if (this.#column === COLUMNS - 1) memory.eraseAt(this.#row, this.#column);
    this.#column--;
    memory.eraseAt(this.#row, this.#column);
    this.#touch(memory);
  }

  /** Returns to the character that was written last, which is replaced. */
  #replace(): void {
    // After the last column the pen stays on it.
    const isFull =
      this.#column === COLUMNS - 1 && this.#target()?.row(this.#row)?.[this.#column] !== undefined;
    if (isFull) this.#target()?.eraseAt(this.#row, this.#column);
    else this.#backspace();
  }

  #deleteToEnd(): void {
    const memory = this.#target();
    if (!memory) return;
    const rest = memory.row(this.#row)?.slice(this.#column) ?? [];
    if (rest.some((cell) => (cell?.character ?? ' ').trim() !== '')) this.#overwrite(memory);
    memory.eraseFrom(this.#row, this.#column);
    this.#touch(memory);
  }

  #rollUp(depth: number): void {
    this.#isText = false;
    if (this.#mode !== 'roll-up') {
      this.#mode = 'roll-up';
      this.#hidden.clear();
      this.#row = ROWS - 1;
      this.#column = 0;
      if (!this.#shown.isEmpty) {
        this.#shown.clear();
        this.#cut();
      }
    }
    this.#moveBase(Math.max(this.#row, depth - 1));
    this.#depth = depth;
  }

  /** Moves the rolling rows, so that they end at another one. */
  #moveBase(row: number): void {
    if (row === this.#row) return;
    this.#shown.moveRows(this.#row, row, this.#depth);
    this.#row = row;
    this.#revision++;
  }

  #carriageReturn(): void {
    if (this.#mode !== 'roll-up') return;
    this.#shown.rollUp(this.#row, this.#depth);
    this.#column = 0;
    this.#pen = PLAIN_PEN;
    this.#cut();
  }

  /** CTA-608, table 53 (PAC). */
  #preamble(first: number, second: number): void {
    const isSecond = (second & 0x20) !== 0;
    // The eleventh row has no second one in its pair.
    const row = Math.min(ROWS - 1, (PREAMBLE_ROWS[first & 7] ?? 0) + (isSecond && (first & 7) !== 0 ? 1 : 0));
    // A base row too near to the top is lowered, so that all rolling rows are on screen.
    if (this.#mode === 'roll-up') this.#moveBase(Math.max(row, this.#depth - 1));
    else this.#row = row;
    this.#isOverwriting = false;
    const attribute = (second & 0x1e) >> 1;
    const isIndent = attribute >= 8;
    this.#column = isIndent ? (attribute - 8) * 4 : 0;
    this.#pen = {
      ...PLAIN_PEN,
      color: isIndent || attribute === 7 ? 'white' : (COLOURS[attribute] ?? 'white'),
      isItalic: attribute === 7,
      isUnderlined: (second & 1) !== 0,
    };
  }

  /** A space that changes the pen. CTA-608, table 51. */
  #midRow(second: number): void {
    const attribute = (second & 0x0e) >> 1;
    const isItalic = attribute === 7;
    this.#writeSpace({
      ...this.#pen,
      color: isItalic ? this.#pen.color : (COLOURS[attribute] ?? 'white'),
      isItalic,
      isUnderlined: (second & 1) !== 0,
      isFlashing: false,
    });
  }

  #writeSpace(pen: Pen): void {
    this.write(' ');
    this.#pen = pen;
  }

  /** It replaces the character for older decoders that was sent before it. */
  #extended(first: 0x12 | 0x13, second: number): void {
    this.#replace();
    this.write(extendedCharacter(first, second));
  }

  /** It includes the space before it. CTA-608, table 3. */
  #background(second: number): void {
    this.#replace();
    this.#writeSpace({ ...this.#pen, background: BACKGROUNDS[(second & 0x0e) >> 1] });
  }

  #tab(second: number): void {
    if (second >= 0x21 && second <= 0x23) {
      this.#column = Math.min(COLUMNS - 1, this.#column + second - 0x20);
    } else if (second === 0x2d) {
      this.#replace();
      this.#writeSpace({ ...this.#pen, background: 'transparent' });
    } else if (second === 0x2e || second === 0x2f) {
      this.#replace();
      this.#writeSpace({ ...this.#pen, color: 'black', isUnderlined: second === 0x2f });
    }
  }
}
