import { type Ticks, type Timescale, ticks } from '../../base/time.ts';
import type { EmbeddedText } from '../../manifest/presentation.ts';
import { DEFAULT_PARAGRAPH, DEFAULT_REGION, TEXT_LIMITS } from '../cue.ts';
import type { FragmentDocument, TextFragmentContext } from '../fragment/read-text-fragment.ts';
import { readTextFragment } from '../fragment/read-text-fragment.ts';
import { elementsNamed, type LooseElement, readElements } from '../markup/elements.ts';
import { earlierOf, fromTicks, later, type Nanoseconds, NO_TIME, nanoseconds, plus } from '../moment.ts';
import { type TextRepair, TextRepairs } from '../repair.ts';
import { decodeDocument, formatOf } from '../sniff.ts';
import type { DocumentCue } from '../ttml/paragraph.ts';

/** Captions in the manifest itself: documents as in fragments, each with its chunk. */
export interface EmbeddedCaptions {
  readonly chunks: readonly {
    readonly start: Ticks;
    readonly duration: Ticks;
    readonly documents: readonly FragmentDocument[];
  }[];
  readonly repairs: readonly TextRepair[];
}

/** The maximum duration of a caption that is never removed. */
const LONGEST = nanoseconds(30_000_000_000n);

/** What a chunk doesn't contain itself. */
export type EmbeddedContext = Pick<TextFragmentContext, 'timescale' | 'origin' | 'picture'> & {
  /** The title's end on the stream's clock, if it has one. */
  readonly end: Ticks | undefined;
};

/**
 * Reads captions in the manifest, in slices: documents, plain text, and `<Caption>` elements that add and remove lines.
 * IIS Smooth Streaming client, manifest merge.
 */
export function* readEmbeddedCaptions(
  payloads: readonly EmbeddedText[],
  context: EmbeddedContext,
): Generator<void, EmbeddedCaptions, void> {
  const repairs = new TextRepairs();
  const chunks: EmbeddedCaptions['chunks'][number][] = [];
  const lines: Line[] = [];
  for (const [at, { start, duration, data }] of payloads.slice(0, TEXT_LIMITS.cues).entries()) {
    const next = payloads[at + 1]?.start ?? context.end;
    const until = duration > 0n ? ticks(start + duration) : next;
    const text = decodeDocument(data, repairs);
    const captions = captionElements(text);
    if (captions.length > 0) {
      readActions(captions, start, context.timescale, lines);
    } else if (formatOf(text)) {
      const length = until === undefined || until <= start ? ticks(context.timescale) : ticks(until - start);
      const read = yield* readTextFragment(data, { ...context, start, duration: length });
      for (const { kind, count } of read.repairs) repairs.add(kind, count);
      chunks.push({ start, duration: length, documents: read.documents });
    } else if (text.trim() !== '') {
      const begin = fromTicks(start, context.timescale);
      const end = until === undefined ? undefined : fromTicks(until, context.timescale);
      lines.push({ id: undefined, begin, end, text: text.trim() });
    }
  }
  const cues = cuesOf(lines, context);
  const last = cues.reduce((end, cue) => later(end, cue.end ?? end), NO_TIME);
  if (cues.length > 0) {
    // Their times are those of chunks, which are certain.
    const document = { cues, offset: NO_TIME, duration: last, isPlaced: true };
    chunks.push({
      start: ticks(0),
      duration: ticks(ceiling(last, context.timescale)),
      documents: [document],
    });
  }
  return { chunks, repairs: repairs.list() };
}

const ceiling = (time: Nanoseconds, scale: Timescale): bigint => (time * scale) / 1_000_000_000n + 1n;

interface Line {
  /** The id for its removal; `undefined` if it lasts as long as its chunk. */
  readonly id: string | undefined;
  readonly begin: Nanoseconds;
  end: Nanoseconds | undefined;
  readonly text: string;
  isRemoved?: boolean;
}

/** The `<Caption>` elements of a text, at any depth; none of a TTML document. */
function captionElements(text: string): readonly LooseElement[] {
  if (!/^\s*</.test(text) || !/<(?:[\w.-]{1,40}:)?caption[\s/>]/i.test(text)) return [];
  const elements = readElements(text);
  const isTtml = elementsNamed(elements, 'tt').some(
    (element) => elements.includes(element) || element.attributes.size > 0,
  );
  return isTtml ? [] : elementsNamed(elements, 'caption');
}

/** Adds lines, and ends those of the same name. Actions other than removing add. */
function readActions(captions: readonly LooseElement[], start: Ticks, scale: Timescale, lines: Line[]): void {
  const begin = fromTicks(start, scale);
  for (const { attributes, text: content } of captions) {
    const id = attributes.get('id') ?? '';
    const action = (attributes.get('action') ?? 'ADD').trim();
    const known = lines.findLast((line) => line.id === id && !line.isRemoved);
    if (known) {
      known.end = begin;
      known.isRemoved = true;
    }
    const written = content.replace(/[ \t\r\n]+/g, ' ').trim();
    if (!/^remove$/i.test(action) && written !== '') lines.push({ id, begin, end: undefined, text: written });
  }
}

function cuesOf(lines: readonly Line[], { end, timescale }: EmbeddedContext): DocumentCue[] {
  const titleEnd = end === undefined ? undefined : fromTicks(end, timescale);
  return lines.flatMap((line, at): DocumentCue[] => {
    let after = at + 1;
    while (after < lines.length && lines[after]?.begin === line.begin) after++;
    const next = lines[after]?.begin;
    const until = line.end ?? earlierOf(earlierOf(next, titleEnd), plus(line.begin, LONGEST));
    if (until === undefined || until <= line.begin) return [];
    const { begin, text } = line;
    return [
      {
        begin,
        end: until,
        text,
        runs: [{ text, style: {} }],
        paragraph: DEFAULT_PARAGRAPH,
        region: DEFAULT_REGION,
        isForced: false,
      },
    ];
  });
}
