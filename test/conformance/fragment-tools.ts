import { boxesIn } from '../../demo/origin/boxes.ts';
import { readMoof, type Sample } from '../../demo/origin/samples.ts';

/** A fragment as its author meant it: samples, and the bytes of all of them. */
export interface Opened {
  readonly samples: readonly Sample[];
  readonly payload: Buffer;
}

/** How a fragment is written down. Everything has a plain default. */
export interface Layout {
  readonly sequence?: number;
  readonly trackId?: number;
  /** How many `trun` the samples are spread over. */
  readonly runs?: number;
  /** What stands as a run's data offset where this is the right one; `undefined`: none does. */
  readonly dataOffset?: (right: number, run: number) => number | undefined;
  /** `base_data_offset` of `tfhd`. */
  readonly base?: bigint;
  /** Whether samples say their flags, the first one does, or nobody. */
  readonly flags?: 'each' | 'first' | 'none';
  /** `default_sample_flags` of `tfhd`. */
  readonly defaultFlags?: number;
  /** 1: composition offsets are signed. */
  readonly version?: 0 | 1;
  /** Boxes in `traf`, before and behind the runs. */
  readonly early?: readonly Buffer[];
  readonly late?: readonly Buffer[];
  /** How `mdat` says its size: in 32 bits, in 64, or by 0 that it goes to the end. */
  readonly mdat?: 'short' | 'long' | 'open';
  /** Boxes between `moof` and `mdat`. */
  readonly between?: readonly Buffer[];
  /** Another `traf`, behind the first. */
  readonly second?: Buffer;
  /** `moof` with a size of 64 bits. */
  readonly isLongMoof?: boolean;
}

export function open(fragment: Buffer): Opened {
  const [moof, mdat] = boxesIn(fragment);
  if (!moof || !mdat) throw new Error('no fragment');
  const payload = fragment.subarray(mdat.start, mdat.end);
  const { samples } = readMoof(fragment.subarray(moof.at, moof.end), {
    at: mdat.start,
    size: payload.length,
  });
  return { samples, payload };
}

/** Writes a fragment down; every sample says all of itself unless the layout has it otherwise. */
export function write({ samples, payload }: Opened, layout: Layout = {}): Buffer {
  const { mdat = 'short', between = [], isLongMoof = false } = layout;
  const gap = between.reduce((sum, { length }) => sum + length, 0);
  const header = { short: 8, long: 16, open: 8 }[mdat];
  const moofOf = (toPayload: number) => writeMoof(samples, layout, toPayload);
  const longer = isLongMoof ? 8 : 0;
  const plain = moofOf(moofOf(0).length + longer + gap + header);
  const moof = isLongMoof ? longBox('moof', plain.subarray(8)) : plain;
  return Buffer.concat([moof, ...between, writeMdat(payload, mdat)]);
}

/** The clean fragment with each sample changed. */
export function resampled(clean: Buffer, change: (sample: Sample, index: number) => Sample): Buffer {
  const { samples, payload } = open(clean);
  return write({ samples: samples.map(change), payload });
}

/** A fragment of some of its samples: from one up to another. */
export function cut(clean: Buffer, from: number, to: number): Buffer {
  const { samples, payload } = open(clean);
  const own = samples.slice(from, to);
  const zero = own[0]?.offset ?? 0;
  const end = zero + own.reduce((sum, { size }) => sum + size, 0);
  return write({
    samples: own.map((sample) => ({ ...sample, offset: sample.offset - zero })),
    payload: payload.subarray(zero, end),
  });
}

/** The same film on another clock: no rounding adds up. */
export function rescaled(clean: Buffer, factor: number): Buffer {
  let before = 0;
  return resampled(clean, (sample) => {
    const from = Math.round(before * factor);
    before += sample.duration;
    const compositionOffset = Math.round((sample.compositionOffset | 0) * factor) >>> 0;
    return { ...sample, duration: Math.round(before * factor) - from, compositionOffset };
  });
}

export function box(type: string, ...content: readonly Buffer[]): Buffer {
  const header = Buffer.alloc(8);
  header.writeUInt32BE(8 + content.reduce((sum, { length }) => sum + length, 0));
  header.write(type, 4, 'latin1');
  return Buffer.concat([header, ...content]);
}

export function longBox(type: string, content: Buffer): Buffer {
  const header = Buffer.alloc(16);
  header.writeUInt32BE(1);
  header.write(type, 4, 'latin1');
  header.writeBigUInt64BE(BigInt(16 + content.length), 8);
  return Buffer.concat([header, content]);
}

export const fullBox = (type: string, version: number, flags: number, ...content: readonly Buffer[]) =>
  box(type, words(version * 0x100_0000 + flags), ...content);

export function words(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(4 * values.length);
  for (const [index, value] of values.entries()) bytes.writeUInt32BE(value >>> 0, 4 * index);
  return bytes;
}

export function longs(...values: readonly bigint[]): Buffer {
  const bytes = Buffer.alloc(8 * values.length);
  for (const [index, value] of values.entries()) bytes.writeBigInt64BE(value, 8 * index);
  return bytes;
}

function writeMoof(samples: readonly Sample[], layout: Layout, toPayload: number): Buffer {
  const { sequence = 1, trackId = 1, base, defaultFlags, early = [], late = [], second } = layout;
  const tfhd = fullBox(
    'tfhd',
    0,
    (base === undefined ? 0 : 0x1) | (defaultFlags === undefined ? 0 : 0x20),
    words(trackId),
    base === undefined ? Buffer.alloc(0) : longs(base),
    defaultFlags === undefined ? Buffer.alloc(0) : words(defaultFlags),
  );
  const traf = box('traf', tfhd, ...early, ...writeRuns(samples, layout, toPayload), ...late);
  return box('moof', fullBox('mfhd', 0, 0, words(sequence)), traf, second ?? Buffer.alloc(0));
}

function writeRuns(samples: readonly Sample[], layout: Layout, toPayload: number): Buffer[] {
  const { runs = 1, dataOffset = (right) => right, flags = 'each', version = 1 } = layout;
  const length = Math.ceil(samples.length / runs);
  return Array.from({ length: runs }, (_, run) => {
    const own = samples.slice(run * length, (run + 1) * length);
    const offset = dataOffset(toPayload + (own[0]?.offset ?? 0), run);
    const first = flags === 'first' && run === 0 ? (own[0]?.flags ?? 0) : undefined;
    const fields = (flags === 'each' ? 0x400 : 0) | (first === undefined ? 0 : 0x4) | 0xb00;
    return fullBox(
      'trun',
      version,
      fields | (offset === undefined ? 0 : 0x1),
      words(own.length),
      offset === undefined ? Buffer.alloc(0) : words(offset),
      first === undefined ? Buffer.alloc(0) : words(first),
      ...own.map((sample) =>
        words(
          sample.duration,
          sample.size,
          ...(flags === 'each' ? [sample.flags] : []),
          sample.compositionOffset,
        ),
      ),
    );
  });
}

function writeMdat(payload: Buffer, size: NonNullable<Layout['mdat']>): Buffer {
  if (size === 'long') return longBox('mdat', payload);
  const mdat = box('mdat', payload);
  if (size === 'open') mdat.writeUInt32BE(0);
  return mdat;
}
