import { BoxWriter } from '../../src/mp4/writer.ts';
import type { Box } from './boxes.ts';
import { NON_SYNC, type Payload, readMoof, type Sample, SYNC_FLAGS, TRUN } from './samples.ts';

/** Boxes that are kept: `tfxd` and `tfrf`, by the first half of their UUIDs. [MS-SSTR] 2.2.4.4, 2.2.4.5. */
const KEPT_UUIDS = ['6d1d9b0542d544e6', 'd4807ef2ca394695'];

/**
 * A fragment of the sync samples only: its `moof`, the header of its `mdat`, and the position of the samples' bytes.
 * Each lasts until the next. For audio, these are all samples. Throws if the boxes contradict each other. `isAll`:
 * nothing was omitted, as for a film strip. [MS-SSTR] 2.2.4, keyframes. ISO/IEC 14496-12, 8.8.7 and 8.8.8.
 */
export function keyFramesOf(
  moof: Buffer,
  payload: Payload,
  isVideo: boolean,
): { readonly header: Buffer; readonly samples: readonly Sample[]; readonly isAll: boolean } {
  const { mfhd, trackId, inTraf, samples: all } = readMoof(moof, payload);
  const samples = keepKeys(all, isVideo);
  if (samples.some(({ offset, size }) => offset < 0 || offset + size > payload.size))
    throw new Error('The fragment has samples outside of its mdat.');
  const kept = inTraf.filter((box) => isKept(moof, box)).map(({ at, end }) => moof.subarray(at, end));
  const header = writeHeader(moof.subarray(mfhd.at, mfhd.end), trackId, samples, kept);
  return { header, samples, isAll: samples.length === all.length };
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
