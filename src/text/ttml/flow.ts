import { type Run, TEXT_LIMITS, type TextStyle } from '../cue.ts';

/** A piece of a paragraph as written. */
export interface Piece {
  /** `undefined`: a line break. */
  readonly text: string | undefined;
  /** Whether its white space is preserved (`xml:space`). */
  readonly isPreserved: boolean;
  readonly style: TextStyle;
}

export interface Flow {
  readonly text: string;
  readonly runs: readonly Run[];
  readonly isCut: boolean;
}

/**
 * Joins pieces as they are shown: white space collapses to one space, and to none at the ends of a line; empty lines
 * before and after the text are dropped. TTML 2, 8.2.9 and annex H.
 */
export function flowText(pieces: readonly Piece[]): Flow {
  const out = new RunBuilder();
  for (const { text, isPreserved, style } of pieces) {
    if (text === undefined) out.breakLine(style);
    else if (isPreserved) out.addPreserved(text, style);
    else out.addCollapsed(text, style);
  }
  return out.finish();
}

class RunBuilder {
  readonly #runs: { text: string; style: TextStyle }[] = [];
  #isAtLineStart = true;
  #length = 0;
  #isCut = false;
  /** Style of a pending space, which is written once something follows it in its line. */
  #blank: TextStyle | undefined;

  addCollapsed(text: string, style: TextStyle): void {
    for (const word of text.split(/([\t\n\r ]+)/)) {
      if (word === '') continue;
      if (/^[\t\n\r ]/.test(word)) {
        if (!this.#isAtLineStart) this.#blank ??= style;
        continue;
      }
      this.#writeBlank();
      this.#push(word, style);
      this.#isAtLineStart = false;
    }
  }

  addPreserved(text: string, style: TextStyle): void {
    this.#writeBlank();
    this.#push(text.replace(/\r\n?/g, '\n'), style);
    this.#isAtLineStart = /\n$/.test(text);
  }

  breakLine(style: TextStyle): void {
    this.#blank = undefined;
    this.#push('\n', style);
    this.#isAtLineStart = true;
  }

  finish(): Flow {
    const runs = this.#runs;
    for (const end of [0, -1] as const) {
      for (let run = runs.at(end); run; run = runs.at(end)) {
        run.text = end === 0 ? withoutFirstBreaks(run.text) : withoutLastBreaks(run.text);
        if (run.text !== '') break;
        if (end === 0) runs.shift();
        else runs.pop();
      }
    }
    return { text: runs.map(({ text }) => text).join(''), runs, isCut: this.#isCut };
  }

  #writeBlank(): void {
    if (this.#blank) this.#push(' ', this.#blank);
    this.#blank = undefined;
  }

  #push(text: string, style: TextStyle): void {
    const room = TEXT_LIMITS.cueLength - this.#length;
    if (text.length > room) this.#isCut = true;
    const kept = text.length > room ? text.slice(0, room) : text;
    if (kept === '') return;
    this.#length += kept.length;
    const last = this.#runs.at(-1);
    if (last && last.style === style) last.text += kept;
    else this.#runs.push({ text: kept, style });
  }
}

function withoutFirstBreaks(text: string): string {
  let from = 0;
  while (text[from] === '\n') from++;
  return text.slice(from);
}

function withoutLastBreaks(text: string): string {
  let to = text.length;
  while (text[to - 1] === '\n') to--;
  return text.slice(0, to);
}
