import type { Ticks, Timescale } from '../../base/time.ts';
import type { Box } from '../../mp4/box.ts';
import { findMoof } from '../../mp4/find-moof.ts';
import { TEXT_LIMITS } from '../cue.ts';
import { fromTicks, type Nanoseconds, NO_TIME } from '../moment.ts';
import { readSrt } from '../plain/read-srt.ts';
import { readVtt } from '../plain/read-vtt.ts';
import { type TextRepair, TextRepairs } from '../repair.ts';
import { decodeDocument, formatOf } from '../sniff.ts';
import { fitsAnyClock } from '../times/clock-choice.ts';
import type { DocumentCue } from '../ttml/paragraph.ts';
import { LONGEST_TITLE, SMOOTH_TICK_RATE } from '../ttml/parameters.ts';
import { readTtml, type TtmlContext } from '../ttml/read-ttml.ts';
import { hasBoxes, readTextSamples, type TextSample } from './text-samples.ts';
import { isWvtt, readWvtt, tickConverter } from './wvtt.ts';

/** What a text fragment doesn't contain itself. */
export interface TextFragmentContext {
  readonly timescale: Timescale;
  /** The chunk's, on the stream's clock. */
  readonly start: Ticks;
  readonly duration: Ticks;
  /** The presentation's start on the stream's clock. */
  readonly origin: Ticks;
  /** Size of the video, for lengths in pixels. */
  readonly picture?: { readonly width: number; readonly height: number } | undefined;
}

/** A parsed text fragment. */
export interface TextFragment {
  readonly documents: readonly FragmentDocument[];
  readonly repairs: readonly TextRepair[];
  /** Why there is no document, if something is wrong: encrypted, or not text. */
  readonly problem: 'encrypted' | 'unreadable' | undefined;
  /** Boxes in `traf` for further use: the next fragments that the origin announces. */
  readonly extensions: { readonly view: DataView; readonly boxes: readonly Box[] } | undefined;
}

export interface FragmentDocument {
  readonly cues: readonly DocumentCue[];
  /** What times count from if they are relative to the sample; from the fragment's start. */
  readonly offset: Nanoseconds;
  /** Duration of its sample: the end of cues without one. */
  readonly duration: Nanoseconds;
  /** Whether its times are always relative to the fragment's start, because they are those of samples. */
  readonly isPlaced: boolean;
}

/** Parses a text fragment, in slices. Never throws: problems are reported in `repairs` and `problem`. */
export function* readTextFragment(
  source: Uint8Array,
  context: TextFragmentContext,
): Generator<void, TextFragment, void> {
  const repairs = new TextRepairs();
  const cut = source.subarray(0, TEXT_LIMITS.fragmentBytes);
  if (cut.length < source.length) repairs.add('cut-off');
  const bytes = hasBoxes(cut) ? cut : cut.subarray(findMoof(cut, 1) ?? 0);
  const { samples, mayBeEncrypted, extensions } = hasBoxes(bytes)
    ? readTextSamples(bytes, repairs)
    : { samples: [whole(bytes)], mayBeEncrypted: false, extensions: undefined };
  const toTime = tickConverter(samples, context.duration, context.timescale);
  const documents: FragmentDocument[] = [];
  const chunk = fromTicks(context.duration, context.timescale);
  let problem: TextFragment['problem'];
  if (samples.some(isWvtt)) {
    const cues = readWvtt(samples, toTime, repairs);
    documents.push({ cues, offset: NO_TIME, duration: chunk, isPlaced: true });
  } else {
    for (const sample of samples) {
      const duration = sample.duration > 0 && samples.length > 1 ? toTime(sample.duration) : chunk;
      const found = yield* readSample(sample, { ...context, chunk: duration }, repairs);
      if (!found) problem ??= mayBeEncrypted ? 'encrypted' : 'unreadable';
      const offset = toTime(sample.offset);
      for (const cues of found ?? []) documents.push({ cues, offset, duration, isPlaced: false });
    }
  }
  if (problem === 'unreadable') repairs.add('unreadable');
  return { documents, repairs: repairs.list(), problem, extensions };
}

const whole = (bytes: Uint8Array): TextSample => ({ bytes, offset: 0, duration: 0, subsamples: [] });

/** The cues of each document in a sample; `undefined` if it isn't text. */
function* readSample(
  sample: TextSample,
  context: TextFragmentContext & { readonly chunk: Nanoseconds },
  repairs: TextRepairs,
): Generator<void, (readonly DocumentCue[])[] | undefined, void> {
  const decoding = new TextRepairs();
  const text = decodeDocument(sample.subsamples[0] ?? sample.bytes, decoding);
  if (text.trim() === '') return [];
  const format = formatOf(text);
  // A repair of the encoding counts only if it is text at all.
  if (format) repairs.addAll(decoding);
  switch (format) {
    case 'vtt':
      return [yield* readVtt(text, repairs)];
    case 'srt':
      return [yield* readSrt(text, repairs)];
    case 'ttml':
      return yield* readTtmlSample(text, sample, context, repairs);
    default:
      return undefined;
  }
}

function* readTtmlSample(
  text: string,
  { subsamples }: TextSample,
  context: TextFragmentContext & { readonly chunk: Nanoseconds },
  repairs: TextRepairs,
): Generator<void, (readonly DocumentCue[])[] | undefined, void> {
  const how: TtmlContext = { picture: context.picture, subsamples };
  const found = new TextRepairs();
  let documents = yield* readTtml(text, found, how);
  if (documents.some(({ hasBareTicks }) => hasBareTicks)) {
    // Without a rate a tick is a frame, or a second; or 100 ns, like everything else in the title.
    const place = placeOf(context);
    const fits = (candidates: typeof documents) =>
      fitsAnyClock(
        candidates.flatMap(({ cues }) => cues),
        place,
      );
    if (!fits(documents)) {
      const other = yield* readTtml(text, new TextRepairs(), { ...how, tickRate: SMOOTH_TICK_RATE });
      if (fits(other) || isTooLate(documents)) {
        documents = other;
        found.add('tick-rate');
      }
    }
  }
  repairs.addAll(found);
  if (documents.length === 0) return undefined;
  return documents.map(({ cues }) => cues);
}

/** Whether cues begin later than in any title. */
const isTooLate = (documents: readonly { readonly cues: readonly DocumentCue[] }[]): boolean =>
  documents.some(({ cues }) => cues.some(({ begin }) => begin > LONGEST_TITLE));

const placeOf = ({ start, duration, origin, timescale }: TextFragmentContext) => ({
  start: fromTicks(start, timescale),
  duration: fromTicks(duration, timescale),
  origin: fromTicks(origin, timescale),
});
