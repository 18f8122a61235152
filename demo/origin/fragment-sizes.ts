import { type FragmentIndex, readFragmentHead } from './fragment-index.ts';

/** Size of each fragment of a track in bytes, by its time: from one `moof` of the file to the next. */
export async function fragmentSizes(
  path: string,
  index: FragmentIndex,
  trackId: number,
): Promise<ReadonlyMap<bigint, number>> {
  const own = index.get(trackId) ?? new Map<bigint, number>();
  const offsets = [...index.values()].flatMap((entries) => [...entries.values()]).sort((a, b) => a - b);
  const next = new Map(offsets.map((offset, i) => [offset, offsets[i + 1]]));
  const sizes = new Map<bigint, number>();
  for (const [time, offset] of own) {
    const end = next.get(offset) ?? (await endOf(path, offset));
    sizes.set(time, end - offset);
  }
  return sizes;
}

async function endOf(path: string, offset: number): Promise<number> {
  const { mdat } = await readFragmentHead(path, offset);
  return mdat.offset + mdat.size;
}
