/** Some players read ids as signed integers of 32 bits. */
const MAX_ID = 0x7fff_ffff;

/** An unsigned number of 32 bits for a text. FNV-1a. */
export function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(text)) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash >>> 0;
}

/** A positive number for each name, whatever their order. Of names with the same hash, the later ones get the next numbers. */
export function idsOf(names: Iterable<string>): ReadonlyMap<string, number> {
  const ids = new Map<string, number>();
  const taken = new Set<number>();
  for (const name of [...names].toSorted()) {
    let id = (hashOf(name) % MAX_ID) + 1;
    while (taken.has(id)) id = (id % MAX_ID) + 1;
    taken.add(id);
    ids.set(name, id);
  }
  return ids;
}
