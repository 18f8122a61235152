import type { QualityLevel } from '../manifest/presentation.ts';
import { type AudioConfig, makeAacConfig, parseAudioConfig } from '../mp4/aac.ts';
import { type Field, packBits } from '../mp4/bits.ts';
import { SAMPLE, type SampleTable } from '../mp4/fragment.ts';
import { codecFamily } from './codec.ts';

/** How audio is coded. */
export type SoundLevel = Partial<
  Pick<QualityLevel, 'codec' | 'fourCC' | 'codecPrivateData' | 'samplingRate' | 'channels'>
>;

/** Frames of silence after a fragment's own frames. */
export interface Silence {
  readonly count: number;
  /** The bytes of one frame. */
  readonly frame: Uint8Array;
  /** Total duration, in ticks. */
  readonly duration: number;
}

/** In seconds: if more is missing, something else is wrong. */
const LONGEST = 30;
const MOST_FRAMES = 4096;

/**
 * Object types whose frames consist of the elements below: AAC Main, LC, LTP, and LC with spectral band replication.
 * ISO/IEC 14496-3, 1.5.1.1.
 */
const RAW_DATA_BLOCKS = [1, 2, 4, 5, 29];
/** Elements by channel configuration. ISO/IEC 14496-3, 1.6.3.4. */
const ELEMENTS = ['', 'S', 'P', 'SP', 'SPS', 'SPP', 'SPPL', 'SPPPL'];

/** Silence for a time, in frames of `frame` ticks each; `undefined` if silence in this codec is not supported, or the codec is unknown. */
export function makeSilence(
  duration: number,
  frame: number,
  level: SoundLevel | undefined,
  timescale: number,
): Silence | undefined {
  const count = Math.round(duration / frame);
  if (!level || !(count > 0) || count > MOST_FRAMES || duration > LONGEST * timescale) return undefined;
  const bytes = silentFrame(level);
  return bytes && { count, frame: bytes, duration: Math.round(duration) };
}

/** A frame of AAC in which all channels are silent. ISO/IEC 14496-3, 4.4.2.1, raw_data_block. */
export function silentFrame(level: SoundLevel): Uint8Array | undefined {
  const { codec, fourCC = '' } = level;
  const config = codecFamily({ codec, fourCC }) === 'aac' ? soundConfigOf(level) : undefined;
  const elements =
    config && RAW_DATA_BLOCKS.includes(config.objectType) ? ELEMENTS[config.channelConfig] : '';
  if (!elements) return undefined;
  const seen = { S: 0, P: 0, L: 0 };
  const fields = [...elements].flatMap((element) =>
    element === 'P' ? pair(seen.P++) : element === 'L' ? single(LFE, seen.L++) : single(SCE, seen.S++),
  );
  return packBits([...fields, [END, 3]]);
}

/** From the level's private data, or its other attributes. */
export function soundConfigOf({
  codecPrivateData,
  samplingRate,
  channels = 2,
}: SoundLevel): AudioConfig | undefined {
  if (codecPrivateData?.some((byte) => byte !== 0)) return parseAudioConfig(codecPrivateData);
  return samplingRate ? parseAudioConfig(makeAacConfig(samplingRate, channels)) : undefined;
}

const [SCE, CPE, LFE, END] = [0, 1, 3, 7] as const;
/** One long window without bands. ics_info. */
const NO_BANDS: Field = [0, 11];
/** Zero gain; no pulses, noise shaping or gain control. individual_channel_stream without ics_info. */
const NO_SOUND: readonly Field[] = [
  [0, 8],
  [0, 3],
];

const single = (id: number, tag: number): readonly Field[] => [[id, 3], [tag, 4], [0, 8], NO_BANDS, [0, 3]];

/** Both channels share their windows. */
const pair = (tag: number): readonly Field[] => [
  [CPE, 3],
  [tag, 4],
  [1, 1],
  NO_BANDS,
  [0, 2],
  ...NO_SOUND,
  ...NO_SOUND,
];

/** A fragment's samples followed by those of silence. */
export function withSilence(samples: SampleTable, { count, frame, duration }: Silence): SampleTable {
  const all = samples.count + count;
  const extended = {
    count: all,
    durations: new Uint32Array(all),
    sizes: new Uint32Array(all).fill(frame.length, samples.count),
    flags: new Uint32Array(all).fill(SAMPLE.sync, samples.count),
    compositionOffsets: new Int32Array(all),
  };
  for (const column of ['durations', 'sizes', 'flags', 'compositionOffsets'] as const) {
    extended[column].set(samples[column]);
  }
  for (let i = 0; i < count; i++) {
    extended.durations[samples.count + i] =
      Math.floor((duration * (i + 1)) / count) - Math.floor((duration * i) / count);
  }
  return extended;
}

/** The bytes of all frames, one after another. */
export function silentBytes({ count, frame }: Silence): Uint8Array {
  const bytes = new Uint8Array(count * frame.length);
  for (let i = 0; i < count; i++) bytes.set(frame, i * frame.length);
  return bytes;
}
