import { createCipheriv } from 'node:crypto';
import { box, fullBox, type Layout, open, words, write } from './fragment-tools.ts';

/** A content key: 32 hexadecimal digits each, the id in the order of Common Encryption. */
export interface Key {
  readonly id: string;
  readonly key: string;
}

/** How samples are encrypted, and how that is written down. Everything has a plain default. */
export interface LockLayout {
  readonly ivSize?: 8 | 16;
  /** Which NAL units' slices are encrypted, or samples as wholes; default: slices. */
  readonly isWhole?: boolean;
  /** The boxes that hold the entries, in this order; `saio` alone has them lie in a box that nobody knows. */
  readonly boxes?: readonly ('uuid' | 'senc' | 'saio')[];
  /** Samples stay as they are, whatever the boxes say. */
  readonly isClear?: boolean;
  /** What the `uuid` box has override the track's: 1 is AES-CTR. */
  readonly override?: { readonly algorithm?: number; readonly id: string };
  /** A sample group of the key, and how many runs of samples it is written as. */
  readonly group?: { readonly id: string; readonly runs?: number };
  /** Keys that the samples are under in turn, each its part of them, told by sample groups; `clear`: under none. */
  readonly turns?: readonly (Key | 'clear')[];
  /** `saiz` and `saio` that were right before somebody moved things. */
  readonly isStale?: boolean;
  /** Boxes of encryption before the runs of samples, and not behind them. */
  readonly isEarly?: boolean;
}

type Stretch = readonly [clear: number, encrypted: number];

const SAMPLE_ENCRYPTION = Buffer.from('a2394f525a9b4f14a2446c427c648df4', 'hex');
/** `moof`, `mfhd`, the header of `traf` and a plain `tfhd` lie before the early boxes. */
const EARLY_AT = 8 + 16 + 8 + 16;

export const bytes = (...values: readonly number[]): Buffer => Buffer.from(values);
export const u16 = (value: number): Buffer => bytes(value >> 8, value & 0xff);

/** Encrypts a clean fragment. ISO/IEC 23001-7, 9. */
export function lock(clean: Buffer, { key }: Key, isVideo: boolean, layout: LockLayout = {}): Buffer {
  const { ivSize = 8, isWhole = !isVideo, turns } = layout;
  const { samples, payload } = open(clean);
  const locked = Buffer.from(payload);
  const entries = samples.map(({ offset, size }, index) => {
    const turn = turns?.[Math.floor((index * turns.length) / samples.length)];
    if (turn === 'clear') return isWhole ? bytes() : u16(0);
    const vector = Buffer.alloc(16);
    vector.writeUInt32BE(0xfffffffe, 0);
    vector.writeUInt32BE(index, 4);
    // The block counter of 16 bytes runs over from one half into the other.
    if (ivSize === 16) vector.writeBigUInt64BE(0xffff_ffff_ffff_fffen, 8);
    const stretches: readonly Stretch[] = isWhole
      ? [[0, size]]
      : slicesOf(payload.subarray(offset, offset + size));
    const cipher = createCipheriv('aes-128-ctr', Buffer.from(turn?.key ?? key, 'hex'), vector);
    let at = offset;
    for (const [clear, encrypted] of stretches) {
      at += clear;
      cipher.update(payload.subarray(at, at + encrypted)).copy(locked, at);
      at += encrypted;
    }
    const pairs = stretches.flatMap(([clear, encrypted]) => [u16(clear), words(encrypted)]);
    return Buffer.concat([vector.subarray(0, ivSize), ...(isWhole ? [] : [u16(stretches.length), ...pairs])]);
  });
  const own = boxesOf(entries, isWhole, layout);
  const where: Layout = layout.isEarly || layout.boxes?.includes('saio') ? { early: own } : { late: own };
  return write({ samples, payload: layout.isClear ? payload : locked }, where);
}

/** Lengths and headers of NAL units stay clear, and whatever is no slice. */
function slicesOf(sample: Buffer): Stretch[] {
  const stretches: Stretch[] = [];
  let clear = 0;
  for (let at = 0; at < sample.length; ) {
    const length = sample.readUInt32BE(at);
    const type = sample.readUInt8(at + 4) & 0x1f;
    const encrypted = type >= 1 && type <= 5 ? length - 1 : 0;
    clear += 4 + length - encrypted;
    at += 4 + length;
    if (encrypted > 0) {
      stretches.push([clear, encrypted]);
      clear = 0;
    }
  }
  if (clear > 0) stretches.push([clear, 0]);
  return stretches;
}

function boxesOf(entries: readonly Buffer[], isWhole: boolean, layout: LockLayout): Buffer[] {
  const { boxes = ['uuid'], ivSize = 8, override, group, turns, isStale } = layout;
  const hasSubsamples = isWhole ? 0 : 2;
  const list = Buffer.concat([words(entries.length), ...entries]);
  const written = boxes.flatMap((kind): Buffer[] => {
    if (kind === 'senc') return [fullBox('senc', 0, hasSubsamples, list)];
    if (kind === 'saio') return auxiliary(entries);
    const { algorithm = 1, id = '' } = override ?? {};
    const head = override ? [bytes(0, 0, algorithm, ivSize), Buffer.from(id, 'hex')] : [];
    return [box('uuid', SAMPLE_ENCRYPTION, words(hasSubsamples | (override ? 1 : 0)), ...head, list)];
  });
  return [
    ...written,
    ...(isStale ? [sizes(entries), fullBox('saio', 0, 0, words(1, 99_999))] : []),
    ...(group ? groupOf(group, entries.length, ivSize) : []),
    ...(turns ? turnsOf(turns, entries.length, ivSize) : []),
  ];
}

/** ISO/IEC 14496-12, 8.7.8 and 8.7.9; the entries lie behind, in a box of no meaning. */
function auxiliary(entries: readonly Buffer[]): Buffer[] {
  const saiz = sizes(entries);
  const at = EARLY_AT + saiz.length + 20 + 8;
  return [saiz, fullBox('saio', 0, 0, words(1, at)), box('zzzz', ...entries)];
}

function sizes(entries: readonly Buffer[]): Buffer {
  const all = entries.map(({ length }) => length);
  const isSame = all.every((size) => size === all[0]);
  const own = isSame ? [] : all;
  return fullBox('saiz', 0, 0, bytes(isSame ? (all[0] ?? 0) : 0), words(all.length), bytes(...own));
}

/** ISO/IEC 23001-7, 6; ISO/IEC 14496-12, 8.9. */
function groupOf(
  { id, runs = 1 }: NonNullable<LockLayout['group']>,
  samples: number,
  ivSize: number,
): Buffer[] {
  const name = Buffer.from('seig');
  const first = samples - (runs - 1);
  const members = [first, ...Array.from({ length: runs - 1 }, () => 1)].flatMap((count) => [count, 0x10001]);
  return [
    fullBox('sgpd', 1, 0, name, words(20, 1), bytes(0, 0, 1, ivSize), Buffer.from(id, 'hex')),
    fullBox('sbgp', 0, 0, name, words(runs, ...members)),
  ];
}

/** A group for each turn, of as many samples. */
function turnsOf(turns: readonly (Key | 'clear')[], samples: number, ivSize: number): Buffer[] {
  const name = Buffer.from('seig');
  const begin = (turn: number) => Math.ceil((turn * samples) / turns.length);
  const entries = turns.map((turn) =>
    turn === 'clear'
      ? Buffer.alloc(20)
      : Buffer.concat([bytes(0, 0, 1, ivSize), Buffer.from(turn.id, 'hex')]),
  );
  const members = turns.flatMap((_, turn) => [begin(turn + 1) - begin(turn), 0x10001 + turn]);
  return [
    fullBox('sgpd', 1, 0, name, words(20, turns.length), ...entries),
    fullBox('sbgp', 0, 0, name, words(turns.length, ...members)),
  ];
}

/** A GUID as Windows lays it out, or the reverse. */
export function swapped(id: string): string {
  const guid = Buffer.from(id, 'hex');
  for (const [from, to] of [
    [0, 4],
    [4, 6],
    [6, 8],
  ] as const)
    guid.subarray(from, to).reverse();
  return guid.toString('hex');
}

/** As PlayReady writes ids of keys. */
export const kid = ({ id }: Key): string => Buffer.from(swapped(id), 'hex').toString('base64');

/** First bytes of the id under the key. PlayReady Header Specification, CHECKSUM. */
export function checksum({ id, key }: Key): string {
  const cipher = createCipheriv('aes-128-ecb', Buffer.from(key, 'hex'), null);
  return cipher
    .update(Buffer.from(swapped(id), 'hex'))
    .subarray(0, 8)
    .toString('base64');
}

const le16 = (value: number) => bytes(value & 0xff, value >> 8);

/** `WRMHEADER`, in UTF-16. */
export const wrmHeader = (version: string, data: string): Buffer =>
  Buffer.from(
    `<WRMHEADER xmlns="http://schemas.microsoft.com/DRM/2007/03/PlayReadyHeader" version="${version}"><DATA>${data}</DATA></WRMHEADER>`,
    'utf16le',
  );

/** A PlayReady Object of records by their types. */
export function playReadyObject(...records: readonly (readonly [type: number, content: Buffer])[]): Buffer {
  const body = records.flatMap(([type, content]) => [le16(type), le16(content.length), content]);
  const length = 6 + body.reduce((sum, part) => sum + part.length, 0);
  return Buffer.concat([le16(length), le16(0), le16(records.length), ...body]);
}

/** `pssh`. ISO/IEC 23001-7, 8.1. */
export const pssh = (systemId: string, data: Buffer): Buffer =>
  fullBox('pssh', 0, 0, Buffer.from(systemId, 'hex'), words(data.length), data);
