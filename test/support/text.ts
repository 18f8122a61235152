import { DEFAULT_PARAGRAPH, DEFAULT_REGION, type Region } from '../../src/text/cue.ts';
import type { FragmentDocument } from '../../src/text/fragment/read-text-fragment.ts';
import { fromSeconds, NO_TIME } from '../../src/text/moment.ts';
import { TextRepairs } from '../../src/text/repair.ts';
import type { TextChunk } from '../../src/text/times/cue-timeline.ts';
import type { DocumentCue } from '../../src/text/ttml/paragraph.ts';
import { readTtml, type TtmlContext } from '../../src/text/ttml/read-ttml.ts';

/** Runs what pauses here and there to its end. */
export function finish<T>(steps: Generator<void, T, void>): T {
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
  }
}

const NAMESPACES = (base: string) =>
  `xmlns="${base}" xmlns:tts="${base}#styling" xmlns:ttp="${base}#parameter" xmlns:ttm="${base}#metadata"`;

/** A document of TTML around a body and a head. */
export const ttml = (
  body: string,
  {
    head = '',
    attributes = '',
    base = 'http://www.w3.org/ns/ttml',
  }: Partial<Record<'head' | 'attributes' | 'base', string>> = {},
): string =>
  `<?xml version="1.0" encoding="utf-8"?>\n<tt ${NAMESPACES(base)} ${attributes}><head>${head}</head><body>${body}</body></tt>`;

/** As somebody would tell of them: `1-2.5 text`; `?` for an end that is not told. Lines are apart by `/`. */
export const told = (cues: readonly Pick<DocumentCue, 'begin' | 'end' | 'text'>[]): string[] =>
  cues.map(({ begin, end, text }) => `${secondsOf(begin)}-${secondsOf(end)} ${text.replaceAll('\n', '/')}`);

export const secondsOf = (time: bigint | undefined): string =>
  time === undefined ? '?' : String(Number((time + 500n) / 1000n) / 1e6);

/** Reads all documents of a text. */
export function read(text: string, context: TtmlContext = {}) {
  const repairs = new TextRepairs();
  const documents = finish(readTtml(text, repairs, context));
  const cues = documents.flatMap((document) => document.cues);
  return { documents, cues, told: told(cues), repairs: repairs.list().map(({ kind }) => kind) };
}

/** Begin, end, text and region of a cue; what of the region is not given is as in the default one. */
export type WrittenCue = readonly [
  begin: number,
  end?: number | undefined,
  text?: string | undefined,
  region?: Partial<Region>,
];

/** A document with these cues, as a fragment holds it. */
export function documentOf(cues: readonly WrittenCue[], duration: number): FragmentDocument {
  return {
    cues: cues.map(([begin, end, text = 'x', region]) => ({
      begin: fromSeconds(begin),
      end: end === undefined ? undefined : fromSeconds(end),
      text,
      runs: [{ text, style: {} }],
      paragraph: DEFAULT_PARAGRAPH,
      region: region ? { ...DEFAULT_REGION, ...region } : DEFAULT_REGION,
      isForced: false,
    })),
    offset: NO_TIME,
    duration: fromSeconds(duration),
    isPlaced: false,
  };
}

/** A chunk from one second on, of a title that begins at another. */
export const chunkAt = (start: number, duration: number, origin = 0): TextChunk => ({
  key: String(start),
  start: fromSeconds(start),
  duration: fromSeconds(duration),
  origin: fromSeconds(origin),
  zero: fromSeconds(origin),
});
