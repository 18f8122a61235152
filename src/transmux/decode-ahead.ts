import type { SampleTable } from '../mp4/fragment.ts';

/** `delay`: ticks by which the first sample is decoded later; negative for sooner. */
type TimedSamples = SampleTable & { readonly delay?: bigint };

/** Samples, and by how many ticks the last ones are decoded earlier than before. */
interface Ahead {
  readonly samples: TimedSamples;
  readonly lead: number;
}

/**
 * Decodes samples `lead` ticks earlier, so that none is presented before it is decoded, as encoders have it; each is
 * presented when it was. GStreamer, and so WebKitGTK, presents all pictures too late otherwise.
 */
export function decodeAhead(samples: TimedSamples, lead: number): Ahead {
  const compositionOffsets = samples.compositionOffsets.map((offset) => offset + lead);
  return { samples: { ...samples, compositionOffsets, delay: (samples.delay ?? 0n) - BigInt(lead) }, lead };
}

/** The same where nothing can be decoded before the first sample: those after it follow sooner. */
export function decodeSooner(samples: TimedSamples, lead: number): Ahead {
  const durations = samples.durations.slice();
  const compositionOffsets = samples.compositionOffsets.slice();
  const [hurried, room] = hurriedSamples(durations, lead);
  // Each needs a time of its own.
  if (room < hurried) return { samples, lead: 0 };
  let before = 0;
  let decode = 0;
  for (let i = 0; i < samples.count; i++) {
    const next =
      i + 1 < hurried ? Math.floor((room * (i + 1)) / hurried) : before + (durations[i] ?? 0) - lead;
    compositionOffsets[i] = before + (compositionOffsets[i] ?? 0) - decode;
    before += durations[i] ?? 0;
    durations[i] = next - decode;
    decode = next;
  }
  return { samples: { ...samples, durations, compositionOffsets }, lead };
}

/** How many samples are decoded within the lead, and the time that is left for them, in ticks. */
function hurriedSamples(durations: Uint32Array, lead: number): readonly [count: number, room: number] {
  let decode = 0;
  let count = 0;
  while (count < durations.length && decode <= lead) decode += durations[count++] ?? 0;
  return [count, decode - lead];
}
