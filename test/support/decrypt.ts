import { createDecipheriv } from 'node:crypto';
import { readBack } from './fragment-builder.ts';

/** What an init segment says of its samples' encryption. */
export interface ReadScheme {
  readonly entry: string;
  readonly original: string;
  readonly scheme: string;
  readonly isProtected: number;
  readonly ivSize: number;
  readonly keyId: string;
}

/** Reads `sinf` of an init segment; `undefined` where its samples are clear. */
export function readScheme(init: Buffer): ReadScheme | undefined {
  const [frma, schm, tenc] = ['frma', 'schm', 'tenc'].map((type) => init.indexOf(type) + 4);
  if (frma === undefined || schm === undefined || tenc === undefined || frma < 4) return undefined;
  return {
    entry: init.toString('latin1', init.indexOf('stsd') + 16, init.indexOf('stsd') + 20),
    original: init.toString('latin1', frma, frma + 4),
    scheme: init.toString('latin1', schm + 4, schm + 8),
    isProtected: init.readUInt8(tenc + 6),
    ivSize: init.readUInt8(tenc + 7),
    keyId: init.toString('hex', tenc + 8, tenc + 24),
  };
}

/** Boxes of the `traf`, by type: where each one's content begins and ends. */
export function trafBoxes(segment: Buffer): Map<string, { readonly start: number; readonly end: number }> {
  const found = new Map<string, { start: number; end: number }>();
  const traf = segment.indexOf('traf') - 4;
  const end = traf + segment.readUInt32BE(traf);
  for (let at = traf + 8; at < end; at += segment.readUInt32BE(at)) {
    found.set(segment.toString('latin1', at + 4, at + 8), {
      start: at + 8,
      end: at + segment.readUInt32BE(at),
    });
  }
  return found;
}

/** The key of a segment's samples, where it has one of its own. */
export function readGroupKey(segment: Buffer): Omit<ReadScheme, 'entry' | 'original' | 'scheme'> | undefined {
  const boxes = trafBoxes(segment);
  const sgpd = boxes.get('sgpd');
  if (!sgpd) return undefined;
  const sbgp = boxes.get('sbgp');
  const members = sbgp && segment.toString('hex', sbgp.start + 4, sbgp.end);
  const { samples } = readBack(segment);
  const expected = `7365696700000001${samples.length.toString(16).padStart(8, '0')}00010001`;
  if (members !== expected) throw new Error(`sbgp ${members}`);
  const entry = sgpd.start + 16;
  return {
    isProtected: segment.readUInt8(entry + 2),
    ivSize: segment.readUInt8(entry + 3),
    keyId: segment.toString('hex', entry + 4, entry + 20),
  };
}

/** Decrypts a media segment's samples by `saiz` and `saio`, as a browser may that doesn't know `senc`. */
export function decrypt(segment: Buffer, key: Buffer, ivSize: number): Buffer[] {
  const boxes = trafBoxes(segment);
  const [saiz, saio, senc] = ['saiz', 'saio', 'senc'].map((type) => boxes.get(type)?.start ?? -1);
  if (!saiz || !saio || !senc || saiz < 0) throw new Error('no saiz, saio and senc');
  const hasSubsamples = (segment.readUInt32BE(senc) & 2) !== 0;
  let at = segment.readUInt32BE(saio + 8);
  if (at !== senc + 8) throw new Error(`saio says ${at}, entries lie at ${senc + 8}`);
  const all = segment.readUInt8(saiz + 4);
  return readBack(segment).samples.map(({ data }, i) => {
    const size = all || segment.readUInt8(saiz + 9 + i);
    const iv = Buffer.concat([segment.subarray(at, at + ivSize), Buffer.alloc(16 - ivSize)]);
    const decipher = createDecipheriv('aes-128-ctr', key, iv);
    const pieces: Buffer[] = [];
    let from = 0;
    const count = hasSubsamples ? segment.readUInt16BE(at + ivSize) : 0;
    for (let pair = at + ivSize + 2, i = 0; i < count; pair += 6, i++) {
      const clear = segment.readUInt16BE(pair);
      const encrypted = segment.readUInt32BE(pair + 2);
      pieces.push(data.subarray(from, from + clear));
      from += clear + encrypted;
      pieces.push(decipher.update(data.subarray(from - encrypted, from)));
    }
    if (!hasSubsamples) pieces.push(decipher.update(data));
    else if (from !== data.length) throw new Error(`subsamples cover ${from} of ${data.length} bytes`);
    at += size;
    return Buffer.concat(pieces);
  });
}
