import { SmoothError } from '../base/errors.ts';
import { type Box, malformed } from '../mp4/box.ts';
import { BoxReader } from '../mp4/reader.ts';

/** The location of sample encryption entries that are not in `senc`. */
export interface AuxiliaryInfo {
  readonly box: Box;
  readonly start: number;
  readonly end: number;
  /** How many entries there are. */
  readonly count: number;
  /** Whether the entries have subsamples, the likelier value first: no flag says so, only how they fit the samples. */
  readonly subsamples: readonly boolean[];
}

const HAS_TYPE = 0x1;
const CENC = 0x63656e63;
const PIFF = 0x70696666;

/**
 * Finds the entries that `saiz` and `saio` locate elsewhere in `moof`, if there is no `senc`. `counts`
 * are the possible numbers of entries, `base` is the origin of stale offsets. Throws `drm-scheme-unsupported` if they lie outside `moof`. ISO/IEC 14496-12, 8.7.8 and 8.7.9.
 */
export function findAuxiliaryInfo(
  view: DataView,
  boxes: readonly Box[],
  counts: readonly number[],
  base: bigint | undefined,
): AuxiliaryInfo | undefined {
  const sizes = openBox(view, boxes, 'saiz');
  const offsets = openBox(view, boxes, 'saio');
  if (!sizes || !offsets) return undefined;
  const every = sizes.reader.u8();
  const count = sizes.reader.u32();
  if (!counts.includes(count)) {
    throw malformed('saiz', sizes.box.start, `${count} samples where trun has ${counts.at(-1)}`);
  }
  const own = every > 0 ? [every] : Array.from({ length: count }, () => sizes.reader.u8());
  const length = every > 0 ? every * count : own.reduce((sum, size) => sum + size, 0);
  if (length === 0) return undefined;
  if (offsets.reader.u32() !== 1) {
    throw new SmoothError('drm-scheme-unsupported', { scheme: 'auxiliary information in several places' });
  }
  const offset = offsets.version === 0 ? BigInt(offsets.reader.u32()) : offsets.reader.u64();
  const first = boxes[0]?.start ?? 0;
  const place = [offset, offset - (base ?? 0n)]
    .map(Number)
    .find((start) => start >= first && start + length <= view.byteLength);
  if (place === undefined) {
    throw new SmoothError('drm-scheme-unsupported', { scheme: 'auxiliary information outside moof' });
  }
  return { box: offsets.box, start: place, end: place + length, count, subsamples: [true, false] };
}

/** The box with the scheme type of the encryption. */
function openBox(view: DataView, boxes: readonly Box[], type: string) {
  for (const box of boxes.filter((candidate) => candidate.type === type)) {
    const reader = new BoxReader(view, box);
    const { version, flags } = reader.versionAndFlags();
    const scheme = flags & HAS_TYPE ? reader.u32() : CENC;
    if (flags & HAS_TYPE) reader.u32();
    if (scheme === CENC || scheme === PIFF) return { box, reader, version };
  }
  return undefined;
}
