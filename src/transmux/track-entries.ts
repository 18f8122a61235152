import { join } from '../base/bytes.ts';
import { SmoothError } from '../base/errors.ts';
import { malformed } from '../mp4/box.ts';
import type { SampleEncryption } from '../mp4/common-encryption.ts';
import { PIFF_SAMPLE_ENCRYPTION } from '../mp4/encryption-boxes.ts';
import type { Run } from '../mp4/fragment.ts';
import { BoxReader } from '../mp4/reader.ts';
import { type AuxiliaryInfo, findAuxiliaryInfo } from './auxiliary-info.ts';
import type { EncryptedTrack } from './encryption.ts';
import { measureEntries } from './encryption-entries.ts';
import { isSameUse, type KeyRun, type KeyUse, readKeyId, readKeyRuns } from './key-groups.ts';

/** How the samples of one `traf` are encrypted. */
export interface TrackEntries extends SampleEncryption {
  readonly uses: readonly KeyRun[];
  /** Of samples whose key specifies no size. */
  readonly ivSize: 8 | 16;
  /** Sizes of the initialization vectors: 0 for clear samples. */
  readonly vectors: readonly number[];
}

/** The entries of all samples in the boxes, also of those that are lost. */
interface FoundEntries extends AuxiliaryInfo {
  readonly uses: readonly KeyRun[];
}

const OVERRIDES = 0x1;
const HAS_SUBSAMPLES = 0x2;
const AES_CTR = 1;
const AES_CBC = 2;

/**
 * Reads the entries of the samples with these sizes, the first of a `traf`; `undefined` if they are clear. PIFF 1.1,
 * 5.3.2 (`uuid`); ISO/IEC 23001-7, 7.2 (`senc`, as in PIFF 1.3).
 */
export function readTrackEntries(
  view: DataView,
  track: EncryptedTrack,
  sizes: Uint32Array,
): TrackEntries | undefined {
  const found = findEntries(view, track);
  if (!found || found.uses.every(isClear)) return undefined;
  const { box, start, end, uses, count } = found;
  const kept = keptOf(track.runs, count, sizes.length);
  const known = new Array<number | undefined>(count).fill(undefined);
  kept.forEach((at, i) => {
    known[at] = sizes[i];
  });
  for (const hasSubsamples of found.subsamples) {
    for (const ivSize of [8, 16] as const) {
      const vectors = vectorsOf(uses, ivSize);
      const entrySizes =
        vectors && measureEntries({ view, start, end, sizes: known, vectors, hasSubsamples });
      if (!entrySizes) continue;
      const entries = new Uint8Array(view.buffer, view.byteOffset + start, end - start);
      const all = { hasSubsamples, ivSize, entries, entrySizes, uses, vectors };
      return kept.length === count ? all : pick(all, kept);
    }
  }
  throw malformed(box.type, box.start, 'its entries do not fit its samples');
}

const isClear = ({ use }: KeyRun): boolean => use?.isProtected === false;

/** A box with the samples' entries, or the location of entries elsewhere; `undefined` if there are none. */
function findEntries(
  view: DataView,
  { extensions: boxes, runs, defaults }: EncryptedTrack,
): FoundEntries | undefined {
  const rows = runs.reduce((sum, { sampleCount }) => sum + sampleCount, 0);
  const lacking = runs.reduce((sum, run) => sum + run.lacking, 0);
  const counts = [rows + lacking, rows];
  const box =
    boxes.find(({ type }) => type === 'senc') ?? boxes.find(({ uuid }) => uuid === PIFF_SAMPLE_ENCRYPTION);
  if (!box) {
    const auxiliary = findAuxiliaryInfo(view, boxes, counts, defaults.baseDataOffset);
    return auxiliary && { ...auxiliary, uses: readKeyRuns(view, boxes, auxiliary.count) };
  }
  const reader = new BoxReader(view, box);
  const { flags } = reader.versionAndFlags();
  const override = flags & OVERRIDES ? readOverride(view, reader) : undefined;
  const count = reader.u32();
  const uses = override ? [{ count, use: override }] : readKeyRuns(view, boxes, count);
  if (count === 0 || uses.every(isClear)) return undefined;
  if (!counts.includes(count))
    throw malformed(box.type, box.start, `${count} samples where trun has ${rows}`);
  const subsamples = [(flags & HAS_SUBSAMPLES) !== 0];
  return { box, start: reader.position, end: box.end, count, subsamples, uses };
}

/** 24 bits of algorithm, the vector size, and a key id. PIFF 1.1, 5.3.2. */
function readOverride(view: DataView, reader: BoxReader): KeyUse {
  const algorithmAndSize = reader.u32();
  const keyId = readKeyId(view, reader);
  const algorithm = algorithmAndSize >>> 8;
  if (algorithm === AES_CBC) throw new SmoothError('drm-scheme-unsupported', { scheme: 'PIFF AES-CBC' });
  return { isProtected: algorithm === AES_CTR, ivSize: algorithmAndSize & 0xff, keyId };
}

/** Which of `count` entries belong to the first `samples` rows. */
function keptOf(runs: readonly Run[], count: number, samples: number): readonly number[] {
  const rows = runs.reduce((sum, { sampleCount }) => sum + sampleCount, 0);
  const kept: number[] = [];
  let at = 0;
  for (const { sampleCount, lacking } of runs) {
    for (let i = 0; i < sampleCount && kept.length < samples; i++) kept.push(at + i);
    at += sampleCount + (count > rows ? lacking : 0);
  }
  return kept;
}

/** The size of each sample's vector, if it may be this one where nothing specifies it. */
function vectorsOf(uses: readonly KeyRun[], ivSize: 8 | 16): readonly number[] | undefined {
  const isKnown = ({ use }: KeyRun) => !use?.isProtected || use.ivSize === 8 || use.ivSize === 16;
  if (!uses.every(isKnown) || (uses.length === 1 && uses[0]?.use && uses[0].use.ivSize !== ivSize))
    return undefined;
  const vectorOf = ({ use }: KeyRun) => (use?.isProtected === false ? 0 : (use?.ivSize ?? ivSize));
  return uses.flatMap((run) => new Array<number>(run.count).fill(vectorOf(run)));
}

/** The entries of some samples. */
function pick({ entries, entrySizes, uses, vectors, ...rest }: TrackEntries, kept: readonly number[]) {
  const all = uses.flatMap(({ count, use }) => new Array<KeyUse | undefined>(count).fill(use));
  let end = 0;
  const each = entrySizes.map((size) => {
    end += size;
    return entries.subarray(end - size, end);
  });
  const runs: KeyRun[] = [];
  for (const at of kept) {
    const last = runs.at(-1);
    if (last && isSameUse(last.use, all[at])) runs.splice(-1, 1, { ...last, count: last.count + 1 });
    else runs.push({ count: 1, use: all[at] });
  }
  return {
    ...rest,
    uses: runs,
    entries: join(kept.flatMap((at) => each[at] ?? [])),
    entrySizes: kept.map((at) => entrySizes[at] ?? 0),
    vectors: kept.map((at) => vectors[at] ?? 0),
  };
}
