import { withoutEmulationPrevention } from '../base/nal.ts';
import { type Field, packBits } from './bits.ts';
import { type HevcPicture, parseHevcPicture } from './hevc.ts';

const VPS = 32;

/** Maximum number of pictures to buffer minus one, reordering and latency, of the highest layer. */
function readOrdering({ rest: bits, temporalLayers }: HevcPicture): readonly number[] {
  bits.readUnsigned();
  const layers = bits.readFlag() ? temporalLayers : 1;
  let ordering: number[] = [];
  for (let i = 0; i < layers; i++) ordering = [bits.readUnsigned(), bits.readUnsigned(), bits.readUnsigned()];
  return ordering;
}

/** The simplest video parameter set for a sequence parameter set; `undefined` if that can't be parsed. ISO/IEC 23008-2, 7.3.2.1. */
export function makeVps(sps: Uint8Array): Uint8Array | undefined {
  const picture = parseHevcPicture(sps);
  if (!picture) return undefined;
  const { temporalLayers, isNested, profileTierLevel } = picture;
  const id = (withoutEmulationPrevention(sps)[2] ?? 0) >> 4;
  const layers = temporalLayers - 1;
  const plain = packBits([
    [VPS << 1, 8],
    [1, 8],
    [id, 4],
    [3, 2],
    [0, 6],
    [layers, 3],
    [isNested ? 1 : 0, 1],
    [0xffff, 16],
    ...Array.from(profileTierLevel, (byte): Field => [byte, 8]),
    ...(layers > 0 ? [[0, 16] satisfies Field] : []),
    [0, 1],
    ...readOrdering(picture).map(golomb),
    [0, 6],
    golomb(0),
    [0, 2],
    [1, 1],
  ]);
  return withEmulationPrevention(plain);
}

/** Inserts a 3 wherever what follows two zeros could be mistaken for a start code. */
function withEmulationPrevention(plain: Uint8Array): Uint8Array {
  const unit: number[] = [];
  let zeros = 0;
  for (const byte of plain) {
    if (zeros >= 2 && byte <= 3) {
      unit.push(3);
      zeros = 0;
    }
    unit.push(byte);
    zeros = byte === 0 ? zeros + 1 : 0;
  }
  return Uint8Array.from(unit);
}

/** As an unsigned Exp-Golomb code. */
const golomb = (value: number): Field => [value + 1, 2 * Math.floor(Math.log2(value + 1)) + 1];
