/** Headers that may name the newest fragments of sparse streams; both can be read across origins. */
export interface ChildTrackHeaders {
  readonly pragma?: string | null | undefined;
  readonly contentType?: string | null | undefined;
}

const MAX_HEADER = 4096;
const MOST_UINT64 = 2n ** 64n;

/**
 * The times of the newest fragments of sparse streams, by stream, from the first header that has them. In a parent's
 * response they are the newest up to it, in a sparse fragment's response the previous one. [MS-SSTR] 2.2.5.
 */
export function childTracksOf({ pragma, contentType }: ChildTrackHeaders): ReadonlyMap<string, bigint> {
  for (const header of [pragma, contentType]) {
    const [, quoted, bare] =
      /childtrack\s*=\s*(?:"([^"]*)"?|([^";]*))/i.exec((header ?? '').slice(0, MAX_HEADER)) ?? [];
    const list = quoted ?? bare;
    if (list === undefined) continue;
    const tracks = new Map<string, bigint>();
    // The standard uses commas; Microsoft's own client reads semicolons.
    for (const item of list.split(/[,;]/)) {
      const [, name = '', time] = /^\s*(.*?)\s*=\s*(\d{1,20})\s*$/.exec(item) ?? [];
      const value = time === undefined ? MOST_UINT64 : BigInt(time);
      if (name !== '' && value < MOST_UINT64) tracks.set(name, value);
    }
    if (tracks.size > 0) return tracks;
  }
  return new Map();
}
