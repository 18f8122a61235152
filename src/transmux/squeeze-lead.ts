import type { SampleTable } from '../mp4/fragment.ts';
import type { EditedSamples } from './movie-fragment.ts';

/** Times in ticks, counted from a fragment's first sample. */
export interface Lead {
  /** Where what is needed for decoding begins: the start of the chunk. */
  readonly from: number;
  /** The first moment to be shown. */
  readonly begin: number;
  /** The time that everything before `begin` takes. */
  readonly room: readonly [start: number, end: number];
}

/**
 * Presents a fragment from a moment within it. The pictures before are needed to decode those after: they keep their order and
 * are all presented within `room`, too short to be seen. The number of samples and their bytes stay unchanged.
 */
export function squeezeLead(samples: SampleTable, { from, begin, room: [start, end] }: Lead): EditedSamples {
  const squeezed = (time: number) =>
    time < begin
      ? Math.floor(start + (Math.max(0, time - from) * (end - start)) / (begin - from))
      : Math.max(time, end);
  const durations = samples.durations.slice();
  const compositionOffsets = samples.compositionOffsets.slice();
  const delay = squeezed(0);
  let before = 0;
  let decode = delay;
  for (let i = 0; i < samples.count; i++) {
    const duration = durations[i] ?? 0;
    const shown = before + (compositionOffsets[i] ?? 0);
    const at = squeezed(shown);
    before += duration;
    // Browsers take these for the duration of the picture, in whatever order it is decoded.
    durations[i] = Math.max(1, squeezed(shown + duration) - at);
    compositionOffsets[i] = at - decode;
    decode += durations[i] ?? 0;
  }
  return { ...samples, durations, compositionOffsets, delay: BigInt(delay) };
}
