import type { QualityLevel } from '../manifest/presentation.ts';
import { replaceStartCodes } from '../transmux/annex-b.ts';
import { type Repair, repair } from '../transmux/repair.ts';
import type { Kept } from './segment-writer.ts';

/** Mends, in place, a segment whose samples are byte streams. Its first piece is `moof` with the header of `mdat`. */
export function mendByteStream(kept: Kept, { nalUnitLength }: QualityLevel): readonly Repair[] {
  const [first, ...samples] = kept;
  if (!first || first[1].keyId) return [];
  const [head, protection] = first;
  const mended = replaceStartCodes(
    head,
    samples.map(([piece]) => piece),
    nalUnitLength,
  );
  kept.splice(0, kept.length, [mended.head, protection], [mended.payload, protection]);
  return repair('annex-b', mended.count);
}
