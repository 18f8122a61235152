/** What servers and scripts put in front of a fragment by mistake is shorter: line breaks, warnings, headers. */
const MOST_IN_FRONT = 65_536;

const MOOF = [0x6d, 0x6f, 0x6f, 0x66];
const FIRST_CHILDREN = ['mfhd', 'traf'];

/** The offset of a `moof` from `from` on, behind bytes that are no boxes; `undefined` if there is none nearby. */
export function findMoof(bytes: Uint8Array, from: number): number | undefined {
  const end = Math.min(bytes.length, from + MOST_IN_FRONT) - 16;
  for (let at = from; at <= end; at++) {
    if (!MOOF.every((letter, i) => bytes[at + 4 + i] === letter)) continue;
    const child = String.fromCharCode(...bytes.subarray(at + 12, at + 16));
    if (FIRST_CHILDREN.includes(child)) return at;
  }
  return undefined;
}
