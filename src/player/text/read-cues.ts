import { inSlices } from '../../base/async.ts';
import { SmoothError } from '../../base/errors.ts';
import { rescale, ticks } from '../../base/time.ts';
import type { Presentation, Stream } from '../../manifest/presentation.ts';
import { readEmbeddedCaptions } from '../../text/events/caption-actions.ts';
import { readTextFragment, type TextFragment } from '../../text/fragment/read-text-fragment.ts';
import { fromTicks } from '../../text/moment.ts';
import type { TextRepair } from '../../text/repair.ts';
import type { CueTimeline } from '../../text/times/cue-timeline.ts';
import type { Live } from '../live/live.ts';
import type { TextResponse } from './fetch-text.ts';

/** Adds the cues of a fragment to its stream. Throws `text-unavailable` if it isn't text. */
export async function addFragment(
  timeline: CueTimeline,
  response: TextResponse,
  presentation: Presentation,
  signal: AbortSignal,
): Promise<TextFragment> {
  const { bytes, chunk, stream, zero, origin, clip } = response;
  const { timescale } = stream;
  const { start, duration } = chunk;
  const picture = pictureOf(presentation);
  const context = { timescale, start, duration, origin, picture };
  const fragment = await inSlices(readTextFragment(bytes, context), signal);
  if (fragment.problem === 'unreadable' && fragment.documents.length === 0)
    throw new SmoothError('text-unavailable', { stream: stream.name, problem: 'the response is not text' });
  timeline.add(
    {
      key: keyOf(response),
      start: fromTicks(start, timescale),
      duration: fromTicks(duration, timescale),
      origin: fromTicks(origin, timescale),
      zero: fromTicks(zero, timescale),
      ...clip,
    },
    fragment.documents,
  );
  return fragment;
}

/** Unique among the fragments of a title's stream, in all clips. */
const keyOf = ({ chunk, zero, clip }: TextResponse): string =>
  clip ? `${zero} ${chunk.start}` : String(chunk.start);

/** The payloads of a stream in the manifest; of a live title, in the newest one. */
export function listedPayloads(stream: Stream, live: Live | undefined): Stream['embedded'] {
  const growing = live?.streamOf(stream);
  return growing ? growing.embedded : stream.embedded;
}

/** Replaces the cues with those of payloads from the manifest. */
export async function replaceEmbedded(
  timeline: CueTimeline,
  { timescale, embedded = [] }: Pick<Stream, 'timescale' | 'embedded'>,
  presentation: Presentation,
  signal: AbortSignal,
): Promise<readonly TextRepair[]> {
  const { origin: first, duration: length, timescale: scale } = presentation;
  const origin = rescale(first, scale, timescale);
  const end = length === undefined ? undefined : rescale(ticks(first + length), scale, timescale);
  const context = { timescale, origin, picture: pictureOf(presentation), end };
  const { chunks, repairs } = await inSlices(readEmbeddedCaptions(embedded, context), signal);
  const zero = fromTicks(origin, timescale);
  timeline.replaceAll(
    chunks.map(({ start, duration, documents }, index) => {
      const place = { start: fromTicks(start, timescale), duration: fromTicks(duration, timescale) };
      return { chunk: { key: `embedded ${index}`, ...place, origin: zero, zero }, documents };
    }),
  );
  return repairs;
}

/** The picture size that pixel lengths refer to. */
export function pictureOf({
  streams,
}: Presentation): { readonly width: number; readonly height: number } | undefined {
  const video = streams.find(({ type }) => type === 'video');
  const { width, height } = video?.displaySize ?? video?.levels.at(-1) ?? {};
  return width && height ? { width, height } : undefined;
}
