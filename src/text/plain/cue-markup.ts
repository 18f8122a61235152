import { parseColour } from '../colour.ts';
import { type Run, TEXT_LIMITS, type TextStyle } from '../cue.ts';
import { resolveEntities } from '../markup/entities.ts';

/** A tag in the text of a cue, by any name or none; the text between tags is not searched for others. */
const TAG = /<(\/?)([a-z]+|\d[\d:.]*)((?:[.\s][^<>]*)?)\/?>|<(?:[^\s\d<>][^<>]*)?>/gi;

/** HTML's, with or without a line break of the file beside it. */
const LINE_BREAK = /\n?<br\s*\/?>\n?/gi;

/** The tags that a format supports. */
export interface MarkupRules {
  /** Whether `&amp;` and the like are references. */
  readonly hasEntities: boolean;
  /** The style of a tag, given the style around it; `undefined`: it is text. `null`: it is dropped. */
  style(name: string, rest: string, around: TextStyle): TextStyle | undefined | null;
}

/** Splits the text of a cue at its tags. Other tags than the format's are text; unmatched end tags are dropped. */
export function readMarkup(written: string, rules: MarkupRules, base: TextStyle = {}): Run[] {
  const source = written.replace(LINE_BREAK, '\n');
  const runs: { text: string; style: TextStyle }[] = [];
  const open: { name: string; style: TextStyle }[] = [];
  let style = base;
  let end = 0;
  const add = (raw: string) => {
    const text = rules.hasEntities ? resolveEntities(raw) : raw;
    const last = runs.at(-1);
    if (text === '') return;
    if (last && last.style === style) last.text += text;
    else runs.push({ text, style });
  };
  for (const match of source.matchAll(TAG)) {
    const [whole, slash, tag = '', rest = ''] = match;
    const name = tag.toLowerCase();
    const isEnd = slash === '/';
    const made = rules.style(name, rest, style);
    if (made === undefined) continue;
    add(source.slice(end, match.index));
    end = match.index + whole.length;
    if (made === null) continue;
    if (!isEnd) {
      if (open.length === TEXT_LIMITS.depth) continue;
      open.push({ name, style });
      style = made;
      continue;
    }
    const at = open.findLastIndex((tag) => tag.name === name);
    if (at >= 0) style = open[at]?.style ?? base;
    if (at >= 0) open.length = at;
  }
  add(source.slice(end));
  return runs;
}

const CLASS_COLOURS = new Set('white lime cyan red yellow magenta blue black'.split(' '));

/** Tags of WebVTT: classes are colours, voices and languages are dropped, as are timestamps within a cue. WebVTT, 4.2.2. */
export const VTT_MARKUP: MarkupRules = {
  hasEntities: true,
  style(name, rest, around) {
    const style = classStyle(rest, around);
    switch (name) {
      case 'b':
        return { ...style, isBold: true };
      case 'i':
        return { ...style, isItalic: true };
      case 'u':
        return { ...style, isUnderlined: true };
      case 'ruby':
        return { ...style, ruby: 'base' };
      case 'rt':
        return { ...style, ruby: 'text' };
      case 'c':
      case 'v':
      case 'lang':
        return style;
      default:
        // All other tags of the format are timestamps; foreign ones are dropped.
        return null;
    }
  },
};

/** WebVTT, 8.2.2. */
function classStyle(rest: string, around: TextStyle): TextStyle {
  const classes = /^\.[^\s<>]+/.exec(rest)?.[0].slice(1).split('.', 16) ?? [];
  let style = around;
  for (const name of classes) {
    const color = CLASS_COLOURS.has(name) ? parseColour(name) : undefined;
    const ground =
      name.startsWith('bg_') && CLASS_COLOURS.has(name.slice(3)) ? parseColour(name.slice(3)) : undefined;
    if (color) style = { ...style, color };
    if (ground) style = { ...style, background: ground };
  }
  return style === around ? { ...around } : style;
}

/** Tags that SRT files have in practice. */
export const SRT_MARKUP: MarkupRules = {
  hasEntities: false,
  style(name, rest, around) {
    if (name !== 'font' && rest !== '') return undefined;
    if (name === 'b') return { ...around, isBold: true };
    if (name === 'i') return { ...around, isItalic: true };
    if (name === 'u') return { ...around, isUnderlined: true };
    if (name === 's') return { ...around, isStruckThrough: true };
    if (name !== 'font') return undefined;
    const [, colour = ''] = /\bcolor\s*=\s*["']?\s*(#?[\w(),]+)/i.exec(rest.slice(0, 200)) ?? [];
    const color = parseColour(colour) ?? parseColour(`#${colour}`);
    return color ? { ...around, color } : { ...around };
  },
};
