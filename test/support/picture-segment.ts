import { ticks, timescale } from '../../src/base/time.ts';
import { FragmentTransmuxer } from '../../src/transmux/fragment-transmuxer.ts';
import { encryptionReader } from '../../src/transmux/read-encryption.ts';
import { buildFragment, u32 } from './fragment-builder.ts';

/** Ticks per second of the segments' clock. */
export const SECOND = 10_000_000;
/** Duration of a picture in ticks. */
export const FRAME = 333_667;
/** A slice NAL unit. */
export const SLICE = { avc: [0x65, 1, 2, 3, 4, 5, 6, 7], hevc: [0x26, 1, 2, 3, 4, 5, 6, 7] };

/** A NAL unit with its length. */
export const unit = (bytes: Buffer | number[]): Buffer =>
  Buffer.concat([u32(bytes.length), Buffer.from(bytes)]);

export interface SampleSpec {
  readonly units: readonly (Buffer | number[])[];
  /** From decode to presentation, in frames. */
  readonly offset?: number;
}

/** Pictures as the transmuxer outputs them, from one second on; cut into pieces of so many bytes. */
export function pictureSegment(
  samples: readonly SampleSpec[],
  { cut = Number.POSITIVE_INFINITY, extra = [] as Buffer[], start = SECOND } = {},
) {
  const bytes = samples.map(({ units }) => Buffer.concat(units.map(unit)));
  const fragment = buildFragment({
    runs: [
      {
        version: 1,
        samples: bytes.map(({ length }, at) => ({
          size: length,
          duration: FRAME,
          offset: (samples[at]?.offset ?? 0) * FRAME,
        })),
      },
    ],
    payload: Buffer.concat(bytes),
    extra,
  });
  const transmuxer = new FragmentTransmuxer({
    stream: { type: 'video', timescale: timescale(SECOND) },
    start: ticks(start),
    duration: ticks(samples.length * FRAME),
    origin: ticks(0),
    alignFirstPicture: false,
    readEncryption: encryptionReader(['0'.repeat(32)]),
  });
  const parts: Uint8Array[] = [];
  for (let at = 0; at < fragment.length; at += cut)
    parts.push(...transmuxer.push(new Uint8Array(fragment.subarray(at, at + cut))));
  return parts;
}
