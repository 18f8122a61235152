import { type Box, boxesIn } from './boxes.ts';

/** A sample of a fragment, with the position of its bytes in the payload. */
export interface Sample {
  readonly offset: number;
  readonly size: number;
  readonly duration: number;
  readonly flags: number;
  /** As stored, whatever the sign. */
  readonly compositionOffset: number;
}

/** The payload of `mdat`. */
export interface Payload {
  /** Counted from the beginning of `moof`. */
  readonly at: number;
  readonly size: number;
}

/** The content of a `moof` of one track. */
export interface ReadMoof {
  /** The box itself. */
  readonly mfhd: Box;
  readonly tfhd: Box;
  readonly trackId: number;
  /** Everything in `traf`. */
  readonly inTraf: readonly Box[];
  readonly samples: readonly Sample[];
}

/** No fragment has more samples, whatever a broken one says. */
const MAX_SAMPLES = 1_000_000;

export const NON_SYNC = 0x0001_0000;
export const SYNC_FLAGS = 0x0200_0000;
const TFHD = { baseDataOffset: 0x1, description: 0x2, duration: 0x8, size: 0x10, flags: 0x20 } as const;
export const TRUN = {
  dataOffset: 0x1,
  firstFlags: 0x4,
  duration: 0x100,
  size: 0x200,
  flags: 0x400,
  offset: 0x800,
} as const;

/** Reads the samples of a fragment. Throws if its boxes contradict each other. ISO/IEC 14496-12, 8.8.7 and 8.8.8. */
export function readMoof(moof: Buffer, payload: Payload): ReadMoof {
  const [root] = boxesIn(moof);
  const inMoof = root ? boxesIn(moof, root.start, root.end) : [];
  const mfhd = inMoof.find(({ type }) => type === 'mfhd');
  const traf = inMoof.find(({ type }) => type === 'traf');
  const inTraf = traf ? boxesIn(moof, traf.start, traf.end) : [];
  const tfhd = inTraf.find(({ type }) => type === 'tfhd');
  if (!mfhd || !tfhd) throw new Error('The fragment has no mfhd or no tfhd.');
  const truns = inTraf.filter(({ type }) => type === 'trun');
  const { trackId, ...defaults } = readTfhd(moof, tfhd);
  return { mfhd, tfhd, trackId, inTraf, samples: readSamples(moof, truns, defaults, payload) };
}

/** Defaults for samples. */
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
      // By default, a fragment begins with its only key frame.
      const sampleFlags = own ?? (samples.length === 0 ? SYNC_FLAGS : NON_SYNC);
      samples.push({ offset, size, duration, flags: sampleFlags, compositionOffset });
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

/** Returns a reader of the 32-bit numbers of a box. */
function wordsOf(bytes: Buffer, { type, start, end }: Box): () => number {
  let at = start;
  return () => {
    at += 4;
    if (at > end) throw new Error(`The fragment has a truncated ${type}.`);
    return bytes.readUInt32BE(at - 4);
  };
}
