import type { SampleEncryption } from '../mp4/common-encryption.ts';

/** Consecutive entries of sample encryption, and what is known about them. */
export interface EntryWalk {
  readonly view: DataView;
  readonly start: number;
  readonly end: number;
  /** For each sample its size in bytes, if that is known, and the size of its initialization vector: 0 if it is clear. */
  readonly sizes: readonly (number | undefined)[];
  readonly vectors: readonly number[];
  readonly hasSubsamples: boolean;
}

/** The maximum number of clear bytes of a subsample. */
const MOST_CLEAR = 0xffff;

/**
 * The size of each sample's entry, if the bytes are exactly such entries and cover exactly their samples. Clear samples
 * may have none at all.
 */
export function measureEntries(walk: EntryWalk): readonly number[] | undefined {
  return measure(walk, true) ?? (walk.vectors.includes(0) ? measure(walk, false) : undefined);
}

function measure({ view, start, end, sizes, vectors, hasSubsamples }: EntryWalk, hasClear: boolean) {
  const entrySizes: number[] = [];
  let at = start;
  for (const [i, size] of sizes.entries()) {
    const vector = vectors[i] ?? 0;
    const isThere = hasClear || vector > 0;
    let entrySize = vector;
    if (hasSubsamples && isThere) {
      if (at + vector + 2 > end) return undefined;
      const count = view.getUint16(at + vector);
      entrySize += 2 + 6 * count;
      if (at + entrySize > end) return undefined;
      let covered = 0;
      for (let pair = at + vector + 2; pair < at + entrySize; pair += 6) {
        covered += view.getUint16(pair) + view.getUint32(pair + 2);
      }
      if (count > 0 && size !== undefined && covered !== size) return undefined;
    }
    at += entrySize;
    entrySizes.push(entrySize);
  }
  return at === end ? entrySizes : undefined;
}

/**
 * Rewrites entries so that clear samples among encrypted ones are subsamples without encrypted bytes: not every browser
 * accepts samples that change between the two. All samples have subsamples then.
 */
export function coverClear(
  { entries, entrySizes, hasSubsamples }: SampleEncryption,
  sizes: readonly number[],
  vectors: readonly number[],
  ivSize: number,
): SampleEncryption {
  const cover = coverVectors(vectors, ivSize);
  const newSizes = entrySizes.map((entrySize, i) => {
    if (vectors[i]) return hasSubsamples ? entrySize : entrySize + COUNT_SIZE + PAIR_SIZE;
    return (cover[i] ?? 0) + COUNT_SIZE + PAIR_SIZE * pairsFor(sizes[i] ?? 0);
  });
  const written = new Uint8Array(newSizes.reduce((sum, size) => sum + size, 0));
  const view = new DataView(written.buffer);
  let [from, to] = [0, 0];
  for (const [i, entrySize] of entrySizes.entries()) {
    const size = sizes[i] ?? 0;
    if (vectors[i]) {
      written.set(entries.subarray(from, from + entrySize), to);
      if (!hasSubsamples) writePairs(view, to + entrySize, 0, size);
    } else {
      writePairs(view, to + (cover[i] ?? 0), size, 0);
    }
    from += entrySize;
    to += newSizes[i] ?? 0;
  }
  return { hasSubsamples: true, entries: written, entrySizes: newSizes };
}

/** The vector size for clear samples: that of the preceding samples, or else of the first one after them. */
function coverVectors(vectors: readonly number[], ivSize: number): number[] {
  let near = vectors.find(Boolean) ?? ivSize;
  return vectors.map((vector) => {
    near = vector || near;
    return near;
  });
}

const COUNT_SIZE = 2;
const PAIR_SIZE = 6;
const pairsFor = (clear: number): number => Math.max(1, Math.ceil(clear / MOST_CLEAR));

/** The number of subsamples, then the clear and encrypted bytes of each. */
function writePairs(view: DataView, at: number, clear: number, encrypted: number): void {
  const count = pairsFor(clear);
  view.setUint16(at, count);
  for (let i = 0; i < count; i++) {
    view.setUint16(at + COUNT_SIZE + PAIR_SIZE * i, Math.min(MOST_CLEAR, clear - i * MOST_CLEAR));
    view.setUint32(at + COUNT_SIZE + PAIR_SIZE * i + 2, i === count - 1 ? encrypted : 0);
  }
}
