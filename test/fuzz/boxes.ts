import { box, u32 } from '../support/fragment-builder.ts';
import type { Random } from './random.ts';

/** Boxes that hold others, those of which all else is opaque. */
const CONTAINERS = new Set(['moof', 'traf', 'moov', 'trak', 'mfra']);

interface Tree {
  type: string;
  content: Buffer | Tree[];
}

/** Reads boxes as far as they make sense; what doesn't is one of its own. */
export function treeOf(bytes: Buffer): Tree[] {
  const found: Tree[] = [];
  for (let at = 0; at + 8 <= bytes.length; ) {
    const isLarge = bytes.readUInt32BE(at) === 1 && at + 16 <= bytes.length;
    const told = isLarge ? Number(bytes.readBigUInt64BE(at + 8)) : bytes.readUInt32BE(at);
    const size = told >= 8 && at + told <= bytes.length ? told : bytes.length - at;
    const type = bytes.toString('latin1', at + 4, at + 8);
    const content = bytes.subarray(Math.min(at + (isLarge ? 16 : 8), at + size), at + size);
    found.push({ type, content: CONTAINERS.has(type) ? treeOf(content) : Buffer.from(content) });
    at += size;
  }
  return found;
}

export const bytesOfTree = (tree: readonly Tree[]): Buffer =>
  Buffer.concat(
    tree.map(({ type, content }) => box(type, Array.isArray(content) ? bytesOfTree(content) : content)),
  );

/** All boxes, each with the list that it lies in. */
const placesOf = (list: Tree[]): { list: Tree[]; at: number }[] =>
  list.flatMap(({ content }, at) => [{ list, at }, ...(Array.isArray(content) ? placesOf(content) : [])]);

const ODD_WORDS = [
  ...[0, 1, 2, 7, 8, 9, 16, 0xff, 0x100, 0xffff, 0x10000, 0x3fff, 0x4000, 0x7fffffff, 0x80000000, 0xfffffffe],
  ...[0xffffffff, 0x0f01, 0x0a05, 0x305, 0x205, 0x39, 0x20039, 3600, 40, 1024, 400_000],
] as const;
const TYPES = [
  ...['free', 'moof', 'mdat', 'traf', 'trun', 'tfhd', 'tfdt', 'sdtp', 'senc', 'saiz', 'saio', 'sgpd', 'sbgp'],
  ...['uuid', 'mfhd', 'styp', 'ABCD'],
] as const;

type Change = (list: Tree[], at: number, random: Random) => void;

const CHANGES: readonly [Change, ...Change[]] = [
  (list, at) => list.splice(at, 1),
  (list, at, random) => list.splice(random.below(list.length + 1), 0, ...list.slice(at, at + 1)),
  (list, at, random) => list.splice(random.below(list.length), 0, ...list.splice(at, 1)),
  (list, at, random) =>
    list.splice(at, 0, { type: random.pick(TYPES), content: u32(random.pick(ODD_WORDS), 0) }),
  (list, at, random) => {
    const one = list[at];
    if (one) list[at] = { ...one, type: random.pick(TYPES) };
  },
  changeWords,
  changeWords,
  changeWords,
  (list, at, random) => {
    const content = list[at]?.content;
    if (Buffer.isBuffer(content) && content.length > 0)
      content[random.below(content.length)] = random.below(256);
  },
  (list, at, random) => {
    const one = list[at];
    if (one && Buffer.isBuffer(one.content))
      one.content = one.content.subarray(0, random.below(one.content.length + 1));
  },
  (list, at, random) => {
    const one = list[at];
    if (one && Buffer.isBuffer(one.content))
      one.content = Buffer.concat([one.content, Buffer.alloc(random.small(64))]);
  },
];

/** One word, or each of several in a row: a column of a table. */
function changeWords(list: Tree[], at: number, random: Random): void {
  const content = list[at]?.content;
  if (!Buffer.isBuffer(content) || content.length < 4) return;
  const words = content.length >> 2;
  const step = random.oneIn(3) ? 1 + random.below(4) : words;
  const value = random.pick(ODD_WORDS);
  for (let word = random.below(Math.min(words, 24)); word < words; word += step)
    content.writeUInt32BE(value >>> 0, word * 4);
}

const MOST_BYTES = 65_536;

/** Another fragment like this one: its boxes are changed, and now and then its bytes. */
export function mutateBoxes(
  input: Uint8Array,
  others: readonly [Uint8Array, ...Uint8Array[]],
  random: Random,
): Uint8Array {
  const tree = treeOf(Buffer.from(input));
  if (random.oneIn(10)) tree.push(...treeOf(Buffer.from(random.pick(others))));
  for (let times = 1 + random.small(5); times > 0; times--) {
    const places = placesOf(tree);
    const place = places[random.below(places.length)];
    if (place) random.pick(CHANGES)(place.list, place.at, random);
  }
  const bytes = Buffer.from(bytesOfTree(tree).subarray(0, MOST_BYTES));
  for (let times = random.oneIn(4) ? 1 + random.small(4) : 0; times > 0 && bytes.length >= 4; times--) {
    if (random.oneIn(2)) bytes[random.below(bytes.length)] = random.below(256);
    else bytes.writeUInt32BE(random.pick(ODD_WORDS) >>> 0, random.below(bytes.length - 3));
  }
  return random.oneIn(12) ? bytes.subarray(0, random.below(bytes.length)) : bytes;
}

/** Fragments with one of their boxes, or a part of its content, there many times. */
export function growBoxes(input: Uint8Array, random: Random): (size: number) => Uint8Array {
  const tree = treeOf(Buffer.from(input));
  const places = placesOf(tree);
  const place = places[random.below(places.length)];
  const one = place?.list[place.at];
  if (!place || !one) return () => input;
  if (random.oneIn(2) || !Buffer.isBuffer(one.content)) {
    const alone = bytesOfTree([one]).length;
    return (size) => {
      const times = Math.max(1, Math.floor((size - input.length) / Math.max(8, alone)));
      const others = place.list.slice();
      place.list.splice(place.at, 0, ...new Array<Tree>(times).fill(one));
      const grown = bytesOfTree(tree);
      place.list.splice(0, place.list.length, ...others);
      return grown;
    };
  }
  const { content } = one;
  const from = random.below(content.length);
  const part = content.subarray(from, Math.min(content.length, from + 1 + random.small(40)));
  return (size) => {
    const times = Math.max(1, Math.floor((size - input.length) / Math.max(1, part.length)));
    const middle = Buffer.concat(new Array<Buffer>(times).fill(part));
    one.content = Buffer.concat([content.subarray(0, from), middle, content.subarray(from)]);
    const grown = bytesOfTree(tree);
    one.content = content;
    return grown;
  };
}
