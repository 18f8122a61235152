import { rescale, type Ticks, type Timescale, ticks } from '../base/time.ts';
import type { Clip } from '../manifest/composite.ts';
import type { Stream } from '../manifest/presentation.ts';

/** The part that a clip plays, in ticks of its composite manifest. */
export interface ClipBounds {
  readonly begin: Ticks;
  readonly end: Ticks;
}

type Wish = Pick<Clip, 'begin' | 'end'>;
type Timed = Pick<Stream, 'chunks' | 'timescale'>;

/** Streams of one presentation end within a second of each other; one that ends sooner has a hole. */
const SAME_END = 1n;

/**
 * Where a clip begins and ends: exactly where it says, but no earlier than its leading stream, the video if there is one, and no
 * later than its other streams. `undefined` if nothing is between.
 */
export function clipBounds(
  wish: Wish,
  lead: Timed,
  others: readonly Timed[],
  scale: Timescale,
): ClipBounds | undefined {
  const toCommon = (time: Ticks, stream: Timed) => rescale(time, stream.timescale, scale);
  const wanted = wish.begin ?? toCommon(lead.chunks.start, lead);
  const first = lead.chunks.from(rescale(wanted, scale, lead.timescale));
  if (!first) return undefined;
  const begin = later(wanted, toCommon(first.start, lead));
  const leadEnd = toCommon(lead.chunks.end, lead);
  const ends = others
    .map((stream) => toCommon(stream.chunks.end, stream))
    .filter((end) => leadEnd - end < SAME_END * scale);
  const stated = endOf(wish, lead, scale);
  const end = [leadEnd, ...ends, ...(stated === undefined ? [] : [stated])].reduce(earlier);
  return end > begin ? { begin, end } : undefined;
}

/**
 * `ClipEnd` is a time, but some manifests write a length. It is read as a length if, as a length, it lies within the
 * last chunk and, as a time, before the clip's beginning, or before that chunk although the list begins where the clip
 * does.
 */
function endOf({ begin = ticks(0), end }: Wish, lead: Timed, scale: Timescale): Ticks | undefined {
  const { chunks, timescale } = lead;
  const last = chunks.at(chunks.length - 1);
  if (end === undefined || !last) return end;
  const from = rescale(last.start, timescale, scale);
  const to = rescale(chunks.end, timescale, scale);
  const asLength = ticks(begin + end);
  const isListedFromThere = chunks.from(rescale(begin, scale, timescale))?.index === 0;
  const isNoTime = end <= begin || (isListedFromThere && end <= from);
  return isNoTime && asLength > from && asLength <= to + scale ? asLength : end;
}

const later = (a: Ticks, b: Ticks): Ticks => (a > b ? a : b);
const earlier = (a: Ticks, b: Ticks): Ticks => (a < b ? a : b);
