import { join } from '../../../src/base/bytes.ts';
import { SAMPLE, type SampleTable } from '../../../src/mp4/fragment.ts';
import { layOut, writeMovieFragment } from '../../../src/mp4/fragment-writer.ts';

export const TIMESCALE = 10_000_000;
const FRAME = 400_000;

/** Pictures of 40 ms in the order of decoding; `shown` says when each is shown, in frames. */
export function segmentOf(shown: readonly number[]): readonly Uint8Array[] {
  const count = shown.length;
  const samples: SampleTable = {
    count,
    durations: new Uint32Array(count).fill(FRAME),
    sizes: Uint32Array.from(shown, (_, i) => i + 1),
    flags: Uint32Array.from(shown, (_, i) => (i === 0 ? SAMPLE.sync : 0x1010000)),
    compositionOffsets: Int32Array.from(shown, (at, i) => (at - i) * FRAME),
  };
  const payload = join(shown.map((_, i) => new Uint8Array(i + 1).fill(i + 1)));
  const mdatHeader = new Uint8Array(8);
  new DataView(mdatHeader.buffer).setUint32(0, payload.length + 8);
  mdatHeader.set([0x6d, 0x64, 0x61, 0x74], 4);
  const head = writeMovieFragment({
    sequenceNumber: 7,
    trackId: 1,
    decodeTime: 0n,
    ...layOut(samples, [{ sampleCount: count, offsetInMdat: 0 }]),
    protection: undefined,
    mdatHeader,
  });
  return [head, payload];
}
