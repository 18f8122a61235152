import { join } from '../base/bytes.ts';
import { visitByLength, visitByStartCode } from '../base/nal.ts';
import { malformed } from '../mp4/box.ts';
import { readMovieFragment, readSamples, type TrackFragment } from '../mp4/fragment.ts';
import { layOut, writeMovieFragment } from '../mp4/fragment-writer.ts';
import { TRACK_ID } from './movie-fragment.ts';

/**
 * Converts a media segment whose samples have start codes to NAL units with length prefixes, as MP4 requires. `head` is
 * its `moof` and the header of its `mdat`, as `FragmentTransmuxer` returns them; `pieces` is the rest. Samples without
 * start codes stay unchanged.
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
  const places = placesOf(track, samples.sizes, head.length);
  const forms = places.map((at, i) =>
    formOf(payload.subarray(at, at + (samples.sizes[i] ?? 0)), nalUnitLength),
  );
  const mended = new Uint8Array(forms.reduce((sum, { size }) => sum + size, 0));
  let to = 0;
  forms.forEach(({ sample, size, isByteStream }, i) => {
    if (isByteStream) writeWithLengths(sample, nalUnitLength, mended.subarray(to, to + size));
    else mended.set(sample, to);
    samples.sizes[i] = size;
    to += size;
  });
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
  return { head: moof, payload: mended, count: forms.filter(({ isByteStream }) => isByteStream).length };
}

/** The offset of each sample in the payload. */
function placesOf({ runs }: TrackFragment, sizes: Uint32Array, payloadAt: number): number[] {
  const places: number[] = [];
  for (const run of runs) {
    let at = (run.dataOffset ?? payloadAt) - payloadAt;
    for (let i = 0; i < run.sampleCount; i++) {
      places.push(at);
      at += sizes[places.length - 1] ?? 0;
    }
  }
  return places;
}

/** A sample as received, and its size with length prefixes in bytes. */
function formOf(sample: Uint8Array, lengthSize: number) {
  let size = 0;
  let longest = 0;
  if (!visitByLength(sample, lengthSize, () => true)) {
    visitByStartCode(sample, (start, end) => {
      size += lengthSize + end - start;
      longest = Math.max(longest, end - start);
      return true;
    });
  }
  if (longest >= 256 ** lengthSize) {
    throw malformed('mdat', 0, `a NAL unit of ${longest} bytes is too long for ${lengthSize}-byte lengths`);
  }
  return { sample, size: size || sample.length, isByteStream: size > 0 };
}

function writeWithLengths(sample: Uint8Array, lengthSize: number, into: Uint8Array): void {
  let at = 0;
  visitByStartCode(sample, (start, end) => {
    for (let i = 0; i < lengthSize; i++) into[at++] = Math.floor((end - start) / 256 ** (lengthSize - 1 - i));
    into.set(sample.subarray(start, end), at);
    at += end - start;
    return true;
  });
}
