import { join } from '../base/bytes.ts';
import { splitByLength, splitNalUnits } from '../base/nal.ts';
import { malformed } from '../mp4/box.ts';
import { readMovieFragment, readSamples } from '../mp4/fragment.ts';
import { layOut, writeMovieFragment } from '../mp4/fragment-writer.ts';
import { TRACK_ID } from './movie-fragment.ts';

/**
 * Makes a media segment whose samples have start codes one whose NAL units stand behind their lengths, as MP4 demands.
 * `head` is its `moof` and the header of its `mdat`, as `FragmentTransmuxer` gives them out; `pieces` the rest. Samples
 * without start codes stay as they are.
 */
export function replaceStartCodes(
  head: Uint8Array,
  pieces: readonly Uint8Array[],
  nalUnitLength: number,
): { readonly head: Uint8Array; readonly payload: Uint8Array; readonly count: number } {
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  const payload = join(pieces);
  const { tracks, sequenceNumber } = readMovieFragment(view);
  const [track] = tracks;
  if (!track) throw malformed('moof', 0, 'no traf');
  const samples = readSamples(view, track);
  const written: Uint8Array[] = [];
  let count = 0;
  let i = 0;
  for (const run of track.runs) {
    let at = (run.dataOffset ?? head.length) - head.length;
    for (const end = i + run.sampleCount; i < end; i++) {
      const size = samples.sizes[i] ?? 0;
      const sample = payload.subarray(at, at + size);
      const units = splitByLength(sample, nalUnitLength) ? [] : splitNalUnits(sample);
      at += size;
      if (units.length > 0) count++;
      const parts =
        units.length > 0 ? units.flatMap((unit) => [lengthOf(unit, nalUnitLength), unit]) : [sample];
      samples.sizes[i] = parts.reduce((sum, part) => sum + part.length, 0);
      written.push(...parts);
    }
  }
  const mended = join(written);
  const mdatHeader = new Uint8Array(8);
  const mdat = new DataView(mdatHeader.buffer);
  mdat.setUint32(0, mended.length + 8);
  mdatHeader.set([0x6d, 0x64, 0x61, 0x74], 4);
  const moof = writeMovieFragment({
    sequenceNumber,
    trackId: TRACK_ID,
    decodeTime: track.decodeTime ?? 0n,
    ...layOut(samples, [{ sampleCount: samples.count, offsetInMdat: 0 }]),
    mdatHeader,
  });
  return { head: moof, payload: mended, count };
}

function lengthOf({ length }: Uint8Array, size: number): Uint8Array {
  return Uint8Array.from({ length: size }, (_, i) => (length / 256 ** (size - 1 - i)) & 0xff);
}
