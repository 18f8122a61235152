import { join } from '../base/bytes.ts';
import { avcNalType, hevcNalType, splitNalUnits, visitByLength, visitByStartCode } from '../base/nal.ts';
import { type Timescale, toSeconds } from '../base/time.ts';
import { codecString } from '../manifest/codec.ts';
import { readDolbyVision } from '../manifest/dolby-vision.ts';
import type { QualityLevel } from '../manifest/presentation.ts';
import { SAMPLING_RATES } from '../mp4/aac.ts';
import { readDolbyFrames } from '../mp4/dolby-frames.ts';
import { readMovieFragment, readSamples } from '../mp4/fragment.ts';
import { makeVps } from '../mp4/hevc-vps.ts';
import { codecFamily } from './codec.ts';
import type { FragmentReport } from './fragment-transmuxer.ts';

const START_CODE = Uint8Array.of(0, 0, 0, 1);

/** More parameter sets than any decoder accepts. */
const MOST_SETS = 300;

/** Samples in an AAC frame; in a core frame with spectral band replication. */
const FRAME_LENGTH = 1024;
/** How far a rate may be from a standard AAC rate: times are rounded, most coarsely to milliseconds. */
const NEAR = 0.03;

/** In Hz. Above it there is no spectral band replication, whatever the name says. */
const MAX_CORE_RATE = 24_000;

/** A sample that is examined for its level's configuration. */
export interface TellingSample {
  readonly bytes: Uint8Array;
  /** Average duration of its fragment's samples in seconds. */
  readonly duration: number;
  /** Whether its bytes may be encrypted. */
  readonly isSealed: boolean;
}

/**
 * A level with the configuration that its private data lacks, taken from the first sample of a fragment; `undefined` if
 * that has none either.
 */
export function completeLevel(level: QualityLevel, telling: TellingSample): QualityLevel | undefined {
  const sample = telling.bytes;
  switch (codecFamily(level)) {
    case 'avc':
      return withUnits(level, sample, (unit) => [7, 8].includes(avcNalType(unit)));
    case 'hevc':
      return withUnits(level, sample, (unit) => [32, 33, 34].includes(hevcNalType(unit)));
    case 'ac-3':
    case 'ec-3': {
      const found = readDolbyFrames(sample);
      return found && withDolby(level, found);
    }
    case 'aac':
      return withRate(level, telling);
    default:
      return undefined;
  }
}

/**
 * The first sample of a partial media segment: `moof` with the header of `mdat`, then the samples; `undefined` until it
 * is complete.
 */
export function readTellingSample(
  [head, ...rest]: readonly Uint8Array[],
  report: FragmentReport,
  timescale: Timescale,
  isSealed: boolean,
): TellingSample | undefined {
  if (!head) return undefined;
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  const [track] = readMovieFragment(view).tracks;
  const size = track && readSamples(view, track).sizes[0];
  const at = (track?.runs[0]?.dataOffset ?? head.length) - head.length;
  const received = rest.reduce((sum, part) => sum + part.length, 0);
  if (!size || received < at + size) return undefined;
  const duration = toSeconds(report.duration, timescale) / report.samples;
  return { bytes: join(rest).subarray(at, at + size), duration, isSealed };
}

/** The private data may have one kind of set, and the sample the other. */
function withUnits(
  level: QualityLevel,
  sample: Uint8Array,
  isParameterSet: (unit: Uint8Array) => boolean,
): QualityLevel | undefined {
  const split = splitSample(sample, level.nalUnitLength, isParameterSet);
  const units = split?.units ?? [];
  const own = splitNalUnits(level.codecPrivateData).filter(isParameterSet);
  if (!split || units.length + own.length === 0) return undefined;
  const sets = [...units, ...own];
  const codecPrivateData = join([...vpsFor(level, sets), ...sets].flatMap((unit) => [START_CODE, unit]));
  const plain = codecString({ fourCC: level.fourCC, audioTag: undefined, privateData: codecPrivateData });
  const codec = plain && readDolbyVision(level.codec) ? level.codec : plain;
  return codec ? { ...level, codec, codecPrivateData, nalUnitLength: split.nalUnitLength } : undefined;
}

/** The units that are needed, by lengths of the level's size, by other lengths that add up, or by start codes. */
function splitSample(
  sample: Uint8Array,
  nalUnitLength: number,
  isWanted: (unit: Uint8Array) => boolean,
): { readonly units: readonly Uint8Array[]; readonly nalUnitLength: number } | undefined {
  let units: Uint8Array[] = [];
  const keep = (start: number, end: number) => {
    // The first two bytes determine the type.
    if (units.length < MOST_SETS && isWanted(sample.subarray(start, start + 2)))
      units.push(sample.subarray(start, end));
    return true;
  };
  for (const size of [nalUnitLength, 4, 2, 1]) {
    units = [];
    if (visitByLength(sample, size, keep)) return { units, nalUnitLength: size };
  }
  if (!startsWithStartCode(sample)) return undefined;
  units = [];
  visitByStartCode(sample, keep);
  return { units, nalUnitLength };
}

/** H.265 only: generated if there is none. */
function vpsFor(level: QualityLevel, sets: readonly Uint8Array[]): Uint8Array[] {
  if (codecFamily(level) !== 'hevc' || sets.some((unit) => hevcNalType(unit) === 32)) return [];
  const sps = sets.find((unit) => hevcNalType(unit) === 33);
  const made = sps && makeVps(sps);
  return made ? [made] : [];
}

function withDolby(
  level: QualityLevel,
  found: NonNullable<ReturnType<typeof readDolbyFrames>>,
): QualityLevel {
  const { type, record, samplingRate, channels } = found;
  return {
    ...level,
    codec: type,
    codecPrivateData: record,
    samplingRate: level.samplingRate ?? samplingRate,
    channels: level.channels ?? channels,
  };
}

/** A frame of AAC shows its rate only by its duration, and its channels only by its first element. */
function withRate(
  level: QualityLevel,
  { bytes, duration, isSealed }: TellingSample,
): QualityLevel | undefined {
  const rate = FRAME_LENGTH / duration;
  const samplingRate = SAMPLING_RATES.find((known) => Math.abs(known / rate - 1) < NEAR);
  if (samplingRate === undefined) return undefined;
  const isSingle = !isSealed && (bytes[0] ?? 0) >> 5 === 0;
  const codec = samplingRate > MAX_CORE_RATE ? 'mp4a.40.2' : level.codec;
  return { ...level, codec, samplingRate, channels: level.channels ?? (isSingle ? 1 : 2) };
}

/** Whether bytes may be a byte stream; a length of 256 to 511 looks the same. */
const startsWithStartCode = ([a, b, c, d]: Uint8Array): boolean =>
  a === 0 && b === 0 && (c === 1 || (c === 0 && d === 1));
