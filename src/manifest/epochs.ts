import { rescale, subtractTicks, type Ticks, ticks } from '../base/time.ts';
import { extentOf } from './extent.ts';
import { isMain } from './main-stream.ts';
import { createNotes, mend } from './notes.ts';
import type { Chunk, ChunkList, Presentation, Stream } from './presentation.ts';

/** In seconds: a shorter one may be meant. */
const LEAST_GAP = 600n;
/** How many per cent the durations of streams of one title may differ. */
const MOST_DIFFERENT = 20n;

/**
 * Audio on demand that counts from another epoch than the video, so that no moment has both, although they last as
 * long: it is moved to the start of the video. Its requests keep the manifest's times.
 */
export function alignEpochs(presentation: Presentation): Presentation {
  const { isLive, timescale: scale } = presentation;
  const picture = presentation.streams.find((stream) => stream.type === 'video' && isMain(stream));
  if (isLive || !picture) return presentation;
  const at = (stream: Stream, time: Ticks) => rescale(time, stream.timescale, scale);
  const [begin, end] = [at(picture, picture.chunks.start), at(picture, picture.chunks.end)];
  const notes = createNotes();
  const streams = presentation.streams.map((stream) => {
    if (stream.type !== 'audio' || !isMain(stream)) return stream;
    const { chunks } = stream;
    const [from, to] = [at(stream, chunks.start), at(stream, chunks.end)];
    const difference = to - from - (end - begin);
    const isAlike = (difference < 0n ? -difference : difference) * 100n <= (end - begin) * MOST_DIFFERENT;
    const gap = from > begin ? from - end : begin - to;
    if (!isAlike || gap < LEAST_GAP * scale) return stream;
    const shift = subtractTicks(rescale(begin, scale, stream.timescale), chunks.start);
    mend({ path: stream.name, notes }, `it is at another time than the video; moved by ${shift} ticks`);
    return { ...stream, chunks: shifted(chunks, shift), urlShift: ticks(-shift) };
  });
  const extent = extentOf(streams, scale);
  if (notes.warnings.length === 0 || !extent) return presentation;
  return {
    ...presentation,
    streams,
    origin: extent.start,
    duration: subtractTicks(extent.end, extent.start),
    warnings: [...presentation.warnings, ...notes.warnings],
  };
}

function shifted(list: ChunkList, by: Ticks): ChunkList {
  const later = <Item extends { readonly start: Ticks }>(item: Item): Item => ({
    ...item,
    start: ticks(item.start + by),
  });
  const laterOrNone = (chunk: Chunk | undefined) => chunk && later(chunk);
  return {
    length: list.length,
    start: ticks(list.start + by),
    end: ticks(list.end + by),
    get runs() {
      return list.runs.map(later);
    },
    *runsFrom(index) {
      for (const run of list.runsFrom(index)) yield later(run);
    },
    at: (index) => laterOrNone(list.at(index)),
    from: (time) => laterOrNone(list.from(subtractTicks(time, by))),
    sizeHint: (chunk, level) => list.sizeHint(chunk, level),
    *[Symbol.iterator]() {
      for (const chunk of list) yield later(chunk);
    },
  };
}
