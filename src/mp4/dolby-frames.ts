import { BitReader, packBits } from './bits.ts';
import type { DolbyAudio } from './movie.ts';

/** Stream properties from the frames of one sample. */
export interface DolbyStream {
  readonly type: DolbyAudio['type'];
  /** Content of `dac3` or `dec3`. */
  readonly record: Uint8Array;
  readonly samplingRate: number;
  readonly channels: number;
}

const SYNC_WORD = 0x0b77;
const RATES = [48_000, 44_100, 32_000];
/** Without the low-frequency channel, by audio coding mode. */
const CHANNELS = [2, 1, 2, 3, 3, 4, 4, 5];
const BLOCKS = [1, 2, 3, 6];
/** Bit stream ids up to here are AC-3, those above E-AC-3. */
const LAST_AC3 = 10;
const LAST_EAC3 = 16;

/** One E-AC-3 frame. ETSI TS 102 366, annex E.1.2. */
interface EnhancedFrame {
  readonly isDependent: boolean;
  /** In bytes. */
  readonly size: number;
  readonly rateCode: number;
  readonly samplingRate: number;
  readonly blocks: number;
  readonly mode: number;
  readonly lowFrequency: number;
  readonly id: number;
  /** The channel map of a dependent substream. */
  readonly channelMap: number;
}

/** Makes the decoder record from the frames at the start of `sample`; `undefined` if there are none. */
export function readDolbyFrames(sample: Uint8Array): DolbyStream | undefined {
  const bits = new BitReader(sample);
  if (bits.read(16) !== SYNC_WORD) return undefined;
  bits.skip(24);
  const id = bits.read(5);
  return id <= LAST_AC3 ? readPlain(sample) : id <= LAST_EAC3 ? readEnhanced(sample) : undefined;
}

/** ETSI TS 102 366, 4.3 and F.4. */
function readPlain(sample: Uint8Array): DolbyStream | undefined {
  const bits = new BitReader(sample);
  bits.skip(32);
  const rateCode = bits.read(2);
  const sizeCode = bits.read(6);
  const id = bits.read(5);
  const kind = bits.read(3);
  const mode = bits.read(3);
  if ((mode & 1) !== 0 && mode !== 1) bits.skip(2);
  if (mode & 4) bits.skip(2);
  if (mode === 2) bits.skip(2);
  const lowFrequency = bits.read(1);
  const samplingRate = RATES[rateCode];
  if (!samplingRate || bits.isPastEnd) return undefined;
  const record = packBits([
    [rateCode, 2],
    [id, 5],
    [kind, 3],
    [mode, 3],
    [lowFrequency, 1],
    [sizeCode >> 1, 5],
    [0, 5],
  ]);
  return { type: 'ac-3', record, samplingRate, channels: (CHANNELS[mode] ?? 0) + lowFrequency };
}

/** One independent substream, with its dependent ones. ETSI TS 102 366, F.6. */
function readEnhanced(sample: Uint8Array): DolbyStream | undefined {
  const frames = [...enhancedFrames(sample)];
  const [first] = frames;
  if (!first || first.isDependent) return undefined;
  const next = frames.findIndex((frame, i) => i > 0 && !frame.isDependent);
  const dependent = frames.slice(1, next < 0 ? undefined : next);
  const { samplingRate, blocks, rateCode, id, mode, lowFrequency } = first;
  const size = dependent.reduce((sum, frame) => sum + frame.size, first.size);
  const kilobits = Math.round((size * 8 * samplingRate) / (blocks * 256 * 1000));
  const channelMap = dependent.reduce((map, frame) => map | frame.channelMap, 0);
  const record = packBits([
    [Math.min(kilobits, 0x1fff), 13],
    [0, 3],
    [rateCode, 2],
    [id, 5],
    [0, 5],
    [mode, 3],
    [lowFrequency, 1],
    [0, 3],
    [dependent.length, 4],
    ...(dependent.length > 0 ? [locationsOf(channelMap)] : ([[0, 1]] as const)),
  ]);
  const channels = (CHANNELS[mode] ?? 0) + lowFrequency + 2 * dependent.length;
  return { type: 'ec-3', record, samplingRate, channels };
}

function* enhancedFrames(sample: Uint8Array): Generator<EnhancedFrame> {
  for (let at = 0; at + 8 <= sample.length; ) {
    const bits = new BitReader(sample.subarray(at));
    if (bits.read(16) !== SYNC_WORD) return;
    const isDependent = bits.read(2) === 1;
    bits.skip(3);
    const size = (bits.read(11) + 1) * 2;
    const rateCode = bits.read(2);
    const second = bits.read(2);
    const isHalved = rateCode === 3;
    const samplingRate = isHalved ? (RATES[second] ?? 0) / 2 : (RATES[rateCode] ?? 0);
    const blocks = isHalved ? 6 : (BLOCKS[second] ?? 6);
    const mode = bits.read(3);
    const lowFrequency = bits.read(1);
    const id = bits.read(5);
    // Loudness and compression, for each of two programmes.
    for (let i = mode === 0 ? 2 : 1; i > 0; i--) {
      bits.skip(5);
      if (bits.readFlag()) bits.skip(8);
    }
    const channelMap = isDependent && bits.readFlag() ? bits.read(16) : 0;
    if (samplingRate === 0 || bits.isPastEnd) return;
    yield { isDependent, size, rateCode, samplingRate, blocks, mode, lowFrequency, id, channelMap };
    at += size;
  }
}

/** Nine of the map's sixteen locations: 5 to 12 in order from the last bit, and 15, a second low-frequency channel. */
function locationsOf(channelMap: number): readonly [value: number, width: number] {
  let locations = channelMap & 1 ? 0x100 : 0;
  for (let place = 5; place <= 12; place++) {
    if (channelMap & (0x8000 >> place)) locations |= 1 << (place - 5);
  }
  return [locations, 9];
}
