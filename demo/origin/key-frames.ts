import { BoxWriter } from '../../src/mp4/writer.ts';
import { type Box, boxesIn } from './boxes.ts';

/** A sample of a fragment, by where its bytes lie in the payload of `mdat`. */
interface Sample {
  readonly offset: number;
  readonly size: number;
  readonly duration: number;
  readonly flags: number;
  /** As stored, whatever the sign. */
  readonly compositionOffset: number;
}

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
 * the samples' bytes lie. [MS-SSTR] 2.2.4, keyframes. ISO/IEC 14496-12, 8.8.7 and 8.8.8.
 */
export function keyFramesOf(moof: Buffer): { readonly header: Buffer; readonly samples: readonly Sample[] } {
  const [root] = boxesIn(moof);
  const inMoof = root ? boxesIn(moof, root.start, root.end) : [];
  const mfhd = inMoof.find(({ type }) => type === 'mfhd');
  const traf = inMoof.find(({ type }) => type === 'traf');
  if (!mfhd || !traf) throw new Error('a moof without mfhd or traf');
  const samples = readSamples(moof, traf).filter(({ flags }) => (flags & NON_SYNC) === 0);
  const trackId = readTrackId(moof, traf);
  return { header: writeHeader(moof.readUInt32BE(mfhd.start + 4), trackId, samples), samples };
}

function readTrackId(bytes: Buffer, traf: Box): number {
  const tfhd = boxesIn(bytes, traf.start, traf.end).find(({ type }) => type === 'tfhd');
  return tfhd ? bytes.readUInt32BE(tfhd.start + 4) : 1;
}

function readSamples(bytes: Buffer, traf: Box): readonly Sample[] {
  const boxes = boxesIn(bytes, traf.start, traf.end);
  const tfhd = boxes.find(({ type }) => type === 'tfhd');
  const defaults = tfhd ? readDefaults(bytes, tfhd) : { duration: 0, size: 0, flags: undefined };
  const samples: Sample[] = [];
  let offset = 0;
  for (const { start } of boxes.filter(({ type }) => type === 'trun')) {
    const flags = bytes.readUInt32BE(start) & 0xffffff;
    const count = bytes.readUInt32BE(start + 4);
    const next = wordsOf(bytes, start + 8 + (flags & TRUN.dataOffset ? 4 : 0));
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

function readDefaults(
  bytes: Buffer,
  { start }: Box,
): { duration: number; size: number; flags: number | undefined } {
  const flags = bytes.readUInt32BE(start) & 0xffffff;
  const skipped = (flags & TFHD.baseDataOffset ? 8 : 0) + (flags & TFHD.description ? 4 : 0);
  const next = wordsOf(bytes, start + 8 + skipped);
  const duration = flags & TFHD.duration ? next() : 0;
  const size = flags & TFHD.size ? next() : 0;
  const own = flags & TFHD.flags ? next() : 0;
  return { duration, size, flags: own === 0 ? undefined : own };
}

/** Gives 32-bit numbers one after another. */
function wordsOf(bytes: Buffer, start: number): () => number {
  let at = start - 4;
  return () => {
    at += 4;
    return bytes.readUInt32BE(at);
  };
}

function writeHeader(sequence: number, trackId: number, samples: readonly Sample[]): Buffer {
  const size = 8 + 16 + 8 + 16 + 20 + samples.length * 16;
  const writer = new BoxWriter(size + 8);
  writer.box('moof', () => {
    writer.fullBox('mfhd', 0, 0, () => writer.u32(sequence));
    writer.box('traf', () => {
      writer.fullBox('tfhd', 0, 0, () => writer.u32(trackId));
      writer.fullBox(
        'trun',
        0,
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
    });
  });
  const bytes = samples.reduce((sum, sample) => sum + sample.size, 0);
  writer.u32(bytes + 8);
  writer.fourCC('mdat');
  return Buffer.from(writer.finish());
}
