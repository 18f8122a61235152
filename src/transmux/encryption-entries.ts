import type { SampleEncryption } from '../mp4/common-encryption.ts';

/** Entries of sample encryption, one behind another, and what is known of them. */
export interface EntryWalk {
  readonly view: DataView;
  readonly start: number;
  readonly end: number;
  /** Bytes of each sample, and of its initialization vector: 0 where it is clear. */
  readonly sizes: Uint32Array;
  readonly vectors: readonly number[];
  readonly hasSubsamples: boolean;
}

/** As many bytes as a subsample can tell to be clear. */
const MOST_CLEAR = 0xffff;

/**
 * The size of each sample's entry, if there are just such entries, and they cover just their samples. Clear samples may have
 * none at all.
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
      if (count > 0 && covered !== size) return undefined;
    }
    at += entrySize;
    entrySizes.push(entrySize);
  }
  return at === end ? entrySizes : undefined;
}

/**
 * Entries in which clear samples among encrypted ones are encrypted in none of their bytes: not every browser takes samples
 * that change between the two. All have subsamples then.
 */
export function coverClear(
  { entries, entrySizes, hasSubsamples }: SampleEncryption,
  sizes: Uint32Array,
  vectors: readonly number[],
  ivSize: number,
): SampleEncryption {
  const written: number[] = [];
  const newSizes: number[] = [];
  let at = 0;
  for (const [i, entrySize] of entrySizes.entries()) {
    const before = written.length;
    const vector = vectors[i] ?? 0;
    if (vector === 0) {
      const near = vectors.slice(0, i).findLast(Boolean) ?? vectors.find(Boolean) ?? ivSize;
      written.push(...new Array<number>(near).fill(0), ...subsamplesOf(sizes[i] ?? 0, 0));
    } else {
      written.push(...entries.subarray(at, at + entrySize));
      if (!hasSubsamples) written.push(...subsamplesOf(0, sizes[i] ?? 0));
    }
    newSizes.push(written.length - before);
    at += entrySize;
  }
  return { hasSubsamples: true, entries: Uint8Array.from(written), entrySizes: newSizes };
}

/** Their number, then each one's clear and encrypted bytes. */
function subsamplesOf(clear: number, encrypted: number): number[] {
  const count = Math.max(1, Math.ceil(clear / MOST_CLEAR));
  const pairs = Array.from({ length: count }, (_, i) => {
    const own = Math.min(MOST_CLEAR, clear - i * MOST_CLEAR);
    const rest = i === count - 1 ? encrypted : 0;
    return [own >> 8, own & 0xff, rest >>> 24, (rest >> 16) & 0xff, (rest >> 8) & 0xff, rest & 0xff];
  });
  return [count >> 8, count & 0xff, ...pairs.flat()];
}
