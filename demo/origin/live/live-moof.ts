import { BoxWriter } from '../../../src/mp4/writer.ts';
import { type Box, boxesIn } from '../boxes.ts';
import type { ManifestChunk } from '../client-manifest.ts';
import type { FragmentBytes } from '../fragment-resource.ts';
import { readMoof, type Sample, TRUN } from '../samples.ts';

/** [MS-SSTR] 2.2.4.4 and 2.2.4.5. */
export const TFXD = Buffer.from('6d1d9b0542d544e680e2141daff757b2', 'hex');
const TFRF = Buffer.from('d4807ef2ca3946958e5426cb9e46a79f', 'hex');
const BASE_DATA_OFFSET = 0x1;
const AUDIO_FLAGS = 0x0200_0000;

/** The times of a live fragment, and of the following ones. */
export interface LiveTimes {
  readonly sequence: number;
  readonly self: ManifestChunk;
  /** Empty: none are announced. */
  readonly next: readonly ManifestChunk[];
}

/** A fragment of a file as a live one: the same samples with other times. */
export function asLive({ kind, moof, payload, payloadAt }: FragmentBytes, times: LiveTimes): FragmentBytes {
  const size = payload.reduce((sum, { length }) => sum + length, 0);
  const read = readMoof(moof, { at: payloadAt, size });
  const w = new BoxWriter(moof.length + 256);
  const offsetsAt: { readonly at: number; readonly offset: number }[] = [];
  // Encoders that add boxes don't update offsets: the first sample is at the start of the payload.
  const base = read.samples[0]?.offset ?? 0;
  let before = 0;
  w.box('moof', () => {
    w.fullBox('mfhd', 0, 0, () => w.u32(times.sequence));
    w.box('traf', () => {
      for (const box of read.inTraf) {
        if (box === read.tfhd) writeTfhd(w, moof, box);
        else if (box.type === 'trun') {
          const offsetAt = w.length + box.start - box.at + 8;
          const hasOffset = (moof.readUInt32BE(box.start) & TRUN.dataOffset) !== 0;
          const offset = (read.samples[before]?.offset ?? base) - base;
          if (hasOffset) offsetsAt.push({ at: offsetAt, offset });
          before += moof.readUInt32BE(box.start + 4);
          w.bytes(moof.subarray(box.at, box.end));
        } else if (!isReplaced(moof, box)) w.bytes(moof.subarray(box.at, box.end));
      }
      writeTimes(w, times);
    });
  });
  const written = Buffer.from(w.finish());
  for (const { at, offset } of offsetsAt) written.writeInt32BE(written.length + 8 + offset, at);
  return { kind, ...withHeader(written, size), payload };
}

/** An audio fragment of samples that need not have been in one: each can be decoded independently. */
export function ofSamples(
  trackId: number,
  samples: readonly Pick<Sample, 'size' | 'duration'>[],
  payload: FragmentBytes['payload'],
  times: LiveTimes,
): FragmentBytes {
  const w = new BoxWriter(256 + 8 * samples.length);
  let offsetAt = 0;
  w.box('moof', () => {
    w.fullBox('mfhd', 0, 0, () => w.u32(times.sequence));
    w.box('traf', () => {
      w.fullBox('tfhd', 0, 0x20, () => {
        w.u32(trackId);
        w.u32(AUDIO_FLAGS);
      });
      w.fullBox('trun', 0, TRUN.dataOffset | TRUN.duration | TRUN.size, () => {
        w.u32(samples.length);
        offsetAt = w.length;
        w.u32(0);
        for (const { duration, size } of samples) {
          w.u32(duration);
          w.u32(size);
        }
      });
      writeTimes(w, times);
    });
  });
  const moof = Buffer.from(w.finish());
  moof.writeInt32BE(moof.length + 8, offsetAt);
  const size = samples.reduce((sum, sample) => sum + sample.size, 0);
  return { kind: 'audio', ...withHeader(moof, size), payload };
}

function withHeader(moof: Buffer, payloadSize: number) {
  const mdatHeader = Buffer.alloc(8);
  mdatHeader.writeUInt32BE(8 + payloadSize);
  mdatHeader.write('mdat', 4, 'latin1');
  return { moof, mdatHeader, payloadAt: moof.length + 8 };
}

/** Offsets from the beginning of a file are meaningless here. */
function writeTfhd(w: BoxWriter, moof: Buffer, { at, start, end }: Box): void {
  const flags = moof.readUInt32BE(start) & 0xffffff;
  if ((flags & BASE_DATA_OFFSET) === 0) {
    w.bytes(moof.subarray(at, end));
    return;
  }
  w.fullBox('tfhd', 0, flags & ~BASE_DATA_OFFSET, () => {
    w.bytes(moof.subarray(start + 4, start + 8));
    w.bytes(moof.subarray(start + 16, end));
  });
}

/** Boxes with the old times. */
const isReplaced = (moof: Buffer, { type, start }: Box) =>
  type === 'tfdt' ||
  type === 'free' ||
  (type === 'uuid' && [TFXD, TFRF].some((id) => moof.subarray(start, start + 16).equals(id)));

function writeTimes(w: BoxWriter, { self, next }: LiveTimes): void {
  w.box('uuid', () => {
    w.bytes(TFXD);
    w.u32(0x0100_0000);
    w.u64(self.time);
    w.u64(self.duration);
  });
  if (next.length === 0) return;
  w.box('uuid', () => {
    w.bytes(TFRF);
    w.u32(0x0100_0000);
    w.u8(next.length);
    for (const { time, duration } of next) {
      w.u64(time);
      w.u64(duration);
    }
  });
}

/** Whether samples are encrypted, on which other boxes depend. */
export function isEncrypted(moof: Buffer): boolean {
  const [root] = boxesIn(moof);
  const trafs = boxesIn(moof, root?.start, root?.end).filter(({ type }) => type === 'traf');
  return trafs
    .flatMap(({ start, end }) => boxesIn(moof, start, end))
    .some(
      ({ type, start }) =>
        type === 'senc' ||
        type === 'saiz' ||
        (type === 'uuid' && moof.toString('hex', start, start + 4) === 'a2394f52'),
    );
}
