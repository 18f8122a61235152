import { hexFromBytes } from '../base/bytes.ts';
import { SmoothError } from '../base/errors.ts';

/** The position of a box; offsets are into the view that was walked. */
export interface Box {
  readonly type: string;
  /** Lower-case hexadecimal, without dashes; of `uuid` boxes only. */
  readonly uuid: string | undefined;
  readonly start: number;
  /** Where its content begins: after size, type and uuid. */
  readonly payload: number;
  readonly end: number;
  /** 0 for the outermost. */
  readonly depth: number;
  /** The number of boxes found in this walk, shared by all of them. */
  readonly tally: { count: number };
}

/** The header of a box. `size` 0: up to the end of its container. */
export interface BoxHeader {
  readonly type: string;
  readonly size: number;
  readonly headerSize: 8 | 16;
}

/** No valid file comes near these limits; a hostile one might. */
const MAX_DEPTH = 16;
const MAX_BOXES = 4096;

const SIZE_TO_END = 0;
const SIZE_IS_64_BIT = 1;

export function malformed(box: string, offset: number, problem: string): SmoothError<'fragment-malformed'> {
  return new SmoothError('fragment-malformed', { box: printable(box), offset, problem });
}

/** Reads a header at `at`; `undefined` while the header is incomplete. ISO/IEC 14496-12, 4.2. */
export function readBoxHeader(view: DataView, at: number, end = view.byteLength): BoxHeader | undefined {
  if (end - at < 8) return undefined;
  const type = fourCCAt(view, at + 4);
  const size = view.getUint32(at);
  if (size !== SIZE_IS_64_BIT) {
    if (size !== SIZE_TO_END && size < 8) throw malformed(type, at, `size ${size} is less than its header`);
    return { type, size, headerSize: 8 };
  }
  if (end - at < 16) return undefined;
  const large = view.getBigUint64(at + 8);
  if (large < 16n || large > Number.MAX_SAFE_INTEGER) throw malformed(type, at, `64-bit size ${large}`);
  return { type, size: Number(large), headerSize: 16 };
}

/** Yields the boxes directly in `[start, end)`. */
export function boxesIn(view: DataView, start = 0, end = view.byteLength): Generator<Box> {
  return walk(view, start, end, 0, { count: 0 });
}

/** Yields the boxes directly in `parent`. */
export function childrenOf(view: DataView, parent: Box): Generator<Box> {
  return walk(view, parent.payload, parent.end, parent.depth + 1, parent.tally);
}

/** The first box at a path such as `moof`, `traf`, `tfhd`. */
export function findBox(view: DataView, ...path: readonly string[]): Box | undefined {
  let found: Box | undefined;
  for (const type of path) {
    const level = found ? childrenOf(view, found) : boxesIn(view);
    found = undefined;
    for (const box of level) {
      if (box.type === type) {
        found = box;
        break;
      }
    }
    if (!found) return undefined;
  }
  return found;
}

/** Every step advances at least by a header, or throws. */
function* walk(
  view: DataView,
  start: number,
  end: number,
  depth: number,
  tally: Box['tally'],
): Generator<Box> {
  if (depth > MAX_DEPTH) throw malformed('box', start, `more than ${MAX_DEPTH} levels deep`);
  for (let at = start; at < end; ) {
    const header = readBoxHeader(view, at, end);
    if (!header) throw malformed('box', at, `${end - at} bytes are too few for a box header`);
    if (++tally.count > MAX_BOXES) throw malformed(header.type, at, `more than ${MAX_BOXES} boxes`);

    const { type } = header;
    const size = header.size === SIZE_TO_END ? end - at : header.size;
    if (size > end - at)
      throw malformed(type, at, `size ${size} exceeds the ${end - at} bytes that are left`);
    const content = at + header.headerSize;
    const payload = type === 'uuid' ? content + 16 : content;
    if (payload > at + size) throw malformed(type, at, `size ${size} is less than its header`);
    const uuid = type === 'uuid' ? hexFromBytes(bytesAt(view, content, 16)) : undefined;

    yield { type, uuid, start: at, payload, end: at + size, depth, tally };
    at += size;
  }
}

const bytesAt = (view: DataView, at: number, count: number): Uint8Array =>
  new Uint8Array(view.buffer, view.byteOffset + at, count);

const fourCCAt = (view: DataView, at: number): string =>
  String.fromCharCode(view.getUint8(at), view.getUint8(at + 1), view.getUint8(at + 2), view.getUint8(at + 3));

/** Box types are untrusted input; keeps messages readable. */
const printable = (type: string): string => type.replaceAll(/[^\x20-\x7e]/g, '?');
