import type { CueImage, Paragraph, Region, Run } from '../cue.ts';
import { earlierOf, later, type Nanoseconds, NO_TIME } from '../moment.ts';
import type { TextRepairs } from '../repair.ts';
import { flowText, type Piece } from './flow.ts';
import type { DeclaredRegion } from './layout.ts';
import type { Measures } from './length.ts';
import { changesOf, type StyleNode, styleAt } from './style-node.ts';

/** A cue on its document's own clock. */
export interface DocumentCue {
  readonly begin: Nanoseconds;
  /** `undefined`: not specified. */
  readonly end: Nanoseconds | undefined;
  readonly text: string;
  readonly runs: readonly Run[];
  readonly paragraph: Paragraph;
  readonly region: Region;
  readonly isForced: boolean;
  readonly image?: CueImage;
  /** The number of its paragraph: those on screen together are in the order of their document. */
  readonly order?: number;
}

/** Text, or a line break, with its time. */
export interface Leaf {
  /** `undefined`: a line break. */
  readonly text: string | undefined;
  readonly isPreserved: boolean;
  readonly node: StyleNode;
  readonly begin: Nanoseconds;
  readonly end: Nanoseconds | undefined;
}

/** A paragraph before it is split at changes of its content. */
export interface TimedParagraph {
  readonly begin: Nanoseconds;
  readonly end: Nanoseconds | undefined;
  readonly node: StyleNode;
  readonly leaves: readonly Leaf[];
  readonly region: DeclaredRegion;
  readonly image?: CueImage | undefined;
  readonly order: number;
}

/**
 * The maximum number of leaves examined for all states together: of a paragraph, and of a document. Beyond it a
 * paragraph is shown as a whole.
 */
const MAX_WORK = 20_000;
const MAX_DOCUMENT_WORK = 250_000;

/** The work spent on a document so far. */
export interface Effort {
  work: number;
}

/** One cue for each state of a paragraph's text. TTML 2, 11.3.1 (intermediate synchronic documents). */
export function cuesOf(
  paragraph: TimedParagraph,
  measures: Measures,
  repairs: TextRepairs,
  effort: Effort,
): DocumentCue[] {
  const { region } = paragraph;
  const begin = later(paragraph.begin, region.begin);
  const end = earlierOf(paragraph.end, region.end);
  if (end !== undefined && end <= begin) return [];
  const bounds = boundsOf(paragraph, begin, end);
  const work = bounds.length * paragraph.leaves.length;
  const isTooMuch = bounds.length > 1 && (work > MAX_WORK || effort.work + work > MAX_DOCUMENT_WORK);
  if (isTooMuch) repairs.add('cut-off');
  effort.work += isTooMuch ? paragraph.leaves.length : work;
  const cues: DocumentCue[] = [];
  for (const [at, from] of (isTooMuch ? [begin] : bounds).entries()) {
    const to = isTooMuch ? end : (bounds[at + 1] ?? end);
    const cue = stateOf(paragraph, from, to, isTooMuch, measures, repairs);
    const last = cues.at(-1);
    if (last && cue && last.end === from && isSame(last, cue)) cues[cues.length - 1] = { ...last, end: to };
    else if (cue) cues.push(cue);
  }
  return cues;
}

/** The times between begin and end at which a state begins, ascending; the first is begin. */
function boundsOf(
  { leaves, node, region }: TimedParagraph,
  begin: Nanoseconds,
  end: Nanoseconds | undefined,
): Nanoseconds[] {
  const found = new Set<Nanoseconds>([begin]);
  const add = (moment: Nanoseconds | undefined) => {
    if (moment !== undefined && moment > begin && (end === undefined || moment < end)) found.add(moment);
  };
  for (const leaf of leaves) {
    add(leaf.begin);
    add(leaf.end);
    if (leaf.node.isAnimated) for (const moment of changesOf(leaf.node)) add(moment);
  }
  for (const moment of changesOf(node)) add(moment);
  for (const change of region.changes) {
    add(change.begin);
    add(change.end);
  }
  return found.size === 1 ? [begin] : [...found].sort((a, b) => (a < b ? -1 : 1));
}

function stateOf(
  { leaves, node, region, image, order }: TimedParagraph,
  from: Nanoseconds,
  to: Nanoseconds | undefined,
  isWhole: boolean,
  measures: Measures,
  repairs: TextRepairs,
): DocumentCue | undefined {
  const { region: box, style: base, isShown } = region.stateAt(from);
  if (!isShown) return undefined;
  const own = styleAt(node, base, from, measures);
  const pieces: Piece[] = [];
  let isForced = own.isForced;
  for (const leaf of leaves) {
    const isThere = leaf.begin <= from && (leaf.end === undefined || leaf.end > from);
    if (!isWhole && !isThere) continue;
    const computed = styleAt(leaf.node, base, from, measures);
    if (computed.isRemoved || computed.isInvisible || computed.opacity === 0) continue;
    isForced ||= computed.isForced;
    pieces.push({ text: leaf.text, isPreserved: leaf.isPreserved, style: computed.style });
  }
  const { text, runs, isCut } = flowText(pieces);
  if (isCut) repairs.add('cut-off');
  const isHidden = own.isRemoved || own.isInvisible || own.opacity === 0;
  const shown = isHidden ? undefined : image;
  if (text.trim() === '' && !shown) return undefined;
  return {
    begin: from,
    end: to,
    text: text.trim() === '' ? '' : text,
    runs: text.trim() === '' ? [] : runs,
    paragraph: own.paragraph,
    region: box,
    isForced,
    ...(shown && { image: shown }),
    order,
  };
}

/** Visually equal. */
const isSame = (a: DocumentCue, b: DocumentCue): boolean =>
  a.text === b.text &&
  a.image === b.image &&
  a.paragraph === b.paragraph &&
  a.region === b.region &&
  a.isForced === b.isForced &&
  a.runs.length === b.runs.length &&
  a.runs.every(({ text, style }, at) => text === b.runs[at]?.text && style === b.runs[at]?.style);

/** Ascending by begin; equal ones in document order. */
export const inOrder = <Timed extends { readonly begin: Nanoseconds }>(cues: readonly Timed[]): Timed[] =>
  [...cues].sort((a, b) => (a.begin === b.begin ? 0 : a.begin - b.begin < NO_TIME ? -1 : 1));
