import { join } from '../base/bytes.ts';
import { fragmentProtection } from '../mp4/common-encryption.ts';
import type { SampleTable } from '../mp4/fragment.ts';
import { layOut, writeMovieFragment } from '../mp4/fragment-writer.ts';
import { BoxWriter } from '../mp4/writer.ts';
import { makeSilence, type SoundLevel, silentBytes, soundConfigOf, withSilence } from './silence.ts';

/** Parameters of a span of silence; times are in the stream's ticks. */
export interface SilentStretch {
  readonly timescale: number;
  readonly level: SoundLevel;
  readonly start: bigint;
  readonly duration: bigint;
  /** Subtracted from `start`, as for fragments. */
  readonly origin: bigint;
  /** Whether the init segment before it is for encrypted samples. */
  readonly isProtected: boolean;
}

/** Samples in a frame of AAC, at the rate of its core. */
const FRAME_LENGTH = 1024;

/** A media segment of silence, for a span without fragments; `undefined` if silence in this codec is not supported. */
export function silentSegment(stretch: SilentStretch): Uint8Array<ArrayBuffer> | undefined {
  const { timescale, level, start, duration, origin, isProtected } = stretch;
  const rate = soundConfigOf(level)?.samplingRate;
  const silence = rate && makeSilence(Number(duration), (FRAME_LENGTH * timescale) / rate, level, timescale);
  if (!silence) return undefined;
  const samples = withSilence(NO_SAMPLES, silence);
  const payload = silentBytes(silence);
  const header = new BoxWriter(8);
  header.u32(8 + payload.length);
  header.fourCC('mdat');
  const head = writeMovieFragment({
    sequenceNumber: 1,
    trackId: 1,
    decodeTime: start > origin ? start - origin : 0n,
    ...layOut(samples, [{ sampleCount: samples.count, offsetInMdat: 0 }]),
    protection: isProtected
      ? fragmentProtection(undefined, [{ count: samples.count, key: 'clear' }])
      : undefined,
    mdatHeader: header.finish(),
  });
  return join([head, payload]);
}

const NO_SAMPLES: SampleTable = {
  count: 0,
  durations: new Uint32Array(),
  sizes: new Uint32Array(),
  flags: new Uint32Array(),
  compositionOffsets: new Int32Array(),
};
