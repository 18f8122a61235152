import { parseColour } from '../colour.ts';
import type { Colour, GENERIC_FAMILIES, Paragraph, TextStyle } from '../cue.ts';
import { horizontally, type Measures, parseLength, parseLengths, vertically } from './length.ts';
import type { Specified } from './specified-style.ts';

/** The computed style of an element, inherited and not inherited. */
export interface Computed {
  readonly style: TextStyle;
  /** Fraction of the root's height, before small text is enlarged. */
  readonly fontSize: number;
  readonly paragraph: Paragraph;
  readonly isForced: boolean;
  /** Whether it is not shown: by `display` of itself or an ancestor. */
  readonly isRemoved: boolean;
  readonly isInvisible: boolean;
  readonly opacity: number;
  /** Cache of styles derived from this one: regions and blocks, and inline elements. */
  readonly derived: readonly [Map<Specified, Computed>, Map<Specified, Computed>];
}

/** The kind of an element: backgrounds of blocks apply to the paragraph, those of inline elements to characters. */
export type ElementKind = 'region' | 'block' | 'inline';

/** Below this fraction of the picture's height text is unreadable. */
const LEAST_FONT_SIZE = 0.035;
/** Relative to the base text, by default. TTML 2, 10.2.36. */
const RUBY_SIZE = 0.5;
const MAX_FAMILIES = 8;

const FAMILIES: Readonly<Record<string, (typeof GENERIC_FAMILIES)[number]>> = {
  default: 'default',
  monospace: 'monospace-sans-serif',
  sansserif: 'proportional-sans-serif',
  'sans-serif': 'proportional-sans-serif',
  serif: 'proportional-serif',
  monospacesansserif: 'monospace-sans-serif',
  monospaceserif: 'monospace-serif',
  proportionalsansserif: 'proportional-sans-serif',
  proportionalserif: 'proportional-serif',
  casual: 'casual',
  cursive: 'cursive',
};

/** The initial values. TTML 2, 10.2; `align` is that of the default region. */
export const initialStyle = ({ rows }: Measures): Computed => ({
  style: { fontSize: Math.max(1 / rows, LEAST_FONT_SIZE) },
  fontSize: 1 / rows,
  paragraph: { align: 'start', direction: 'ltr' },
  isForced: false,
  isRemoved: false,
  isInvisible: false,
  opacity: 1,
  derived: [new Map(), new Map()],
});

/** The style of an element from its parent's and its own specified style. */
export function derive(
  parent: Computed,
  specified: Specified,
  kind: ElementKind,
  measures: Measures,
): Computed {
  if (specified.size === 0 && kind === 'inline') return parent;
  const derived = parent.derived[kind === 'inline' ? 1 : 0];
  const known = derived.get(specified);
  if (known) return known;
  const get = (name: string) => specified.get(name)?.trim();
  const isRuby = get('ruby') === 'text' || get('ruby') === 'textContainer';
  const size = readFontSize(get('fontsize'), parent.fontSize, measures);
  const isSizeKept = get('ruby') === 'text' && parent.style.ruby === 'text';
  const fontSize = size?.size ?? parent.fontSize * (isRuby && !isSizeKept ? RUBY_SIZE : 1);
  // A region's opacity applies to the whole.
  const opacity = parent.opacity * ((kind === 'region' ? undefined : readFraction(get('opacity'))) ?? 1);
  const paragraph = readParagraph(parent.paragraph, get, kind, measures, fontSize, opacity);
  const style = readStyle(parent.style, get, kind, measures, fontSize, paragraph.direction);
  const computed: Computed = {
    style: {
      ...style,
      fontSize: isRuby ? fontSize : Math.max(fontSize, LEAST_FONT_SIZE),
      ...(size?.stretch !== undefined && { fontStretch: size.stretch }),
      ...(opacity < 1 && { opacity }),
    },
    fontSize,
    paragraph,
    isForced: readFlag(get('forceddisplay')) ?? parent.isForced,
    isRemoved: parent.isRemoved || get('display') === 'none',
    isInvisible: get('visibility') === undefined ? parent.isInvisible : get('visibility') === 'hidden',
    opacity,
    derived: [new Map(), new Map()],
  };
  derived.set(specified, computed);
  return computed;
}

type Get = (name: string) => string | undefined;

function readStyle(
  parent: TextStyle,
  get: Get,
  kind: ElementKind,
  measures: Measures,
  fontSize: number,
  around: Paragraph['direction'],
): TextStyle {
  const colour = (name: string) => parseColour(get(name) ?? '');
  const weight = get('fontweight');
  const slope = get('fontstyle');
  const decoration = get('textdecoration')?.toLowerCase().split(/\s+/) ?? [];
  const isOff = decoration.includes('none');
  const decorated = (on: string, off: string) =>
    decoration.includes(on) ? true : isOff || decoration.includes(off) ? false : undefined;
  const outline = get('textoutline');
  const shadow = get('textshadow');
  const emphasis = get('textemphasis');
  const bidi = get('unicodebidi') ?? '';
  const overrides = /override/i.test(bidi);
  const embeds = overrides || /embed|isolate/i.test(bidi);
  const specified = (['ltr', 'rtl'] as const).find((direction) => direction === get('direction'));
  // The slant of Japanese, instead of italics.
  const shear = Number.parseFloat(get('shear') ?? get('fontshear') ?? get('lineshear') ?? '');
  const families = readFamilies(get('fontfamily'));
  const background = kind === 'inline' ? colour('backgroundcolor') : undefined;
  return without({
    ...parent,
    color: colour('color') ?? parent.color,
    background: background ?? (kind === 'inline' ? parent.background : undefined),
    fontFamily: families ?? parent.fontFamily,
    isBold: weight === undefined ? parent.isBold : weight.toLowerCase() === 'bold',
    isItalic:
      slope === undefined
        ? Number.isNaN(shear)
          ? parent.isItalic
          : shear !== 0
        : /italic|oblique/i.test(slope),
    isUnderlined: decorated('underline', 'nounderline') ?? parent.isUnderlined,
    isStruckThrough: decorated('linethrough', 'nolinethrough') ?? parent.isStruckThrough,
    isOverlined: decorated('overline', 'nooverline') ?? parent.isOverlined,
    outline: outline === undefined ? parent.outline : readOutline(outline, measures, fontSize),
    shadow: shadow === undefined ? parent.shadow : readShadow(shadow, measures, fontSize),
    emphasis:
      emphasis === undefined
        ? parent.emphasis
        : ((['circle', 'sesame', 'dot'] as const).find((mark) => emphasis.includes(mark)) ??
          (/none/.test(emphasis) ? undefined : 'dot')),
    isCombined: get('textcombine') === undefined ? parent.isCombined : get('textcombine') !== 'none',
    ruby: readRuby(get('ruby')) ?? parent.ruby,
    direction:
      embeds && (kind === 'inline' || overrides)
        ? (specified ?? parent.direction ?? around)
        : parent.direction,
    isBidiOverridden: embeds ? overrides : parent.isBidiOverridden,
  });
}

/** Drops absent and false properties. */
function without<T extends object>(record: { [Key in keyof T]: T[Key] | undefined }): T {
  return Object.fromEntries(
    Object.entries(record).filter(([, value]) => value !== undefined && value !== false),
  ) as T;
}

function readParagraph(
  parent: Paragraph,
  get: Get,
  kind: ElementKind,
  measures: Measures,
  fontSize: number,
  opacity: number,
): Paragraph {
  if (kind === 'inline') return parent;
  const background = kind === 'block' ? parseColour(get('backgroundcolor') ?? '') : undefined;
  const align = ALIGNMENTS.find((name) => name === get('textalign')?.toLowerCase());
  const rows = get('multirowalign')?.toLowerCase();
  const rightToLeft = get('direction') ?? (/^r/.test(get('writingmode') ?? '') ? 'rtl' : undefined);
  const padding = parseLength(get('linepadding') ?? '');
  const height = parseLength(get('lineheight') ?? '');
  const gap = readFlag(get('filllinegap'));
  const wrap = get('wrapoption');
  return without<Paragraph>({
    align: align ?? parent.align,
    rowAlign:
      rows === undefined
        ? parent.rowAlign
        : (['start', 'center', 'end'] as const).find((name) => name === rows),
    direction: rightToLeft === undefined ? parent.direction : rightToLeft === 'rtl' ? 'rtl' : 'ltr',
    background: background
      ? { ...background, alpha: background.alpha * opacity }
      : kind === 'block'
        ? parent.background
        : undefined,
    lineHeight:
      height === undefined
        ? get('lineheight') === undefined
          ? parent.lineHeight
          : undefined
        : vertically(height, measures, fontSize),
    linePadding: padding === undefined ? parent.linePadding : horizontally(padding, measures, fontSize),
    fillsLineGap: gap ?? parent.fillsLineGap,
    isUnwrapped: wrap === undefined ? parent.isUnwrapped : /^nowrap$/i.test(wrap),
  });
}

const ALIGNMENTS = ['start', 'center', 'end', 'left', 'right'] as const;

function readFontSize(text: string | undefined, parent: number, measures: Measures) {
  const [first, second] = parseLengths(text ?? '');
  if (!first || first.value <= 0) return undefined;
  const vertical = second ?? first;
  const size = vertically(vertical, measures, parent);
  if (!(size > 0)) return undefined;
  return { size, stretch: second && second.value !== first.value ? first.value / second.value : undefined };
}

function readFamilies(text: string | undefined): readonly string[] | undefined {
  if (text === undefined) return undefined;
  const names = text
    .slice(0, 500)
    .split(',')
    .map((name) => name.trim().replace(/^(["'])(.*)\1$/, '$2'))
    .filter((name) => /^[\p{L}\p{N} _-]{1,64}$/u.test(name))
    .map((name) => FAMILIES[name.toLowerCase()] ?? name);
  return names.length > 0 ? names.slice(0, MAX_FAMILIES) : undefined;
}

/** `[color] thickness [blur]`. TTML 2, 10.2.41. */
function readOutline(text: string, measures: Measures, fontSize: number) {
  const { color, lengths } = splitColour(text, measures, fontSize);
  const [thickness = 0, blur = 0] = lengths;
  return thickness > 0 ? { color, thickness, blur } : undefined;
}

/** The first shadow: `x y [blur] [color]`. TTML 2, 10.2.43. */
function readShadow(text: string, measures: Measures, fontSize: number) {
  const { color, lengths } = splitColour(
    text.slice(0, 200).replace(/,(?![^(]*\)).*$/s, ''),
    measures,
    fontSize,
  );
  const [x, y, blur = 0] = lengths;
  return x !== undefined && y !== undefined ? { color, x, y, blur } : undefined;
}

function splitColour(text: string, measures: Measures, fontSize: number) {
  let color: Colour | undefined;
  const lengths: number[] = [];
  for (const part of text
    .slice(0, 200)
    .replace(/\s*,\s*/g, ',')
    .split(/\s+/)) {
    const length = parseLength(part);
    if (length) lengths.push(vertically(length, measures, fontSize));
    else color ??= parseColour(part);
  }
  return { color, lengths };
}

function readRuby(text: string | undefined): TextStyle['ruby'] {
  if (text === 'base' || text === 'baseContainer') return 'base';
  if (text === 'text' || text === 'textContainer') return 'text';
  return text === 'delimiter' ? 'delimiter' : undefined;
}

const readFlag = (text: string | undefined): boolean | undefined =>
  text === undefined ? undefined : /^(?:true|1)$/i.test(text);

function readFraction(text: string | undefined): number | undefined {
  const value = text === undefined || !/^[\d.]{1,20}$/.test(text) ? Number.NaN : Number(text);
  return Number.isNaN(value) ? undefined : Math.min(1, value);
}
