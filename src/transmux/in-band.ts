import { avcNalType, hevcNalType, splitByLength, splitNalUnits } from '../base/nal.ts';
import { codecString } from '../manifest/codec.ts';
import type { QualityLevel } from '../manifest/presentation.ts';
import { readDolbyFrames } from '../mp4/dolby-frames.ts';
import { makeVps } from '../mp4/hevc-vps.ts';
import { codecFamily } from './codec.ts';

const START_CODE = [0, 0, 0, 1];

/**
 * A level with the configuration that its private data lacks, taken from the first sample of a fragment; `undefined`
 * where that has none either.
 */
export function completeLevel(level: QualityLevel, sample: Uint8Array): QualityLevel | undefined {
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
    default:
      return undefined;
  }
}

/** The private data may have the one kind of set, and the sample the other. */
function withUnits(
  level: QualityLevel,
  sample: Uint8Array,
  isParameterSet: (unit: Uint8Array) => boolean,
): QualityLevel | undefined {
  const split = splitSample(sample, level.nalUnitLength);
  const units = split?.units.filter(isParameterSet) ?? [];
  const own = splitNalUnits(level.codecPrivateData).filter(isParameterSet);
  if (!split || units.length + own.length === 0) return undefined;
  const sets = [...units, ...own];
  const codecPrivateData = Uint8Array.from(
    [...vpsFor(level, sets), ...sets].flatMap((unit) => [...START_CODE, ...unit]),
  );
  const codec = codecString({ fourCC: level.fourCC, audioTag: undefined, privateData: codecPrivateData });
  return codec ? { ...level, codec, codecPrivateData, nalUnitLength: split.nalUnitLength } : undefined;
}

/** By lengths as the level has them, by other lengths that add up, or by start codes. */
function splitSample(sample: Uint8Array, nalUnitLength: number) {
  for (const size of [nalUnitLength, 4, 2, 1]) {
    const units = splitByLength(sample, size);
    if (units) return { units, nalUnitLength: size };
  }
  return startsWithStartCode(sample) ? { units: splitNalUnits(sample), nalUnitLength } : undefined;
}

/** H.265's, where there is none: made. */
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

/** Whether bytes may be a byte stream; a length of 256 to 511 looks alike. */
const startsWithStartCode = ([a, b, c, d]: Uint8Array): boolean =>
  a === 0 && b === 0 && (c === 1 || (c === 0 && d === 1));
