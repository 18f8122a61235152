import { ticks } from '../../src/base/time.ts';
import { boxesIn } from '../origin/boxes.ts';
import { fragmentIndex } from '../origin/ismv.ts';
import { readMoof, type Sample, TRUN } from '../origin/samples.ts';
import type { Pair } from './line21.ts';

/** What to add to a track, and its file's index. */
export interface Additions {
  readonly trackId: number;
  /** Offsets of `moof`, by time. */
  readonly times: ReadonlyMap<bigint, number>;
  /** The pair of each picture that gets one, by its number in display order. */
  readonly pairs: ReadonlyMap<number, Pair>;
}

/** A file with CEA-608 pairs in SEI messages, with updated sizes and index; every other byte stays unchanged. */
export function withCaptions(file: Buffer, { trackId, times, pairs }: Additions): Buffer {
  const timeAt = new Map([...times].map(([time, offset]) => [offset, time]));
  const parts: Buffer[] = [];
  const index: { time: ReturnType<typeof ticks>; offset: number }[] = [];
  let length = 0;
  let picture = 0;
  const add = (part: Buffer) => {
    parts.push(part);
    length += part.length;
  };
  const boxes = boxesIn(file);
  for (const [i, { type, at, end }] of boxes.entries()) {
    const mdat = boxes[i + 1];
    const time = timeAt.get(at);
    if (type === 'moof' && mdat && time !== undefined) {
      index.push({ time: ticks(time), offset: length });
      const fragment = {
        moof: file.subarray(at, end),
        payload: file.subarray(mdat.start, mdat.end),
        payloadAt: mdat.start - at,
      };
      const made = withPairs(fragment, picture, pairs);
      add(made.moof);
      add(made.mdat);
      picture += made.pictures;
    } else if (type !== 'mdat' && type !== 'mfra') add(file.subarray(at, end));
  }
  add(Buffer.from(fragmentIndex(trackId, index)));
  return Buffer.concat(parts);
}

/** A fragment whose first picture in display order is the n-th. */
function withPairs(
  fragment: { readonly moof: Buffer; readonly payload: Buffer; readonly payloadAt: number },
  first: number,
  pairs: Additions['pairs'],
) {
  const moof = Buffer.from(fragment.moof);
  const { payload, payloadAt } = fragment;
  const { samples, inTraf } = readMoof(moof, { at: payloadAt, size: payload.length });
  const shownAt = ranksOf(samples);
  const bodies = samples.map(({ offset, size }, i) => {
    const pair = pairs.get(first + (shownAt[i] ?? 0));
    const sample = payload.subarray(offset, offset + size);
    return pair ? withSei(sample, captionNal(pair)) : sample;
  });
  const trun = inTraf.find(({ type }) => type === 'trun');
  if (!trun) throw new Error('The fragment has no trun.');
  writeSizes(
    moof,
    trun.start,
    bodies.map(({ length }) => length),
  );
  const body = Buffer.concat(bodies);
  const header = Buffer.alloc(8);
  header.writeUInt32BE(8 + body.length);
  header.write('mdat', 4, 'latin1');
  return { moof, mdat: Buffer.concat([header, body]), pictures: samples.length };
}

/** The position of each sample in display order. */
function ranksOf(samples: readonly Sample[]): readonly number[] {
  let decoded = 0;
  const shown = samples.map(({ duration, compositionOffset }, i) => {
    const time = decoded + compositionOffset;
    decoded += duration;
    return { i, time };
  });
  const ranks: number[] = [];
  for (const [rank, { i }] of shown.sort((a, b) => a.time - b.time).entries()) ranks[i] = rank;
  return ranks;
}

/** A picture with a NAL unit before its first slice. ITU-T H.264, 7.4.1.2.3. */
function withSei(sample: Buffer, nal: Buffer): Buffer {
  let at = 0;
  for (; at < sample.length; at += 4 + sample.readUInt32BE(at)) {
    const type = sample.readUInt8(at + 4) & 0x1f;
    if (type >= 1 && type <= 5) break;
    if (sample.subarray(at, at + 4 + sample.readUInt32BE(at)).includes('GA94'))
      throw new Error('The sample has captions already.');
  }
  const length = Buffer.alloc(4);
  length.writeUInt32BE(nal.length);
  return Buffer.concat([sample.subarray(0, at), length, nal, sample.subarray(at)]);
}

/** For a `trun` in which each sample has its own size. ISO/IEC 14496-12, 8.8.8. */
function writeSizes(moof: Buffer, start: number, sizes: readonly number[]): void {
  const flags = moof.readUInt32BE(start);
  if ((flags & TRUN.size) === 0) throw new Error('The samples have no sizes of their own.');
  const has = (flag: number) => ((flags & flag) === 0 ? 0 : 4);
  let at = start + 8 + has(TRUN.dataOffset) + has(TRUN.firstFlags);
  for (const size of sizes) {
    at += has(TRUN.duration);
    moof.writeUInt32BE(size, at);
    at += 4 + has(TRUN.flags) + has(TRUN.offset);
  }
}

/** `user_data_registered_itu_t_t35` with one pair of the first field, as a NAL unit. ATSC A/53-4, 6.2.3; ITU-T H.264, 7.3.2.3. */
function captionNal([first, second]: Pair): Buffer {
  const data = [0xb5, 0x00, 0x31, ...Buffer.from('GA94'), 0x03, 0xc1, 0xff, 0xfc, first, second, 0xff];
  const rbsp = [0x06, 0x04, data.length, ...data, 0x80];
  // No three bytes of it are 0, 0 and 3 or less: nothing has to be escaped.
  return Buffer.from(rbsp);
}
