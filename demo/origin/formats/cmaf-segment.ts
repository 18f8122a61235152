import type { Ticks } from '../../../src/base/time.ts';
import type { Presentation, Stream } from '../../../src/manifest/presentation.ts';
import { keyIdsOf } from '../../../src/manifest/protection.ts';
import { FragmentTransmuxer } from '../../../src/transmux/fragment-transmuxer.ts';
import { encryptionReader } from '../../../src/transmux/read-encryption.ts';
import { piecesOf } from '../body.ts';
import { type Part, type Resource, sizeOf, stretchOf } from '../resource.ts';
import type { LevelProbe } from './level-probe.ts';

/** The input of a segment. */
export interface SegmentSource {
  readonly resource: Resource;
  readonly presentation: Presentation;
  readonly stream: Stream;
  readonly probe: LevelProbe;
  /** On the stream's own clock. */
  readonly chunk: { readonly start: Ticks; readonly duration: Ticks };
  /** Subtracted from its times. */
  readonly shift: Ticks;
}

/** The header of `mdat` is 8 bytes long, or 16. */
const MAX_HEADER = 16;

/**
 * Makes a CMAF segment of a fragment with the player's transmuxer: `moof` is rewritten, the payload of `mdat` is
 * neither moved nor read.
 */
export async function cmafSegment(
  source: SegmentSource,
): Promise<{ readonly parts: readonly Part[]; readonly mdatAt: number }> {
  const { resource, presentation, stream, probe, chunk, shift } = source;
  const transmuxer = new FragmentTransmuxer({
    stream,
    start: chunk.start,
    duration: chunk.duration,
    origin: shift,
    isLive: presentation.isLive,
    readEncryption: encryptionReader(keyIdsOf(presentation.protection)),
    encryption: probe.encryption,
    // Its decode time is the one in the playlists, too.
    decodesAhead: false,
  });
  const size = sizeOf(resource);
  // The structure of a foreign fragment is unknown: it is read completely.
  const headEnd = resource.mdatAt === undefined ? size : Math.min(size, resource.mdatAt + MAX_HEADER);
  const head: Uint8Array[] = [];
  for await (const piece of piecesOf(resource.parts, 0, headEnd)) head.push(piece);
  const out = transmuxer.push(Buffer.concat(head));
  const [moof, ...payload] = out.map((bytes) =>
    Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength),
  );
  // A fragment without samples: a gap, or nothing new in a sparse stream.
  if (!moof) return { parts: [], mdatAt: 0 };
  return {
    parts: [moof, ...payload, ...stretchOf(resource.parts, headEnd, size - headEnd)],
    mdatAt: moof.length - 8,
  };
}
