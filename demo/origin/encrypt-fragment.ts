import { createCipheriv } from 'node:crypto';
import { BoxWriter } from '../../src/mp4/writer.ts';
import { type Box, boxesIn } from './boxes.ts';

/** A content key: key and id of 32 hexadecimal digits each, the id in the byte order of Common Encryption. */
export interface ContentKey {
  readonly keyId: string;
  readonly key: string;
}

export type PiffVersion = '1.1' | '1.3';

export interface FragmentRecipe {
  readonly key: ContentKey;
  /** Whether the fragment has to name its key, because it isn't the track's. */
  readonly namesKey: boolean;
  readonly piff: PiffVersion;
  /** Size of a NAL unit's length in video; `undefined`: samples are encrypted completely. */
  readonly nalLengthSize: number | undefined;
  /** Initialization vector of the first sample; incremented for each following one. */
  readonly firstVector: bigint;
}

const SAMPLE_ENCRYPTION = 'a2394f525a9b4f14a2446c427c648df4';
const VECTOR_SIZE = 8;
const OVERRIDES = 0x1;
const HAS_SUBSAMPLES = 0x2;

type Stretch = readonly [clear: number, encrypted: number];

/** Encrypts a fragment of one track and one run: adds a box to its `traf`, and changes the bytes in its `mdat`. */
export function encryptFragment(
  moof: Buffer,
  payload: Buffer,
  recipe: FragmentRecipe,
): { readonly moof: Buffer; readonly payload: Buffer; readonly samples: number } {
  const [root] = boxesIn(moof);
  const traf = boxesIn(moof, root?.start, root?.end).find(({ type }) => type === 'traf');
  const trun = boxesIn(moof, traf?.start, traf?.end).find(({ type }) => type === 'trun');
  if (!root || !traf || !trun) throw new Error('a fragment has no traf with a trun');
  const encrypted = Buffer.from(payload);
  const stretches: Stretch[][] = [];
  let at = 0;
  for (const [i, size] of readSizes(moof, trun).entries()) {
    const sample = encrypted.subarray(at, at + size);
    stretches.push(encryptSample(sample, recipe, vectorOf(recipe, i)));
    at += size;
  }
  const added = writeBoxes(stretches, recipe);
  const grown = Buffer.concat([moof.subarray(0, traf.end), added, moof.subarray(traf.end)]);
  for (const { at: sizeAt } of [root, traf]) {
    grown.writeUInt32BE(grown.readUInt32BE(sizeAt) + added.length, sizeAt);
  }
  const hasDataOffset = (grown.readUInt32BE(trun.start) & 1) !== 0;
  if (hasDataOffset) grown.writeInt32BE(grown.readInt32BE(trun.start + 8) + added.length, trun.start + 8);
  return { moof: grown, payload: encrypted, samples: stretches.length };
}

/** Sample sizes of a `trun`. ISO/IEC 14496-12, 8.8.8. */
function readSizes(moof: Buffer, { start }: Box): number[] {
  const flags = moof.readUInt32BE(start);
  if ((flags & 0x200) === 0) throw new Error('a trun has no sample sizes');
  const rowSize = 4 * [0x100, 0x200, 0x400, 0x800].filter((flag) => flags & flag).length;
  const rows = start + 8 + (flags & 1 ? 4 : 0) + (flags & 4 ? 4 : 0);
  return Array.from({ length: moof.readUInt32BE(start + 4) }, (_, i) =>
    moof.readUInt32BE(rows + i * rowSize + (flags & 0x100 ? 4 : 0)),
  );
}

/** Encrypts in place, with one key stream over everything that isn't clear; returns the clear ranges. ISO/IEC 23001-7, 9.5. */
function encryptSample(sample: Buffer, recipe: FragmentRecipe, vector: Buffer): Stretch[] {
  const counter = Buffer.concat([vector, Buffer.alloc(16 - VECTOR_SIZE)]);
  const cipher = createCipheriv('aes-128-ctr', Buffer.from(recipe.key.key, 'hex'), counter);
  const { nalLengthSize } = recipe;
  const stretches = nalLengthSize === undefined ? undefined : stretchesOf(sample, nalLengthSize);
  let at = 0;
  for (const [clear, length] of stretches ?? [[0, sample.length]]) {
    at += clear + length;
    cipher.update(sample.subarray(at - length, at)).copy(sample, at - length);
  }
  return stretches ?? [];
}

/** Lengths and headers of NAL units stay clear, as do NAL units that aren't slices. ISO/IEC 14496-10, 7.4.1. */
function stretchesOf(sample: Buffer, lengthSize: number): Stretch[] {
  const stretches: Stretch[] = [];
  let clear = 0;
  for (let at = 0; at + lengthSize < sample.length; ) {
    const length = sample.readUIntBE(at, lengthSize);
    const type = sample.readUInt8(at + lengthSize) & 0x1f;
    const isSlice = type >= 1 && type <= 5;
    const encrypted = isSlice ? Math.min(length - 1, sample.length - at - lengthSize - 1) : 0;
    clear += lengthSize + length - encrypted;
    at += lengthSize + length;
    if (encrypted === 0) continue;
    addStretch(stretches, clear, encrypted);
    clear = 0;
  }
  const covered = stretches.reduce((sum, [c, e]) => sum + c + e, 0);
  if (covered < sample.length) addStretch(stretches, sample.length - covered, 0);
  return stretches;
}

/** The length of a clear range has 16 bits. */
function addStretch(stretches: Stretch[], clear: number, encrypted: number): void {
  let left = clear;
  for (; left > 0xffff; left -= 0xffff) stretches.push([0xffff, 0]);
  stretches.push([left, encrypted]);
}

function vectorOf({ firstVector }: FragmentRecipe, sample: number): Buffer {
  const vector = Buffer.alloc(VECTOR_SIZE);
  vector.writeBigUInt64BE(BigInt.asUintN(64, firstVector + BigInt(sample)));
  return vector;
}

/** PIFF 1.1, 5.3.2: a `uuid` box that contains the key id. PIFF 1.3 and ISO/IEC 23001-7: `senc`, and a sample group for the key. */
function writeBoxes(stretches: readonly Stretch[][], recipe: FragmentRecipe): Buffer {
  const { piff, namesKey, nalLengthSize, key } = recipe;
  const isPiff1 = piff === '1.1';
  const hasSubsamples = nalLengthSize !== undefined;
  const flags = (hasSubsamples ? HAS_SUBSAMPLES : 0) | (namesKey && isPiff1 ? OVERRIDES : 0);
  const keyId = Buffer.from(key.keyId, 'hex');
  const w = new BoxWriter();
  w.box(isPiff1 ? 'uuid' : 'senc', () => {
    if (isPiff1) w.bytes(Buffer.from(SAMPLE_ENCRYPTION, 'hex'));
    w.u32(flags);
    if (flags & OVERRIDES) {
      w.u24(1);
      w.u8(VECTOR_SIZE);
      w.bytes(keyId);
    }
    w.u32(stretches.length);
    for (const [i, sample] of stretches.entries()) {
      w.bytes(vectorOf(recipe, i));
      if (!hasSubsamples) continue;
      w.u16(sample.length);
      for (const [clear, encrypted] of sample) {
        w.u16(clear);
        w.u32(encrypted);
      }
    }
  });
  if (namesKey && !isPiff1) {
    w.fullBox('sgpd', 1, 0, () => {
      w.fourCC('seig');
      for (const value of [20, 1]) w.u32(value);
      w.u24(1);
      w.u8(VECTOR_SIZE);
      w.bytes(keyId);
    });
    w.fullBox('sbgp', 0, 0, () => {
      w.fourCC('seig');
      for (const value of [1, stretches.length, 0x10001]) w.u32(value);
    });
  }
  return Buffer.from(w.finish());
}
