import type { StaticMount } from '../../demo/origin/static-files.ts';
import type { DrmOptions } from '../../src/index.ts';
import type { CaptionTriplet } from '../../src/text/captions/sei.ts';
import { pairs, seiOf, triplet } from '../support/captions.ts';
import { cleanFragments, cleanManifest } from './clean-title.ts';
import { open, write } from './fragment-tools.ts';

/** Frames a second of the clean title. */
export const RATE = 25;
/** Frames of a fragment, and of the title. */
const FRAMES = 50;
const ALL_FRAMES = 2 * FRAMES;
const SECOND = 10_000_000;

/** The NAL units before the slices of a frame. */
export type Units = readonly Buffer[];

/** A title of four seconds with captions in its pictures, and what must be read and shown of them. */
export interface CaptionCase {
  readonly name: string;
  /** The section of the standard, or who is known to do it. */
  readonly place: string;
  /** NAL units of each frame from the first on. */
  readonly frames: readonly Units[];
  /** Changes a finished video fragment. */
  readonly lock?: (fragment: Buffer) => Buffer;
  readonly manifest?: (clean: string) => string;
  readonly drm?: DrmOptions;
  /** Added to each time, in ticks. */
  readonly shift?: bigint;
  /** Played from here on, then back to the start; default: from the start to the end. */
  readonly seeks?: readonly number[];
  readonly isQualityChanged?: boolean;
  /** Channels, and the first and last frame and the text of each of their cues; `undefined` as the last: open. */
  readonly channels: Readonly<Record<string, readonly ExpectedCaption[]>>;
}

export type ExpectedCaption = readonly [from: number, to: number | undefined, text: string];

/** Frames with one pair each, of one channel. */
export const script = (text: string, channel: 1 | 2 | 3 | 4 = 1): Units[] =>
  pairs(text, channel).map((pair) => [seiOf([[triplet(channel > 2 ? 1 : 0, pair)]])]);

/** Frames with these triplets, in one message each. */
export const triplets = (all: readonly (readonly CaptionTriplet[])[]): Units[] =>
  all.map((list) => (list.length > 0 ? [seiOf([list])] : []));

/** Both of each frame. */
export const together = (first: readonly Units[], second: readonly Units[]): Units[] =>
  Array.from({ length: Math.max(first.length, second.length) }, (_, at) => [
    ...(first[at] ?? []),
    ...(second[at] ?? []),
  ]);

/** So many frames without captions. */
export const silence = (frames: number): Units[] => Array.from({ length: frames }, () => []);

/** A fragment with these units in place of the sample's own captions. Its pictures are in the order of decoding. */
function captioned(clean: Buffer, frames: readonly Units[]): Buffer {
  const { samples, payload } = open(clean);
  let offset = 0;
  const parts: Buffer[] = [];
  const changed = samples.map((sample, at) => {
    const own = unitsOf(payload.subarray(sample.offset, sample.offset + sample.size));
    const slice = own.findIndex((unit) => isSlice(unit));
    const kept = own.filter((unit) => isSlice(unit) || !unit.includes('GA94'));
    const from = kept.indexOf(own[slice] ?? Buffer.alloc(0));
    const all = [...kept.slice(0, from), ...(frames[at] ?? []), ...kept.slice(from)];
    const bytes = Buffer.concat(all.flatMap((unit) => [length(unit), unit]));
    parts.push(bytes);
    offset += bytes.length;
    return { ...sample, offset: offset - bytes.length, size: bytes.length };
  });
  return write({ samples: changed, payload: Buffer.concat(parts) });
}

/** ITU-T H.264, 7.4.1, table 7-1. */
const isSlice = (unit: Buffer): boolean => {
  const type = unit.readUInt8(0) & 0x1f;
  return type >= 1 && type <= 5;
};

function unitsOf(sample: Buffer): Buffer[] {
  const units: Buffer[] = [];
  for (let at = 0; at < sample.length; ) {
    const end = at + 4 + sample.readUInt32BE(at);
    units.push(sample.subarray(at + 4, end));
    at = end;
  }
  return units;
}

function length(unit: Buffer): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(unit.length);
  return bytes;
}

/** Serves the title of each case under `/caption/INDEX.ism/`. */
export async function mountsOf(cases: readonly CaptionCase[]): Promise<readonly StaticMount[]> {
  const media = await cleanFragments();
  return cases.map(({ frames, lock, manifest = (clean) => clean, shift = 0n }, index) => {
    if (frames.length > ALL_FRAMES) throw new Error(`case ${index} has more than ${ALL_FRAMES} frames`);
    return {
      at: `/caption/${index}.ism/`,
      from: (path) => {
        if (path === 'Manifest')
          return Buffer.from(
            manifest(cleanManifest()).replace(/ t="(\d+)"/g, (_, at) => ` t="${BigInt(at) + shift}"`),
          );
        const [, bitrate, name = '', at] =
          /^QualityLevels\((\d+)\)\/Fragments\((\w+)=(\d+)\)$/.exec(path) ?? [];
        if (at === undefined) return undefined;
        const time = BigInt(at) - shift;
        const clean = media({ stream: name, bitrate: Number(bitrate), time });
        if (!clean || name !== 'video') return clean;
        const first = Number(time / BigInt(SECOND / RATE));
        const made = captioned(clean, frames.slice(first, first + FRAMES));
        return lock ? lock(made) : made;
      },
    };
  });
}
