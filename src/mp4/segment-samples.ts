import type { Box } from './box.ts';
import { PIFF_SAMPLE_ENCRYPTION, tellsOfEncryption } from './encryption-boxes.ts';
import { readMovieFragment, readSamples } from './fragment.ts';
import { BoxReader } from './reader.ts';

/** A sample of a media segment: its times and the location of its bytes. */
export interface SegmentSample {
  /** In ticks of the segment's clock. */
  readonly decodeTime: bigint;
  readonly presentationTime: bigint;
  readonly duration: number;
  /** Offset into `payload`. */
  readonly start: number;
  readonly size: number;
  readonly payload: PieceReader;
  /** Whether no byte of `[from, to)`, relative to the sample's start, is encrypted. */
  isClear(from: number, to: number): boolean;
}

const HAS_SUBSAMPLES = 2;

/** Reads bytes from consecutive pieces, and copies only what crosses a boundary. */
export class PieceReader {
  /** Of all pieces, in bytes. */
  readonly length: number;
  readonly #pieces: readonly Uint8Array[];
  /** The piece that was read last, and its start. */
  #index = 0;
  #start = 0;

  constructor(pieces: readonly Uint8Array[]) {
    this.#pieces = pieces;
    this.length = pieces.reduce((sum, { length }) => sum + length, 0);
  }

  /** 0 beyond the end. */
  byteAt(offset: number): number {
    const piece = this.#find(offset);
    return piece?.[offset - this.#start] ?? 0;
  }

  /** As much of `[from, to)` as is available. */
  slice(from: number, to: number): Uint8Array {
    const piece = this.#find(from);
    if (!piece || to <= this.#start + piece.length) {
      return piece?.subarray(from - this.#start, to - this.#start) ?? new Uint8Array();
    }
    const bytes = new Uint8Array(Math.min(to, this.length) - from);
    for (let at = 0; at < bytes.length; ) {
      const next = this.#find(from + at);
      if (!next) break;
      const offset = from + at - this.#start;
      bytes.set(next.subarray(offset, offset + bytes.length - at), at);
      at += next.length - offset;
    }
    return bytes;
  }

  #find(offset: number): Uint8Array | undefined {
    if (offset < this.#start) {
      this.#index = 0;
      this.#start = 0;
    }
    for (let piece = this.#pieces[this.#index]; piece; piece = this.#pieces[this.#index]) {
      if (offset < this.#start + piece.length) return piece;
      if (this.#index + 1 >= this.#pieces.length) return undefined;
      this.#start += piece.length;
      this.#index++;
    }
    return undefined;
  }
}

/**
 * The samples of media segments as the transmuxer returns them: for each `moof`, that box with the header of `mdat` in
 * one piece, then the payload in any number of pieces. Nothing is copied. Throws `fragment-malformed`.
 */
export function* samplesOf(parts: readonly Uint8Array[]): Generator<SegmentSample> {
  for (let at = 0; at < parts.length; ) {
    const head = parts[at++];
    if (!head) return;
    const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
    const payload: Uint8Array[] = [];
    let left = payloadSize(view);
    for (let part = parts[at]; part && left > 0; part = parts[++at]) {
      payload.push(part);
      left -= part.length;
    }
    yield* samplesOfFragment(view, new PieceReader(payload));
  }
}

/** Payload size of the `mdat` whose header ends the piece. */
function payloadSize(view: DataView): number {
  const moof = view.getUint32(0);
  if (view.byteLength < moof + 8) return 0;
  const size = view.getUint32(moof);
  return size === 1 && view.byteLength >= moof + 16 ? Number(view.getBigUint64(moof + 8)) - 16 : size - 8;
}

function* samplesOfFragment(view: DataView, payload: PieceReader): Generator<SegmentSample> {
  const [track] = readMovieFragment(view).tracks;
  if (!track) return;
  const { count, sizes, durations, compositionOffsets } = readSamples(view, track);
  const clear = clearRanges(view, track.extensions, sizes);
  let decodeTime = track.decodeTime ?? 0n;
  let index = 0;
  for (const run of track.runs) {
    let start = (run.dataOffset ?? view.byteLength) - view.byteLength;
    for (const end = index + run.sampleCount; index < end && index < count; index++) {
      const size = sizes[index] ?? 0;
      const ranges = clear?.[index];
      yield {
        decodeTime,
        presentationTime: decodeTime + BigInt(compositionOffsets[index] ?? 0),
        duration: durations[index] ?? 0,
        start,
        size,
        payload,
        isClear: (from, to) =>
          !clear || (ranges?.some((range) => range.from <= from && to <= range.to) ?? false),
      };
      start += size;
      decodeTime += BigInt(durations[index] ?? 0);
    }
  }
}

interface ByteRange {
  readonly from: number;
  readonly to: number;
}

/** The clear ranges of each sample; `undefined`: everything is clear. */
function clearRanges(
  view: DataView,
  boxes: readonly Box[],
  sizes: Uint32Array,
): readonly (readonly ByteRange[])[] | undefined {
  if (!boxes.some(tellsOfEncryption)) return undefined;
  const box =
    boxes.find(({ type }) => type === 'senc') ?? boxes.find(({ uuid }) => uuid === PIFF_SAMPLE_ENCRYPTION);
  const nothing = Array.from(sizes, () => []);
  if (!box) return nothing;
  const reader = new BoxReader(view, box);
  const { flags } = reader.versionAndFlags();
  if ((flags & HAS_SUBSAMPLES) === 0 || (flags & 1) !== 0) return nothing;
  if (reader.u32() !== sizes.length) return nothing;
  for (const vectorSize of [8, 16]) {
    const ranges = readEntries(view, reader.position, box.end, sizes, vectorSize);
    if (ranges) return ranges;
  }
  return nothing;
}

/** `undefined` if entries with vectors of that size don't end where the box does, or cover other sizes. ISO/IEC 23001-7, 7.2. */
function readEntries(view: DataView, start: number, end: number, sizes: Uint32Array, vectorSize: number) {
  const all: ByteRange[][] = [];
  let at = start;
  for (const size of sizes) {
    at += vectorSize;
    if (at + 2 > end) return undefined;
    const count = view.getUint16(at);
    at += 2;
    if (at + 6 * count > end) return undefined;
    const ranges: ByteRange[] = [];
    let offset = 0;
    for (let i = 0; i < count; i++, at += 6) {
      const clear = view.getUint16(at);
      const last = ranges.at(-1);
      // A long clear range is split into several entries.
      if (last?.to === offset) ranges[ranges.length - 1] = { from: last.from, to: offset + clear };
      else ranges.push({ from: offset, to: offset + clear });
      offset += clear + view.getUint32(at + 2);
    }
    if (count > 0 && offset !== size) return undefined;
    all.push(ranges);
  }
  return at === end ? all : undefined;
}
