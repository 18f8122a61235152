import { parseColour } from '../colour.ts';
import { type Run, TEXT_LIMITS, type TextStyle } from '../cue.ts';
import { resolveEntities } from '../markup/entities.ts';

/** A tag in the text of a cue; the text between tags is never looked at for others. */
const TAG = /<(\/?)([a-z]+|\d[\d:.]*)((?:[.\s][^<>]*)?)>/gi;

/** What of its tags a format knows. */
export interface MarkupRules {
  /** Whether `&amp;` and the like are references. */
  readonly hasEntities: boolean;
  /** What a tag makes of the style around it; `undefined`: it is text. `null`: it is dropped. */
  style(name: string, rest: string, around: TextStyle): TextStyle | undefined | null;
}

/** Cuts the text of a cue at its tags. What is no tag of the format is text; ends that close nothing are dropped. */
export function readMarkup(source: string, rules: MarkupRules, base: TextStyle = {}): Run[] {
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
    const [whole, slash, written = '', rest = ''] = match;
    const name = written.toLowerCase();
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

/** Tags of WebVTT: classes are colours, voices and languages leave no trace, times within a cue are dropped. WebVTT, 4.2.2. */
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
        // All other tags of the format are times; foreign ones it drops.
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
