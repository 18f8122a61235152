import { parseColour } from '../colour.ts';
import { DEFAULT_REGION, type Region } from '../cue.ts';
import { horizontally, type Measures, parseLength, parseLengths, vertically } from './length.ts';
import type { Specified } from './specified-style.ts';

/**
 * The position of a region, in fractions of the picture; it is moved and cut to fit into the picture. Without origin
 * and extent it is the default region's box. `em`: its font size. TTML 2, 10.2.
 */
export function resolveRegion(
  id: string | undefined,
  specified: Specified,
  measures: Measures,
  em: number,
): Region {
  const get = (name: string) => specified.get(name)?.trim();
  const box = readBox(get('origin'), get('position'), get('extent'), measures, em);
  const align = get('displayalign')?.toLowerCase();
  const mode = get('writingmode')?.toLowerCase() ?? '';
  const background = parseColour(get('backgroundcolor') ?? '');
  const opacity = Number(get('opacity') ?? 1);
  const zIndex = Number(get('zindex') ?? 0);
  const padding = box && readPadding(get('padding'), box, measures, em);
  return {
    id,
    ...(box ?? boxOf(DEFAULT_REGION)),
    displayAlign:
      align === 'before' || align === 'center' || align === 'after' ? align : box ? 'before' : 'after',
    writingMode: /^tblr/.test(mode) ? 'vertical-lr' : /^tb/.test(mode) ? 'vertical-rl' : 'horizontal',
    ...(background && background.alpha > 0 && { background }),
    ...(background && !/^whenactive$/i.test(get('showbackground') ?? '') && { showsAlways: true }),
    ...(opacity >= 0 && opacity < 1 && { opacity }),
    ...(padding && { padding }),
    ...(Number.isInteger(zIndex) && zIndex !== 0 && Math.abs(zIndex) < 1e6 && { zIndex }),
    ...(get('overflow')?.toLowerCase() === 'hidden' && { clips: true }),
  };
}

type Box = Pick<Region, 'left' | 'top' | 'width' | 'height'>;

const boxOf = ({ left, top, width, height }: Region): Box => ({ left, top, width, height });

function readBox(
  origin: string | undefined,
  position: string | undefined,
  extent: string | undefined,
  measures: Measures,
  em: number,
): Box | undefined {
  const at = position === undefined ? readPair(origin, measures, em) : undefined;
  const size = readPair(extent, measures, em);
  const isEmpty = size && (size[0] <= 0 || size[1] <= 0);
  if ((!at && !size && position === undefined) || (isEmpty && !at)) return undefined;
  const width = clamp(size && size[0] > 0 ? size[0] : 1 - (at?.[0] ?? 0), 0, 1);
  const height = clamp(size && size[1] > 0 ? size[1] : 1 - (at?.[1] ?? 0), 0, 1);
  if (width === 0 || height === 0) return undefined;
  // A position overrides an origin, and without either it is the corner.
  const [left, top] =
    at ?? (position === undefined ? [0, 0] : readPosition(position, width, height, measures, em));
  return { left: clamp(left, 0, 1 - width), top: clamp(top, 0, 1 - height), width, height };
}

/** Two lengths, horizontal and vertical; `undefined` for `auto` and invalid ones. */
function readPair(
  text: string | undefined,
  measures: Measures,
  em: number,
): readonly [number, number] | undefined {
  const [x, y] = parseLengths(text ?? '');
  return x && y ? [horizontally(x, measures, 1, em), vertically(y, measures, 1, em)] : undefined;
}

/** Keywords and offsets from edges; percentages refer to the space beside the box. TTML 2, 10.2.33. */
function readPosition(
  text: string,
  width: number,
  height: number,
  measures: Measures,
  em: number,
): readonly [number, number] {
  const rest = { x: 1 - width, y: 1 - height };
  const place = { x: undefined as number | undefined, y: undefined as number | undefined };
  const words = text.trim().toLowerCase().split(/\s+/, 4);
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? '';
    const edge = EDGES[word];
    const next = parseLength(words[at + 1] ?? '');
    if (edge) {
      const axis = edge.axis;
      const isOffset = next !== undefined && words.length > 2;
      const offset = isOffset ? measure(next, axis) : 0;
      place[axis] = edge.isFar ? rest[axis] - offset : offset;
      if (isOffset) at++;
      continue;
    }
    const length = parseLength(word);
    const axis = word === 'center' ? (at === 0 ? 'x' : 'y') : place.x === undefined ? 'x' : 'y';
    if (word === 'center') place[axis] ??= rest[axis] / 2;
    else if (length) place[axis] ??= measure(length, axis);
  }
  return [place.x ?? rest.x / 2, place.y ?? rest.y / 2];

  function measure(length: NonNullable<ReturnType<typeof parseLength>>, axis: 'x' | 'y'): number {
    return axis === 'x'
      ? horizontally(length, measures, rest.x, em)
      : vertically(length, measures, rest.y, em);
  }
}

const EDGES: Readonly<Record<string, { readonly axis: 'x' | 'y'; readonly isFar: boolean }>> = {
  left: { axis: 'x', isFar: false },
  right: { axis: 'x', isFar: true },
  top: { axis: 'y', isFar: false },
  bottom: { axis: 'y', isFar: true },
};

/** One to four lengths, in the order of CSS. */
function readPadding(text: string | undefined, box: Box, measures: Measures, em: number): Region['padding'] {
  const lengths = parseLengths(text ?? '');
  if (text === undefined || lengths.some((length) => length === undefined)) return undefined;
  const [first, second = first, third = first, fourth = second] = lengths;
  if (!first || !second || !third || !fourth) return undefined;
  const across = (length: typeof first) =>
    clamp(horizontally(length, measures, box.width, em), 0, box.width / 2);
  const down = (length: typeof first) =>
    clamp(vertically(length, measures, box.height, em), 0, box.height / 2);
  return [down(first), across(second), down(third), across(fourth)];
}

const clamp = (value: number, least: number, most: number): number => Math.max(least, Math.min(most, value));
