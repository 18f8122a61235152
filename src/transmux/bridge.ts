import { join } from '../base/bytes.ts';
import { malformed, readBoxHeader } from '../mp4/box.ts';
import { readMovieFragment, readSamples, SAMPLE, type SampleTable } from '../mp4/fragment.ts';
import { layOut, writeMovieFragment } from '../mp4/fragment-writer.ts';
import { TRACK_ID } from './movie-fragment.ts';

/** A media segment in the pieces that the transmuxer returned: each `moof`, with the header of its `mdat`, is one piece. */
export type SegmentPieces = readonly Uint8Array[];

/** How often a still is repeated by default, in seconds: without a picture for some seconds, browsers wait for one. */
export const STILL = 0.5;
/** How long the last one is shown, in seconds: Firefox's clock waits at a picture until the next one is there. */
const LAST = 0.04;
const MDAT = 0x6d646174;

/**
 * A media segment of a single picture, repeated for `ticks` from `start` on, on the segment's clock, once in `every`
 * seconds: its first, which depends on no other. It is appended next to the segment and not over it: Chrome loses its
 * position when what it is playing is appended again. Not for encrypted segments, whose samples can't be extracted one
 * by one.
 */
export function stillPicture(
  segment: SegmentPieces,
  start: bigint,
  ticks: number,
  timescale: number,
  every = STILL,
): Uint8Array {
  const { picture, flags } = firstPicture(segment);
  const edges = edgesOf(ticks, Math.ceil(timescale * every), Math.ceil(timescale * LAST));
  const count = edges.length - 1;
  const samples: SampleTable = {
    count,
    durations: Uint32Array.from({ length: count }, (_, i) => (edges[i + 1] ?? 0) - (edges[i] ?? 0)),
    sizes: new Uint32Array(count).fill(picture.length),
    flags: new Uint32Array(count).fill(flags),
    compositionOffsets: new Int32Array(count),
  };
  const payload = join(new Array<Uint8Array>(count).fill(picture));
  const mdatHeader = new Uint8Array(8);
  const view = new DataView(mdatHeader.buffer);
  view.setUint32(0, payload.length + 8);
  view.setUint32(4, MDAT);
  const head = writeMovieFragment({
    sequenceNumber: 0,
    trackId: TRACK_ID,
    decodeTime: start,
    ...layOut(samples, [{ sampleCount: count, offsetInMdat: 0 }]),
    protection: undefined,
    mdatHeader,
  });
  return join([head, payload]);
}

/** Where pictures begin, and where the last one ends: equally spaced, but for the last one. */
function edgesOf(ticks: number, most: number, last: number): readonly number[] {
  const rest = ticks > 2 * last ? ticks - last : 0;
  const count = Math.ceil(rest / most);
  const edges = Array.from({ length: count }, (_, i) => Math.round((rest * i) / count));
  return [...edges, rest, ticks];
}

function firstPicture(segment: SegmentPieces): { readonly picture: Uint8Array; readonly flags: number } {
  const from = segment.findIndex(isHead);
  const head = segment[from];
  if (!head) throw malformed('moof', 0, 'the segment has none');
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  const [track] = readMovieFragment(view).tracks;
  if (!track || track.sampleCount === 0) throw malformed('moof', 0, 'the segment has no samples');
  const { sizes, flags } = readSamples(view, track);
  const at = (track.runs[0]?.dataOffset ?? head.length) - head.length;
  const payload = join(segment.slice(from + 1, nextHead(segment, from)));
  return { picture: payload.subarray(at, at + (sizes[0] ?? 0)), flags: flags[0] ?? SAMPLE.sync };
}

const nextHead = (segment: SegmentPieces, from: number): number => {
  const next = segment.findIndex((piece, i) => i > from && isHead(piece));
  return next < 0 ? segment.length : next;
};

/** Whether a piece begins with a `moof`: a payload begins with a start code or a length. */
export function isHead(piece: Uint8Array): boolean {
  if (piece.length < 16) return false;
  const view = new DataView(piece.buffer, piece.byteOffset, piece.byteLength);
  return view.getUint32(4) === MOOF && readBoxHeader(view, 0) !== undefined;
}

const MOOF = 0x6d6f6f66;
