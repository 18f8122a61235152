import { TEXT_LIMITS } from '../cue.ts';
import { type TextRepair, TextRepairs } from '../repair.ts';
import { decodeDocument, formatOf, type TextFormat } from '../sniff.ts';
import { type DocumentCue, inOrder } from '../ttml/paragraph.ts';
import { LONGEST_TITLE, SMOOTH_TICK_RATE } from '../ttml/parameters.ts';
import { readTtml, type TtmlContext } from '../ttml/read-ttml.ts';
import { readSrt } from './read-srt.ts';
import { readVtt } from './read-vtt.ts';

/** The content of an external file. */
export type TextFile =
  | {
      readonly kind: 'cues';
      readonly format: TextFormat;
      /** Relative to the start of the file, ascending by begin. */
      readonly cues: readonly DocumentCue[];
      readonly repairs: readonly TextRepair[];
    }
  /** Streams to add to the title: `parseTextStreams` reads them. */
  | { readonly kind: 'manifest'; readonly text: string }
  | { readonly kind: 'unreadable'; readonly repairs: readonly TextRepair[] };

export interface TextFileContext extends TtmlContext {
  /** Used if the beginning of the file doesn't show the format. */
  readonly format?: TextFormat | undefined;
}

/** Reads a text file in slices, in any supported format and encoding. Never throws. */
export function* readTextFile(
  source: Uint8Array | string,
  context: TextFileContext = {},
): Generator<void, TextFile, void> {
  const repairs = new TextRepairs();
  const isTooLong = source.length > TEXT_LIMITS.fileBytes;
  if (isTooLong) repairs.add('cut-off');
  const bounded = isTooLong ? source.slice(0, TEXT_LIMITS.fileBytes) : source;
  const text =
    typeof bounded === 'string' ? bounded.replace(/^\ufeff/, '') : decodeDocument(bounded, repairs);
  if (/^[^<]{0,9}(?:<\?[^>]{0,200}>\s*|<!--[^>]{0,500}-->\s*)*<SmoothStreamingMedia\b/.test(text)) {
    return { kind: 'manifest', text };
  }
  const format = formatOf(text) ?? context.format;
  const done = (cues: readonly DocumentCue[]): TextFile =>
    format ? { kind: 'cues', format, cues, repairs: repairs.list() } : unreadable(repairs);
  switch (format) {
    case 'vtt':
      return done(yield* readVtt(text, repairs));
    case 'srt':
      return done(yield* readSrt(text, repairs));
    case 'ttml': {
      const documents = yield* readTtmlFile(text, repairs, context);
      return documents.length === 0
        ? unreadable(repairs)
        : done(inOrder(documents.flatMap(({ cues }) => cues)));
    }
    case undefined:
      return unreadable(repairs);
    default:
      return format satisfies never;
  }
}

function* readTtmlFile(text: string, repairs: TextRepairs, context: TtmlContext) {
  const found = new TextRepairs();
  let documents = yield* readTtml(text, found, context);
  const last = documents.flatMap(({ cues }) => cues).at(-1)?.begin ?? 0n;
  if (last > LONGEST_TITLE && documents.some(({ hasBareTicks }) => hasBareTicks)) {
    documents = yield* readTtml(text, new TextRepairs(), { ...context, tickRate: SMOOTH_TICK_RATE });
    found.add('tick-rate');
  }
  repairs.addAll(found);
  return documents;
}

function unreadable(repairs: TextRepairs): TextFile {
  repairs.add('unreadable');
  return { kind: 'unreadable', repairs: repairs.list() };
}
