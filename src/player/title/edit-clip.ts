import { rescale, type Timescale, ticks } from '../../base/time.ts';
import type { SampleTable } from '../../mp4/fragment.ts';
import type { Source } from '../../timeline/joined-stream.ts';
import { cutPictures } from '../../transmux/cut-pictures.ts';
import type { EditedSamples, EditSamples } from '../../transmux/movie-fragment.ts';
import { squeezeLead } from '../../transmux/squeeze-lead.ts';

/** What has to change in the samples of a clip's first and last chunk, for a clip that begins or ends within them. */
export function editOf({ part, chunk, isFirst, isLast }: Source, scale: Timescale): EditSamples | undefined {
  const { stream, bounds, offset, lead = ticks(0) } = part;
  const inTicks = (time: bigint) => rescale(ticks(time), scale, stream.timescale);
  const isVideo = stream.type === 'video';
  const [begin, end] = [inTicks(bounds.begin), inTicks(bounds.end)];
  const isLed = isFirst && lead > 0n;
  // Segments have no time before that of the first clip; what is outside the clip is dropped there.
  const isTooEarly = isFirst && !isVideo && offset > 0n && begin - chunk.start > inTicks(offset);
  const isCut = isLast && isVideo;
  if (!isLed && !isTooEarly && !isCut) return undefined;
  return (samples, start) => {
    const from = Number(chunk.start - start);
    const at = Number(begin - start);
    let edited: EditedSamples = samples;
    if (isLed) {
      const room = Number(inTicks(lead));
      edited = squeezeLead(samples, {
        from,
        begin: at,
        room: offset > 0n ? [at - room, at] : [at, at + room],
      });
    } else if (isTooEarly) {
      const whole = sampleAt(samples, at);
      edited = squeezeLead(samples, { from, begin: whole, room: [whole, whole] });
    }
    if (!isCut) return edited;
    const { delay = 0n } = edited;
    return { ...cutPictures(edited, Number(end - start - delay), Number(stream.timescale)), delay };
  };
}

/** When the sample begins that is decoded at `time`. */
function sampleAt({ durations }: SampleTable, time: number): number {
  let decode = 0;
  for (const duration of durations) {
    if (decode + duration > time) break;
    decode += duration;
  }
  return decode;
}

/** Makes the buffer drop what is outside. Neither end may ever be on the wrong side of the other. */
export function keepWithin(buffer: SourceBuffer, start: number, end: number): void {
  buffer.appendWindowStart = 0;
  buffer.appendWindowEnd = end;
  buffer.appendWindowStart = start;
}
