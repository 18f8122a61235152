import { boxesIn } from '../boxes.ts';
import type { FragmentBytes } from '../fragment-resource.ts';
import { isEncrypted, ofSamples, TFXD } from '../live/live-moof.ts';
import { stretchOf } from '../resource.ts';
import { readMoof } from '../samples.ts';
import type { ArrivedBox } from './box-stream.ts';

/** A fragment as sent by an encoder. Times in its track's ticks. */
export interface PushedFragment {
  readonly trackId: number;
  /** Negative if an encoder starts with decoder priming. */
  readonly time: bigint;
  readonly duration: bigint;
  readonly bytes: FragmentBytes;
}

/** Assembles a fragment from its boxes. If it has no time, it follows `before`. */
export function pushedFragment(
  moof: ArrivedBox,
  mdat: ArrivedBox,
  kindOf: (trackId: number) => FragmentBytes['kind'],
  before: (trackId: number) => bigint,
): PushedFragment {
  const payload = mdat.bytes.subarray(mdat.start);
  const payloadAt = moof.bytes.length + mdat.start;
  const [root] = boxesIn(moof.bytes);
  const trafs = boxesIn(moof.bytes, root?.start, root?.end).filter(({ type }) => type === 'traf');
  if (trafs.length !== 1) throw new Error('A fragment must have one traf of one track.');
  const { trackId, inTraf, samples } = readMoof(moof.bytes, { at: payloadAt, size: payload.length });
  const tfxd = inTraf.find(
    ({ type, start, end }) =>
      type === 'uuid' && end - start >= 28 && moof.bytes.subarray(start, start + 16).equals(TFXD),
  );
  const tfdt = inTraf.find(({ type, start, end }) => type === 'tfdt' && end - start >= 8);
  const lasting = samples.reduce((sum, { duration }) => sum + BigInt(duration), 0n);
  const stated = tfxd && timesOf(moof.bytes, tfxd.start + 16, tfxd.end);
  const time = stated?.time ?? (tfdt ? decodeTime(moof.bytes, tfdt.start) : before(trackId));
  const bytes = {
    kind: kindOf(trackId),
    moof: moof.bytes,
    mdatHeader: mdat.bytes.subarray(0, mdat.start),
    payload: [payload],
    payloadAt,
  };
  return { trackId, time, duration: stated?.duration || lasting, bytes };
}

/** The part of a fragment that begins at 0 or later: audio loses its priming. `undefined`: there is none. */
export function fromZero(fragment: PushedFragment): PushedFragment | undefined {
  const { trackId, time, duration, bytes } = fragment;
  if (time >= 0n) return fragment;
  if (time + duration <= 0n) return undefined;
  const size = bytes.payload.reduce((sum, { length }) => sum + length, 0);
  const { samples } = readMoof(bytes.moof, { at: bytes.payloadAt, size });
  if (bytes.kind !== 'audio' || isEncrypted(bytes.moof))
    return { ...fragment, time: 0n, duration: duration + time };
  let begin = time;
  let skipped = 0;
  while (begin < 0n && skipped < samples.length) begin += BigInt(samples[skipped++]?.duration ?? 0);
  const kept = samples.slice(skipped);
  if (kept.length === 0) return undefined;
  // Encoders that add boxes don't update offsets: samples are consecutive from the beginning.
  const base = samples[0]?.offset ?? 0;
  const payload = kept.flatMap(({ offset, size: length }) => stretchOf(bytes.payload, offset - base, length));
  const lasting = time + duration - begin;
  const times = { sequence: 0, self: { time: begin, duration: lasting }, next: [] };
  return { trackId, time: begin, duration: lasting, bytes: ofSamples(trackId, kept, payload, times) };
}

/** Times count from 0, but may be negative. [MS-SSTR] 2.2.4.4. */
function timesOf(bytes: Buffer, at: number, end: number): { time: bigint; duration: bigint } | undefined {
  if (bytes.readUInt8(at) === 0)
    return { time: BigInt(bytes.readInt32BE(at + 4)), duration: BigInt(bytes.readUInt32BE(at + 8)) };
  if (at + 20 > end) return undefined;
  return { time: bytes.readBigInt64BE(at + 4), duration: bytes.readBigUInt64BE(at + 12) };
}

/** ISO/IEC 14496-12, 8.8.12. */
const decodeTime = (bytes: Buffer, at: number): bigint =>
  bytes.readUInt8(at) === 1 ? bytes.readBigUInt64BE(at + 4) : BigInt(bytes.readUInt32BE(at + 4));
