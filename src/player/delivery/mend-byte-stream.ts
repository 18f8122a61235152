import { replaceStartCodes } from '../../transmux/annex-b.ts';
import { isHead } from '../../transmux/bridge.ts';
import { type Repair, repair } from '../../transmux/repair.ts';
import type { ProtectedPieces } from './stream-encryption.ts';

/**
 * Replaces start codes in the samples of a segment by lengths; loaded for levels that may have them. A clear piece at
 * the start of a fragment is `moof` with the header of `mdat`; what follows is the payload.
 */
export function mendByteStream(pieces: ProtectedPieces, nalUnitLength: number): readonly Repair[] {
  const heads = pieces.flatMap(([piece], index) => (isHead(piece) ? [index] : []));
  let count = 0;
  const mended = heads.flatMap((from, i) => {
    const [head, ...samples] = pieces.slice(from, heads[i + 1]);
    if (!head || head[1].keyIds.length > 0) return head ? [head, ...samples] : [];
    const written = replaceStartCodes(
      head[0],
      samples.map(([piece]) => piece),
      nalUnitLength,
    );
    count += written.count;
    return [[written.head, head[1]] as const, [written.payload, head[1]] as const];
  });
  pieces.splice(0, pieces.length, ...mended);
  return repair('annex-b', count);
}
