import { join } from '../../base/bytes.ts';
import { type Box, boxesIn, readBoxHeader } from '../../mp4/box.ts';
import { tellsOfEncryption } from '../../mp4/encryption-boxes.ts';
import { readMovieFragment, readSamples } from '../../mp4/fragment.ts';
import { BoxReader } from '../../mp4/reader.ts';
import type { TextRepairs } from '../repair.ts';

/** One sample of a text fragment. */
export interface TextSample {
  readonly bytes: Uint8Array;
  /** From the fragment's first sample on, in ticks of the stream. */
  readonly offset: number;
  /** 0 if unknown. */
  readonly duration: number;
  /** The parts of the sample, the document being the first; empty if it isn't divided. ISO/IEC 14496-30, 7.2. */
  readonly subsamples: readonly Uint8Array[];
}

export interface TextSamples {
  readonly samples: readonly TextSample[];
  /** Whether boxes signal that samples are encrypted. */
  readonly mayBeEncrypted: boolean;
  /** Other boxes in `traf` of the first `moof`, with the view that contains them. */
  readonly extensions: { readonly view: DataView; readonly boxes: readonly Box[] } | undefined;
}

/** Box types that a response may begin with. */
const FIRST_BOXES = new Set('moof mdat styp ftyp sidx free skip prft emsg moov uuid'.split(' '));

/** Whether a response consists of boxes, rather than a plain document. */
export function hasBoxes(bytes: Uint8Array): boolean {
  const type = String.fromCharCode(...bytes.subarray(4, 8));
  return FIRST_BOXES.has(type);
}

/**
 * Splits a text fragment into samples. Everything in `mdat` counts; the sizes in `trun` are used only if they add up to
 * that, since they are often wrong. Never throws: boxes that can't be parsed are ignored.
 */
export function readTextSamples(bytes: Uint8Array, repairs: TextRepairs): TextSamples {
  const samples: TextSample[] = [];
  let extensions: TextSamples['extensions'];
  let mayBeEncrypted = false;
  let offset = 0;
  for (const { moof, payload } of partsOf(bytes)) {
    const found = moof && readTable(moof);
    if (found?.boxes.some(tellsOfEncryption) && found.sizes.length > 0) mayBeEncrypted = true;
    extensions ??= found && { view: found.view, boxes: found.boxes };
    const cut = cutPayload(payload, found, repairs);
    for (const { duration, ...sample } of cut) {
      if (sample.bytes.length > 0) samples.push({ ...sample, duration, offset });
      offset += duration;
    }
  }
  return { samples, mayBeEncrypted, extensions };
}

/** Each `moof` with the payload of what follows it up to the next; a payload alone has none. */
function* partsOf(bytes: Uint8Array): Generator<{ moof: DataView | undefined; payload: Uint8Array }> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let moof: DataView | undefined;
  let payloads: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; ) {
    let header: ReturnType<typeof readBoxHeader>;
    try {
      header = readBoxHeader(view, at);
    } catch {
      break;
    }
    if (!header) break;
    const size = header.size === 0 ? bytes.length - at : Math.min(header.size, bytes.length - at);
    const content = Math.min(at + header.headerSize, at + size);
    if (header.type === 'moof') {
      if (moof || payloads.length > 0) yield { moof, payload: join(payloads) };
      moof = new DataView(bytes.buffer, bytes.byteOffset + at, size);
      payloads = [];
    } else if (header.type === 'mdat') {
      payloads.push(bytes.subarray(content, at + size));
    }
    at += size;
  }
  if (moof || payloads.length > 0) yield { moof, payload: join(payloads) };
}

interface Table {
  readonly view: DataView;
  readonly boxes: readonly Box[];
  readonly sizes: readonly number[];
  readonly durations: readonly number[];
  /** Sizes of the parts of each divided sample, by its index. */
  readonly parts: ReadonlyMap<number, readonly number[]>;
}

function readTable(view: DataView): Table | undefined {
  try {
    const track = readMovieFragment(view).tracks.find(({ sampleCount }) => sampleCount > 0);
    const boxes = track?.extensions ?? readMovieFragment(view).tracks[0]?.extensions ?? [];
    if (!track) return { view, boxes, sizes: [], durations: [], parts: new Map() };
    const { sizes, durations } = readSamples(view, track);
    return { view, boxes, sizes: [...sizes], durations: [...durations], parts: readSubsamples(view, boxes) };
  } catch {
    return undefined;
  }
}

/** `subs`. ISO/IEC 14496-12, 8.7.7. */
function readSubsamples(view: DataView, boxes: readonly Box[]): ReadonlyMap<number, readonly number[]> {
  const parts = new Map<number, readonly number[]>();
  const box = boxes.find(({ type }) => type === 'subs');
  if (!box) return parts;
  const reader = new BoxReader(view, box);
  const { version } = reader.versionAndFlags();
  const entries = reader.u32();
  let sample = -1;
  for (let entry = 0; entry < entries && reader.bytesLeft >= 6; entry++) {
    sample += reader.u32();
    const count = reader.u8() * 256 + reader.u8();
    const sizes: number[] = [];
    for (let i = 0; i < count; i++) {
      sizes.push(version === 0 ? reader.u8() * 256 + reader.u8() : reader.u32());
      reader.skip(6);
    }
    parts.set(sample, sizes);
  }
  return parts;
}

/** By the declared sizes if they add up, otherwise as one piece, which may contain several documents. */
function cutPayload(payload: Uint8Array, table: Table | undefined, repairs: TextRepairs) {
  const { sizes = [], durations = [], parts = new Map<number, readonly number[]>() } = table ?? {};
  const declared = sizes.reduce((sum, size) => sum + size, 0);
  const whole = durations.reduce((sum, duration) => sum + duration, 0);
  if (sizes.length === 0 || declared !== payload.length) {
    if (sizes.length > 0) repairs.add('sample-sizes');
    const first = parts.get(0);
    return [{ bytes: payload, duration: whole, subsamples: first ? cut(payload, first) : [] }];
  }
  let at = 0;
  return sizes.map((size, index) => {
    const bytes = payload.subarray(at, at + size);
    at += size;
    return { bytes, duration: durations[index] ?? 0, subsamples: cut(bytes, parts.get(index) ?? []) };
  });
}

/** Parts beyond the end are invalid. */
function cut(bytes: Uint8Array, sizes: readonly number[]): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  let at = 0;
  for (const size of sizes) {
    if (at + size > bytes.length) return [];
    pieces.push(bytes.subarray(at, at + size));
    at += size;
  }
  return pieces;
}

/** The boxes in a sample, as far as they can be parsed. */
export function* boxesOf(
  bytes: Uint8Array,
): Generator<{ readonly type: string; readonly content: Uint8Array }> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  try {
    for (const { type, payload, end } of boxesIn(view)) yield { type, content: bytes.subarray(payload, end) };
  } catch {
    // What is no box ends it.
  }
}
