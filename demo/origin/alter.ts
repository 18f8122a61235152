import { piecesOf } from './body.ts';
import { type Resource, sizeOf } from './resource.ts';
import type { RuleEffect } from './rules.ts';

/** The resource with altered bytes in one box, at positions derived from a seed. Box headers stay unchanged. */
export async function altered(
  resource: Resource,
  { box, count = 32, seed = 1 }: Extract<RuleEffect, { type: 'alter' }>,
): Promise<Resource> {
  const pieces: Buffer[] = [];
  for await (const piece of piecesOf(resource.parts, 0, sizeOf(resource))) pieces.push(Buffer.from(piece));
  const bytes = Buffer.concat(pieces);
  const mdatAt = resource.mdatAt ?? bytes.length;
  const [start, end] = box === 'moof' ? [8, mdatAt] : [mdatAt + 8, bytes.length];
  const next = randomFrom(seed);
  for (let i = 0; i < count && start < end; i += 1) {
    const at = start + Math.floor(next() * (end - start));
    bytes[at] = Math.floor(next() * 256);
  }
  return { ...resource, parts: [bytes], etag: `altered-${resource.etag}-${seed}`, cacheControl: 'no-store' };
}

/** Numbers from 0 to 1 that are the same for the same seed (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
