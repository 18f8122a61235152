import { base64FromBytes } from '../../base/bytes.ts';
import { formatColour } from '../colour.ts';
import type { Cue, Paragraph, Region, Run, TextStyle } from '../cue.ts';
import { timestamp } from './timestamp.ts';

/** An IMSC 1.1 document, whose times count from the title's beginning. */
export function ttmlOf(cues: readonly Cue[], language: string | undefined): string {
  const regions = new Map<string, string>();
  const images: string[] = [];
  const body = cues
    .filter(({ start, end }) => end > start)
    .map((cue) => {
      const attributes = regionAttributes(cue.region);
      const region = regions.get(attributes) ?? `r${regions.size + 1}`;
      regions.set(attributes, region);
      const times = `begin="${timestamp(cue.start, '.')}" end="${timestamp(cue.end, '.')}" region="${region}"`;
      if (cue.image) {
        images.push(base64FromBytes(cue.image.data));
        return `<div ${times} smpte:backgroundImage="#i${images.length}"/>`;
      }
      const forced = cue.isForced ? ' itts:forcedDisplay="true"' : '';
      return `<div><p ${times}${forced}${paragraphAttributes(cue.paragraph)}>${cue.runs.map(spanOf).join('')}</p></div>`;
    });
  const declared = Array.from(regions, ([attributes, id]) => `<region xml:id="${id}"${attributes}/>`);
  const pictures = images.map(
    (data, at) => `<smpte:image xml:id="i${at + 1}" imageType="PNG" encoding="Base64">${data}</smpte:image>`,
  );
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<tt xmlns="http://www.w3.org/ns/ttml" xmlns:tts="http://www.w3.org/ns/ttml#styling" xmlns:ttp="http://www.w3.org/ns/ttml#parameter" xmlns:itts="http://www.w3.org/ns/ttml/profile/imsc1#styling" xmlns:ebutts="urn:ebu:tt:style" xmlns:smpte="http://www.smpte-ra.org/schemas/2052-1/2010/smpte-tt" xml:lang="${escapeXml(language ?? '')}" xml:space="preserve" ttp:cellResolution="32 15">`,
    `<head>${pictures.length > 0 ? `<metadata>${pictures.join('')}</metadata>` : ''}<layout>${declared.join('')}</layout></head>`,
    '<body>',
    ...body,
    '</body>',
    '</tt>',
    '',
  ].join('\n');
}

function regionAttributes(region: Region): string {
  const { left, top, width, height, displayAlign, writingMode, background, padding, zIndex, opacity } =
    region;
  const attributes: [string, string | undefined][] = [
    ['origin', `${percent(left)} ${percent(top)}`],
    ['extent', `${percent(width)} ${percent(height)}`],
    ['displayAlign', displayAlign],
    ['writingMode', { horizontal: undefined, 'vertical-rl': 'tbrl', 'vertical-lr': 'tblr' }[writingMode]],
    ['backgroundColor', background && formatColour(background)],
    ['showBackground', background && !region.showsAlways ? 'whenActive' : undefined],
    ['padding', padding && paddingOf(padding, width, height)],
    ['zIndex', zIndex === undefined ? undefined : String(zIndex)],
    ['opacity', opacity === undefined ? undefined : String(opacity)],
    ['overflow', region.clips ? 'hidden' : 'visible'],
  ];
  return written(attributes);
}

/** Relative to the region; ours is relative to the picture. */
const paddingOf = (
  [top, right, bottom, left]: readonly [number, number, number, number],
  width: number,
  height: number,
) => [top / height, right / width, bottom / height, left / width].map(percent).join(' ');

function paragraphAttributes({
  align,
  direction,
  background,
  lineHeight,
  isUnwrapped,
  ...rest
}: Paragraph): string {
  return (
    written([
      ['textAlign', align],
      ['direction', direction === 'rtl' ? 'rtl' : undefined],
      ['backgroundColor', background && formatColour(background)],
      ['lineHeight', lineHeight === undefined ? undefined : cells(lineHeight)],
      ['wrapOption', isUnwrapped ? 'noWrap' : undefined],
    ]) +
    (rest.rowAlign ? ` ebutts:multiRowAlign="${rest.rowAlign}"` : '') +
    (rest.linePadding === undefined ? '' : ` ebutts:linePadding="${round(rest.linePadding * 32)}c"`) +
    (rest.fillsLineGap ? ' itts:fillLineGap="true"' : '')
  );
}

function spanOf({ text, style }: Run): string {
  const lines = text.split('\n').map(escapeXml).join('<br/>');
  const attributes = styleAttributes(style);
  return attributes === '' ? lines : `<span${attributes}>${lines}</span>`;
}

function styleAttributes(style: TextStyle): string {
  const decoration = [
    style.isUnderlined && 'underline',
    style.isStruckThrough && 'lineThrough',
    style.isOverlined && 'overline',
  ].filter(Boolean);
  const { fontSize, fontStretch, outline, shadow } = style;
  const size = fontSize === undefined ? undefined : cells(fontSize);
  return written([
    ['color', style.color && formatColour(style.color)],
    ['backgroundColor', style.background && formatColour(style.background)],
    [
      'fontSize',
      size && fontStretch !== undefined ? `${cells((fontSize ?? 0) * fontStretch)} ${size}` : size,
    ],
    ['fontFamily', style.fontFamily?.map((name) => GENERIC[name] ?? name).join(',')],
    ['fontWeight', style.isBold ? 'bold' : undefined],
    ['fontStyle', style.isItalic ? 'italic' : undefined],
    ['textDecoration', decoration.length > 0 ? decoration.join(' ') : undefined],
    ['opacity', style.opacity === undefined ? undefined : String(style.opacity)],
    [
      'textOutline',
      outline &&
        [
          outline.color && formatColour(outline.color),
          cells(outline.thickness),
          outline.blur > 0 && cells(outline.blur),
        ]
          .filter(Boolean)
          .join(' '),
    ],
    [
      'textShadow',
      shadow &&
        [cells(shadow.x), cells(shadow.y), cells(shadow.blur), shadow.color && formatColour(shadow.color)]
          .filter(Boolean)
          .join(' '),
    ],
    ['ruby', style.ruby],
    ['textEmphasis', style.emphasis && `filled ${style.emphasis}`],
    ['textCombine', style.isCombined ? 'all' : undefined],
    ['direction', style.direction],
    ['unicodeBidi', style.direction && (style.isBidiOverridden ? 'bidiOverride' : 'embed')],
  ]);
}

const GENERIC: Readonly<Record<string, string>> = {
  'monospace-serif': 'monospaceSerif',
  'monospace-sans-serif': 'monospaceSansSerif',
  'proportional-serif': 'proportionalSerif',
  'proportional-sans-serif': 'proportionalSansSerif',
};

const written = (attributes: readonly (readonly [name: string, value: string | undefined])[]): string =>
  attributes
    .map(([name, value]) => (value === undefined ? '' : ` tts:${name}="${escapeXml(value)}"`))
    .join('');

const round = (value: number): number => Math.round(value * 1e6) / 1e6;
const percent = (fraction: number): string => `${round(fraction * 100)}%`;
/** In units of a fifteenth of the picture's height. */
const cells = (fraction: number): string => `${round(fraction * 15)}c`;

/** Characters that XML doesn't allow are dropped. */
const escapeXml = (text: string): string =>
  text
    .replace(/[^\P{Cc}\t\n]|[\ud800-\udfff](?![\udc00-\udfff])/gu, '')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
