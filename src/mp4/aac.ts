import { BitReader, type Field, packBits } from './bits.ts';

/** Fields of an AudioSpecificConfig. ISO/IEC 14496-3, 1.6.2.1. */
export interface AudioConfig {
  /** 2: AAC-LC; 5 and 29: HE-AAC with explicit SBR, 29 with parametric stereo too. */
  readonly objectType: number;
  /** Of the core, in Hz; SBR doubles it. */
  readonly samplingRate: number;
  /** Of the output, in Hz, if the configuration signals SBR. */
  readonly outputRate: number | undefined;
  /** 1 to 6 are the number of channels, 7 is eight channels, 0 means that it is specified elsewhere. */
  readonly channelConfig: number;
  /** Length of the configuration in bytes; what follows is padding. */
  readonly length: number;
}

const AAC_LC = 2;
const SBR = 5;
const PARAMETRIC_STEREO = 29;
const ESCAPED_RATE = 15;
const SBR_SYNC = 0x2b7;

/** In Hz, by index. */
// biome-ignore format: a table
export const SAMPLING_RATES = [
  96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8_000, 7_350,
];

/** Reads an AudioSpecificConfig; `undefined` if no decoder could use it. */
export function parseAudioConfig(bytes: Uint8Array): AudioConfig | undefined {
  const bits = new BitReader(bytes);
  const objectType = readObjectType(bits);
  const samplingRate = readSamplingRate(bits);
  const channelConfig = bits.read(4);
  const isExplicit = objectType === SBR || objectType === PARAMETRIC_STEREO;
  const explicitRate = isExplicit ? readSamplingRate(bits) : undefined;
  const coreType = isExplicit ? readObjectType(bits) : objectType;
  if (objectType === 0 || coreType === 0 || !samplingRate || bits.isPastEnd) return undefined;

  // A program config element has unknown length, and other object types have their own fields: keep everything.
  if (channelConfig === 0 || ![1, AAC_LC, 3, 4].includes(coreType)) {
    return { objectType, samplingRate, outputRate: explicitRate, channelConfig, length: bytes.length };
  }
  skipGeneralAudioConfig(bits);
  const implicitRate = isExplicit ? undefined : readSyncExtension(bits);
  const length = Math.min(bytes.length, Math.ceil(bits.position / 8));
  return { objectType, samplingRate, outputRate: explicitRate ?? implicitRate, channelConfig, length };
}

/** Makes the AudioSpecificConfig of AAC-LC. `channels` is the number of output channels. */
export function makeAacConfig(samplingRate: number, channels: number): Uint8Array {
  return packBits([[AAC_LC, 5], ...rateFields(samplingRate), [channelConfigOf(channels), 4], [0, 3]]);
}

/**
 * Makes the AudioSpecificConfig of HE-AAC with explicit SBR. A rate of up to 24 kHz is that of the core, a higher one
 * that of the output. Parametric stereo has a core of one channel.
 */
export function makeHeAacConfig(samplingRate: number, channels: number, hasStereo: boolean): Uint8Array {
  const coreRate = samplingRate <= 24_000 ? samplingRate : samplingRate / 2;
  return packBits([
    [hasStereo ? PARAMETRIC_STEREO : SBR, 5],
    ...rateFields(coreRate),
    [hasStereo ? 1 : channelConfigOf(channels), 4],
    ...rateFields(coreRate * 2),
    [AAC_LC, 5],
    [0, 3],
  ]);
}

/** The number of channels of a configuration; `undefined` if it is specified elsewhere. */
export const channelsOf = ({ channelConfig }: AudioConfig): number | undefined =>
  channelConfig === 0 ? undefined : channelConfig === 7 ? 8 : channelConfig;

const channelConfigOf = (channels: number): number => Math.min(channels, 7);

function readObjectType(bits: BitReader): number {
  const type = bits.read(5);
  return type === 31 ? 32 + bits.read(6) : type;
}

function readSamplingRate(bits: BitReader): number | undefined {
  const index = bits.read(4);
  return index === ESCAPED_RATE ? bits.read(24) : SAMPLING_RATES[index];
}

/** GASpecificConfig. ISO/IEC 14496-3, 4.4.1. */
function skipGeneralAudioConfig(bits: BitReader): void {
  bits.skip(1);
  if (bits.readFlag()) bits.skip(14);
  bits.skip(1);
}

/** SBR and parametric stereo, signalled after the configuration. Doesn't read past the end. */
function readSyncExtension(bits: BitReader): number | undefined {
  if (bits.bitsLeft < 17 || bits.peek(11) !== SBR_SYNC) return undefined;
  bits.skip(11);
  if (readObjectType(bits) !== SBR || !bits.readFlag()) return undefined;
  const rate = readSamplingRate(bits);
  if (bits.bitsLeft >= 12 && bits.peek(11) === 0x548) bits.skip(12);
  return rate;
}

function rateFields(rate: number): readonly Field[] {
  const index = SAMPLING_RATES.indexOf(rate);
  return index >= 0
    ? [[index, 4]]
    : [
        [ESCAPED_RATE, 4],
        [rate, 24],
      ];
}
