import { BoxWriter } from '../../src/mp4/writer.ts';
import { type Box, boxesIn } from './boxes.ts';

/** A sample of a fragment, by where its bytes lie in the payload. */
interface Sample {
  readonly offset: number;
  readonly size: number;
  readonly duration: number;
  readonly flags: number;
  /** As stored, whatever the sign. */
  readonly compositionOffset: number;
}

/** The payload of `mdat`. */
interface Payload {
  /** Counted from the beginning of `moof`. */
  readonly at: number;
  readonly size: number;
}

/** Boxes that stay as they are: `tfxd` and `tfrf`, by the first half of their UUIDs. [MS-SSTR] 2.2.4.4, 2.2.4.5. */
const KEPT_UUIDS = ['6d1d9b0542d544e6', 'd4807ef2ca394695'];

/** More samples have no room in a fragment, whatever a broken one says. */
const MAX_SAMPLES = 1_000_000;

const NON_SYNC = 0x0001_0000;
const SYNC_FLAGS = 0x0200_0000;
const TFHD = { baseDataOffset: 0x1, description: 0x2, duration: 0x8, size: 0x10, flags: 0x20 } as const;
const TRUN = {
  dataOffset: 0x1,
  firstFlags: 0x4,
  duration: 0x100,
  size: 0x200,
  flags: 0x400,
  offset: 0x800,
} as const;

/**
 * A fragment of the independently decodable samples alone: its `moof` and the header of its `mdat`, and where
 * the samples' bytes lie. Each lasts until the next. Of audio that is every sample. Throws where the boxes contradict
 * each other.
 * [MS-SSTR] 2.2.4, keyframes. ISO/IEC 14496-12, 8.8.7 and 8.8.8.
 */
export function keyFramesOf(
  moof: Buffer,
  payload: Payload,
  isVideo: boolean,
): { readonly header: Buffer; readonly samples: readonly Sample[] } {
  const [root] = boxesIn(moof);
  const inMoof = root ? boxesIn(moof, root.start, root.end) : [];
  const mfhd = inMoof.find(({ type }) => type === 'mfhd');
  const traf = inMoof.find(({ type }) => type === 'traf');
  const inTraf = traf ? boxesIn(moof, traf.start, traf.end) : [];
  const tfhd = inTraf.find(({ type }) => type === 'tfhd');
  if (!mfhd || !tfhd) throw new Error('The fragment has no mfhd or no tfhd.');
  const truns = inTraf.filter(({ type }) => type === 'trun');
  const { trackId, ...defaults } = readTfhd(moof, tfhd);
  const samples = keepKeys(readSamples(moof, truns, defaults, payload), isVideo);
  if (samples.some(({ offset, size }) => offset < 0 || offset + size > payload.size))
    throw new Error('The fragment has samples outside of its mdat.');
  const kept = inTraf.filter((box) => isKept(moof, box)).map(({ at, end }) => moof.subarray(at, end));
  return { header: writeHeader(moof.subarray(mfhd.at, mfhd.end), trackId, samples, kept), samples };
}

const isKept = (bytes: Buffer, { type, start }: Box) =>
  type === 'uuid' && KEPT_UUIDS.includes(bytes.toString('hex', start, start + 8));

function keepKeys(all: readonly Sample[], isVideo: boolean): readonly Sample[] {
  const kept: Sample[] = [];
  for (const sample of all) {
    const before = kept.at(-1);
    if (!isVideo || (sample.flags & NON_SYNC) === 0) kept.push(sample);
    else if (before) kept.splice(-1, 1, { ...before, duration: before.duration + sample.duration });
  }
  return kept;
}

/** What holds for samples that say nothing else. */
interface Defaults {
  readonly duration: number;
  readonly size: number;
  readonly flags: number | undefined;
  /** Whether data offsets count from the beginning of `moof`. */
  readonly isRelativeToMoof: boolean;
}

function readSamples(
  bytes: Buffer,
  truns: readonly Box[],
  defaults: Defaults,
  payload: Payload,
): readonly Sample[] {
  const samples: Sample[] = [];
  let offset = 0;
  for (const trun of truns) {
    const next = wordsOf(bytes, trun);
    const flags = next() & 0xffffff;
    const count = next();
    if (samples.length + count > MAX_SAMPLES) throw new Error('The fragment has too many samples.');
    const dataOffset = flags & TRUN.dataOffset ? next() | 0 : undefined;
    if (dataOffset !== undefined && defaults.isRelativeToMoof) offset = dataOffset - payload.at;
    const firstFlags = flags & TRUN.firstFlags ? next() : undefined;
    for (let i = 0; i < count; i += 1) {
      const duration = flags & TRUN.duration ? next() : defaults.duration;
      const size = flags & TRUN.size ? next() : defaults.size;
      const own =
        flags & TRUN.flags ? next() : i === 0 && firstFlags !== undefined ? firstFlags : defaults.flags;
      const compositionOffset = flags & TRUN.offset ? next() : 0;
      // Where nothing is said, a fragment begins with its only key frame.
      const told = own ?? (samples.length === 0 ? SYNC_FLAGS : NON_SYNC);
      samples.push({ offset, size, duration, flags: told, compositionOffset });
      offset += size;
    }
  }
  return samples;
}

function readTfhd(bytes: Buffer, tfhd: Box): Defaults & { readonly trackId: number } {
  const next = wordsOf(bytes, tfhd);
  const flags = next() & 0xffffff;
  const trackId = next();
  const skipped = (flags & TFHD.baseDataOffset ? 2 : 0) + (flags & TFHD.description ? 1 : 0);
  for (let i = 0; i < skipped; i += 1) next();
  const duration = flags & TFHD.duration ? next() : 0;
  const size = flags & TFHD.size ? next() : 0;
  const own = flags & TFHD.flags ? next() : 0;
  const isRelativeToMoof = (flags & TFHD.baseDataOffset) === 0;
  return { trackId, duration, size, flags: own === 0 ? undefined : own, isRelativeToMoof };
}

/** Gives the 32-bit numbers of a box one after another. */
function wordsOf(bytes: Buffer, { type, start, end }: Box): () => number {
  let at = start;
  return () => {
    at += 4;
    if (at > end) throw new Error(`The fragment has a ${type} that is too short.`);
    return bytes.readUInt32BE(at - 4);
  };
}

function writeHeader(
  mfhd: Buffer,
  trackId: number,
  samples: readonly Sample[],
  kept: readonly Buffer[],
): Buffer {
  const keptSize = kept.reduce((sum, { length }) => sum + length, 0);
  const size = 8 + mfhd.length + 8 + 16 + 20 + samples.length * 16 + keptSize;
  // Version 1 has signed composition offsets.
  const version = samples.some(({ compositionOffset }) => compositionOffset >= 0x8000_0000) ? 1 : 0;
  const writer = new BoxWriter(size + 8);
  writer.box('moof', () => {
    writer.bytes(mfhd);
    writer.box('traf', () => {
      writer.fullBox('tfhd', 0, 0, () => writer.u32(trackId));
      writer.fullBox(
        'trun',
        version,
        TRUN.dataOffset | TRUN.duration | TRUN.size | TRUN.flags | TRUN.offset,
        () => {
          writer.u32(samples.length);
          writer.u32(size + 8);
          for (const sample of samples) {
            for (const field of [sample.duration, sample.size, SYNC_FLAGS, sample.compositionOffset])
              writer.u32(field);
          }
        },
      );
      for (const box of kept) writer.bytes(box);
    });
  });
  const bytes = samples.reduce((sum, sample) => sum + sample.size, 0);
  writer.u32(bytes + 8);
  writer.fourCC('mdat');
  return Buffer.from(writer.finish());
}
