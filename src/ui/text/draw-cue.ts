import type { Colour, Cue, CueImage, Paragraph, Region, Run, TextStyle } from '../../text/cue.ts';
import { type Ruby, rubiesAt } from '../../text/ruby.ts';
import type { CaptionStyle } from './caption-style-values.ts';

/** Fractions of the picture's height: the default size, and the minimum. */
const DEFAULT_SIZE = 0.0533;
const LEAST_SIZE = 0.035;
/** The minimum text size, whatever the picture's size. */
const LEAST_PIXELS = 12;

const FAMILIES: Readonly<Record<string, string>> = {
  default: 'var(--smooth-caption-font, ui-sans-serif, system-ui, sans-serif)',
  'monospace-serif': '"Courier New", Courier, monospace',
  'monospace-sans-serif': 'ui-monospace, Menlo, Consolas, "DejaVu Sans Mono", monospace',
  'proportional-serif': 'ui-serif, Georgia, "Times New Roman", serif',
  'proportional-sans-serif': 'ui-sans-serif, system-ui, Arial, sans-serif',
  casual: 'ui-rounded, "Comic Sans MS", "Comic Neue", casual, sans-serif',
  cursive: '"Snell Roundhand", "Brush Script MT", cursive',
  'small-capitals': 'ui-sans-serif, system-ui, Arial, sans-serif',
};

const EDGES: Readonly<Record<NonNullable<CaptionStyle['edge']>, string>> = {
  none: 'none',
  raised: '0.03em 0.03em 0 #222, 0.06em 0.06em 0 #222, 0.09em 0.09em 0 #222',
  depressed: '0.03em 0.03em 0 #ccc, -0.03em -0.03em 0 #222, -0.06em -0.06em 0 #222',
  uniform:
    '0 0 0.07em #000, 0 0 0.07em #000, 0 0 0.07em #000, 0 0 0.07em #000, 0 0 0.07em #000, 0 0 0.07em #000',
  'drop-shadow': '0.06em 0.06em 0.1em #000, 0.1em 0.1em 0.15em #000',
};

/** The eight colours as RGB. */
const COLOURS: Readonly<Record<NonNullable<CaptionStyle['color']>, Omit<Colour, 'alpha'>>> = {
  white: { red: 255, green: 255, blue: 255 },
  black: { red: 0, green: 0, blue: 0 },
  red: { red: 255, green: 0, blue: 0 },
  green: { red: 0, green: 255, blue: 0 },
  blue: { red: 0, green: 0, blue: 255 },
  yellow: { red: 255, green: 255, blue: 0 },
  magenta: { red: 255, green: 0, blue: 255 },
  cyan: { red: 0, green: 255, blue: 255 },
};

/** White on a dark box: readable on any picture. */
const TEXT: Colour = { red: 255, green: 255, blue: 255, alpha: 1 };
const BACKGROUND: Colour = { red: 0, green: 0, blue: 0, alpha: 0.8 };
const NO_BACKGROUND: Colour = { ...BACKGROUND, alpha: 0 };

/**
 * Builds the box of a region, in units of the picture that it lies on; `--_head` and `--_bar` are the heights that the
 * title and the controls cover: it moves away from them, as far as there is room.
 * Uses only text nodes and CSSOM properties: there is no markup to escape, and no Content Security Policy to violate.
 */
export function drawRegion(region: Region, cues: readonly HTMLElement[], style: CaptionStyle): HTMLElement {
  const { left, top, width, height, displayAlign, writingMode, padding, zIndex, clips } = region;
  const box = element('div', 'region');
  const bottom = 1 - top - height;
  const ownTop = `max(var(--_head, 0px), min(${top * 100}cqh, 100cqh - var(--_bar, 0px) - ${height * 100}cqh))`;
  const ownBottom = `max(var(--_bar, 0px), min(${bottom * 100}cqh, 100cqh - var(--_head, 0px) - ${height * 100}cqh))`;
  // Lines that have no room in it let it grow up to the other edge of the picture. Further ones cover the controls.
  const growsUp = displayAlign === 'after' && writingMode === 'horizontal' && !clips;
  const growsDown =
    displayAlign === 'before' &&
    writingMode === 'horizontal' &&
    !clips &&
    !cues.some((cue) => cue.querySelector('.image'));
  const colour = colourOf(style.window, style.windowOpacity, region.background);
  setAll(box, {
    left: `${left * 100}%`,
    right: `${Math.max(0, 1 - left - width) * 100}%`,
    ...(growsUp
      ? {
          'min-height': `calc(100cqh - ${ownTop} - ${ownBottom})`,
          'max-height': `calc(100cqh - var(--_head, 0px) - ${ownBottom})`,
        }
      : { top: ownTop }),
    bottom: ownBottom,
    'justify-content': {
      before: 'flex-start',
      center: 'center',
      after: growsUp ? 'safe flex-end' : 'flex-end',
    }[displayAlign],
    'writing-mode': {
      horizontal: 'horizontal-tb',
      'vertical-rl': 'vertical-rl',
      'vertical-lr': 'vertical-lr',
    }[writingMode],
    'z-index': String(zIndex ?? 0),
    overflow: clips ? 'clip' : 'visible',
    opacity: String(region.opacity ?? 1),
    ...(padding && {
      padding: padding.map((side, at) => `${side * 100}cq${at % 2 === 0 ? 'h' : 'w'}`).join(' '),
    }),
    ...backgroundOf(region.background && colour),
  });
  if (colour && !region.background) {
    const window = element('div', 'window');
    setAll(window, backgroundOf(colour));
    window.append(...cues);
    box.append(window);
  } else box.append(...cues);
  return growsDown ? withRoomAbove(box, region) : box;
}

/** Space above a region: it becomes smaller if there is not enough for its lines below. */
function withRoomAbove(box: HTMLElement, { top, height }: Region): HTMLElement {
  const { left, right } = box.style;
  const [room, space] = [element('div'), element('div')];
  setAll(room, {
    position: 'absolute',
    inset: `var(--_head, 0px) ${right} var(--_bar, 0px) ${left}`,
    display: 'flex',
    'flex-direction': 'column',
  });
  setAll(space, { flex: `0 1 calc(${top * 100}cqh - var(--_head, 0px))` });
  setAll(box, { position: 'relative', inset: '0', flex: `0 9999 ${height * 100}cqh` });
  room.append(space, box);
  return room;
}

/** Builds a cue: a paragraph of runs, or an image, which appears a moment later. */
export function drawCue(cue: Cue, style: CaptionStyle): HTMLElement {
  const { runs } = cue;
  const box = element('div', 'cue');
  if (cue.image) {
    box.append(drawImage(cue.image));
    // As high as its region, and no higher.
    setAll(box, { flex: '1 1 0', 'min-block-size': '0' });
    return box;
  }
  // In a region with a background, text needs no other one.
  const paragraph: Paragraph = cue.region.background
    ? { background: NO_BACKGROUND, ...cue.paragraph }
    : cue.paragraph;
  setAll(box, {
    'text-align': paragraph.align,
    direction: paragraph.direction,
    // Lines are as high as their text, and grow with it.
    'font-size': sizeOf(smallestOf(runs), style.size),
    'line-height': paragraph.lineHeight
      ? `${Math.max(1, paragraph.lineHeight / smallestOf(runs))}em`
      : '1.25',
    // Backgrounds end with the text where a line is wrapped, unless its spaces count.
    'white-space': paragraph.isUnwrapped ? 'pre' : /^ | {2}/m.test(cue.text) ? 'pre-wrap' : 'pre-line',
    ...backgroundOf(hasBox(paragraph) && backgroundFor(style, paragraph.background)),
  });
  let into: HTMLElement = box;
  if (paragraph.rowAlign) {
    into = element('div', 'rows');
    set(into, 'text-align', paragraph.rowAlign);
    box.append(into);
  }
  for (let at = 0; at < runs.length; at += 1) {
    const found = rubiesAt(runs, at);
    if (found) {
      into.append(...found.rubies.map((ruby) => drawRuby(ruby, paragraph, style)));
      at = found.end - 1;
    } else if (runs[at]?.style.ruby !== 'delimiter') into.append(...drawInLine(runs, at, paragraph, style));
  }
  return box;
}

function drawRuby({ base, reading }: Ruby, paragraph: Paragraph, style: CaptionStyle): HTMLElement {
  const ruby = element('ruby');
  // Browsers make a reading half as large.
  set(ruby, 'font-size', sizeOf(base[0]?.style.fontSize, style.size));
  const above = element('rt');
  above.append(...reading.map((run) => drawRun(run, paragraph, style, true)));
  ruby.append(...base.map((run) => drawRun(run, paragraph, style)), above);
  return ruby;
}

/** A run, line by line: backgrounds extend beyond the text at the ends of a line, not between runs. */
function drawInLine(
  runs: readonly Run[],
  at: number,
  paragraph: Paragraph,
  style: CaptionStyle,
): readonly (HTMLElement | string)[] {
  const { text = '', style: own = {} } = runs[at] ?? {};
  const lines = text.split('\n');
  return lines.flatMap((line, index) => {
    // A break in a separate box would paint that box.
    const lineBreak = index > 0 ? ['\n'] : [];
    if (line === '') return lineBreak;
    const span = drawRun({ text: line, style: own }, paragraph, style);
    const startsLine = index > 0 || (runs[at - 1]?.text ?? '\n').endsWith('\n');
    const endsLine = index < lines.length - 1 || (runs[at + 1]?.text ?? '\n').startsWith('\n');
    if (!startsLine) set(span, 'padding-inline-start', '0');
    if (!endsLine) set(span, 'padding-inline-end', '0');
    return [...lineBreak, span];
  });
}

/** On a canvas, which no Content Security Policy forbids. If the data isn't an image, it stays empty. */
function drawImage({ data, type, width, height, alt = '' }: CueImage): HTMLElement {
  const canvas = element('canvas', 'image');
  canvas.width = width;
  canvas.height = height;
  canvas.setAttribute('role', 'img');
  canvas.ariaLabel = alt;
  createImageBitmap(new Blob([data as BlobPart], { type })).then(
    (bitmap) => {
      canvas.getContext('2d')?.drawImage(bitmap, 0, 0);
      bitmap.close();
    },
    () => {},
  );
  return canvas;
}

function drawRun(
  { text, style: own }: Run,
  paragraph: Paragraph,
  viewer: CaptionStyle,
  isReading = false,
): HTMLElement {
  const span = element('span');
  // An element without any style of its own: text is above the background of the next line, which may overlap it.
  const letters = element('data');
  letters.textContent = text;
  span.append(letters);
  const authored = own.background ?? (paragraph.background ? undefined : BACKGROUND);
  // The box of the paragraph is behind all of its text.
  const background = own.background || !hasBox(paragraph) ? backgroundFor(viewer, authored) : undefined;
  setAll(span, {
    color: css(colourOf(viewer.color, viewer.opacity, own.color ?? TEXT) ?? TEXT),
    ...backgroundOf(background),
    'font-family': familyOf(viewer.font, own),
    'font-size': isReading ? 'inherit' : sizeOf(own.fontSize, viewer.size),
    ...(viewer.font === 'small-capitals' && { 'font-variant-caps': 'small-caps' }),
    ...(own.isBold && { 'font-weight': 'bold' }),
    ...(own.isItalic && { 'font-style': 'italic' }),
    'text-decoration-line': decorationOf(own),
    'text-shadow': viewer.edge ? EDGES[viewer.edge] : shadowOf(own),
    ...(own.opacity !== undefined && { opacity: String(own.opacity) }),
    ...(own.fontStretch !== undefined && { 'font-stretch': `${own.fontStretch * 100}%` }),
    ...(own.isCombined && { 'text-combine-upright': 'all' }),
    ...(own.emphasis && { 'text-emphasis-style': own.emphasis }),
    ...(own.direction && {
      direction: own.direction,
      'unicode-bidi': own.isBidiOverridden ? 'isolate-override' : 'isolate',
    }),
    ...(paragraph.linePadding && { 'padding-inline': `${paragraph.linePadding * 100}cqw` }),
    ...(paragraph.fillsLineGap && { 'padding-block': `${gapOf(paragraph, own)}em` }),
  });
  if (own.isFlashing) span.classList.add('flashing');
  return span;
}

/** The viewer's colour and opacity override the author's. */
function colourOf(
  name: CaptionStyle['color'],
  opacity: number | undefined,
  authored: Colour | undefined,
): Colour | undefined {
  const base = name ? { ...COLOURS[name], alpha: authored?.alpha || 1 } : authored;
  return base && opacity !== undefined ? { ...base, alpha: opacity } : base;
}

const backgroundFor = ({ background, backgroundOpacity }: CaptionStyle, authored: Colour | undefined) =>
  colourOf(background, backgroundOpacity, authored);

/** Whether its author gave the whole paragraph a background that can be seen. */
const hasBox = ({ background }: Paragraph): boolean => background !== undefined && background.alpha > 0;

const backgroundOf = (colour: Colour | false | undefined): Readonly<Record<string, string>> =>
  colour ? { 'background-color': css(colour) } : {};

const sizeOf = (authored = DEFAULT_SIZE, viewer: number = 1): string =>
  `max(${Math.max(LEAST_SIZE, authored) * viewer * 100}cqh, ${LEAST_PIXELS * viewer}px)`;

/** Half of what is between two lines, relative to a run's size, and a little, so that their backgrounds touch. */
const gapOf = ({ lineHeight }: Paragraph, { fontSize = DEFAULT_SIZE }: TextStyle): number =>
  Math.max(0, ((lineHeight ? lineHeight / fontSize : 1.25) - 1) / 2) + 0.03;

/** The smallest size of a cue's text, readings apart. */
const smallestOf = (runs: readonly Run[]): number =>
  Math.min(...runs.map(({ style }) => (style.ruby === 'text' ? 1 : (style.fontSize ?? DEFAULT_SIZE))));

const familyOf = (font: CaptionStyle['font'], { fontFamily = [] }: TextStyle): string =>
  (font ? [font] : [...fontFamily, 'default']).map((name) => FAMILIES[name] ?? `"${name}"`).join(', ');

function decorationOf({ isUnderlined, isStruckThrough, isOverlined }: TextStyle): string {
  const lines = [isUnderlined && 'underline', isStruckThrough && 'line-through', isOverlined && 'overline'];
  return lines.filter(Boolean).join(' ') || 'none';
}

/** An outline is drawn by shadows on all sides: strokes would cover the letters. */
function shadowOf({ outline, shadow, color = TEXT }: TextStyle): string {
  const shadows: string[] = [];
  if (outline) {
    const reach = `${outline.thickness * 100}cqh`;
    const blur = `${outline.blur * 100}cqh`;
    for (const [x, y] of AROUND)
      shadows.push(`calc(${x} * ${reach}) calc(${y} * ${reach}) ${blur} ${css(outline.color ?? color)}`);
  }
  if (shadow) {
    const [x, y, blur] = [shadow.x, shadow.y, shadow.blur].map((length) => `${length * 100}cqh`);
    shadows.push(`${x} ${y} ${blur} ${css(shadow.color ?? color)}`);
  }
  return shadows.join(', ') || 'none';
}

const AROUND = [
  [1, 0], [-1, 0], [0, 1], [0, -1], [0.7, 0.7], [-0.7, 0.7], [0.7, -0.7], [-0.7, -0.7],
] as const; // biome-ignore format: a compass

const css = ({ red, green, blue, alpha }: Colour): string => `rgb(${red} ${green} ${blue} / ${alpha})`;

function element<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  className = '',
): HTMLElementTagNameMap[Name] {
  const made = document.createElement(name);
  if (className) {
    made.className = className;
    made.part.add(className);
  }
  return made;
}

function set(target: HTMLElement, name: string, value: string): void {
  target.style.setProperty(name, value);
}

function setAll(target: HTMLElement, values: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(values)) set(target, name, value);
}
