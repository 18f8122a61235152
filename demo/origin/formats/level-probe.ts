import { isSmoothError } from '../../../src/base/errors.ts';
import { toSeconds } from '../../../src/base/time.ts';
import type { Presentation, QualityLevel, Stream } from '../../../src/manifest/presentation.ts';
import { keyIdsOf } from '../../../src/manifest/protection.ts';
import type { Encryption } from '../../../src/transmux/encryption.ts';
import { FragmentTransmuxer } from '../../../src/transmux/fragment-transmuxer.ts';
import { completeLevel, readTellingSample } from '../../../src/transmux/in-band.ts';
import { createInitSegment } from '../../../src/transmux/init-segment.ts';
import { encryptionReader } from '../../../src/transmux/read-encryption.ts';
import { piecesOf } from '../body.ts';
import { isErrorResponse } from '../live/live-title.ts';
import { type Resource, sizeOf } from '../resource.ts';
import type { SmoothTitle } from './smooth-title.ts';

/** Properties of a level that only its fragments contain. */
export interface LevelProbe {
  /** With the configuration that the manifest may lack. */
  readonly level: QualityLevel;
  /** The encryption in its init segment; `undefined`: it is clear. */
  readonly encryption: Encryption | undefined;
  /** Frames per second. */
  readonly frameRate: number | undefined;
}

/** The first sample of a fragment is never larger. */
const MAX_READ = 8 * 1024 * 1024;

/** Reads the required part of a level's first fragment, and of a protected title's first encrypted one. */
export async function probeLevel(
  title: SmoothTitle,
  presentation: Presentation,
  stream: Stream,
  level: QualityLevel,
): Promise<LevelProbe> {
  const first = await readFragment(title, presentation, stream, level, 0);
  if (!first) return { level, encryption: undefined, frameRate: undefined };
  const { report } = first;
  const frameRate =
    stream.type === 'video' && report.samples > 0
      ? report.samples / toSeconds(report.duration, stream.timescale)
      : undefined;
  const isProtected = presentation.protection.length > 0;
  const encryption =
    report.encryption ??
    (isProtected ? await laterEncryption(title, presentation, stream, level) : undefined);
  return { level: await complete(first, stream, level, encryption), encryption, frameRate };
}

/** After a clear lead of any length: searched in growing steps. */
async function laterEncryption(
  title: SmoothTitle,
  presentation: Presentation,
  stream: Stream,
  level: QualityLevel,
): Promise<Encryption | undefined> {
  for (let index = 1; index < stream.chunks.length; index *= 2) {
    const found = await readFragment(title, presentation, stream, level, index);
    if (found?.report.encryption) return found.report.encryption;
  }
  return undefined;
}

interface ReadHead {
  readonly resource: Resource;
  readonly out: readonly Uint8Array[];
  readonly report: NonNullable<FragmentTransmuxer['report']>;
}

/** Reads a fragment up to the header of its `mdat`; `undefined` if it doesn't exist. */
async function readFragment(
  title: SmoothTitle,
  { protection, isLive }: Presentation,
  stream: Stream,
  level: QualityLevel,
  index: number,
): Promise<ReadHead | undefined> {
  const chunk = stream.chunks.at(index);
  if (!chunk) return undefined;
  const resource = await title.fragment({ stream, level, time: chunk.start, noun: 'fragments' });
  if (!resource || isErrorResponse(resource)) return undefined;
  const transmuxer = new FragmentTransmuxer({
    stream,
    start: chunk.start,
    duration: chunk.duration,
    origin: chunk.start,
    isLive,
    readEncryption: encryptionReader(keyIdsOf(protection)),
  });
  const out: Uint8Array[] = [];
  const end = headEnd(resource);
  for await (const piece of piecesOf(resource.parts, 0, end)) out.push(...transmuxer.push(piece));
  const { report } = transmuxer;
  return report && { resource, out, report };
}

/** The end of the header of `mdat`; for a fragment of unknown structure, its end. */
const headEnd = (resource: Resource): number =>
  resource.mdatAt === undefined ? sizeOf(resource) : Math.min(sizeOf(resource), resource.mdatAt + 16);

/** The level unchanged, if an init segment can be made from it; otherwise completed from its first sample. */
async function complete(
  { resource, out, report }: ReadHead,
  stream: Stream,
  level: QualityLevel,
  encryption: Encryption | undefined,
): Promise<QualityLevel> {
  if (!lacksConfiguration(stream, level)) return level;
  const [head, ...rest] = out;
  if (!head) return level;
  const payload = [...rest];
  const from = headEnd(resource);
  for await (const piece of piecesOf(resource.parts, from, Math.min(sizeOf(resource), MAX_READ)))
    payload.push(piece);
  const telling = readTellingSample([head, ...payload], report, stream.timescale, encryption !== undefined);
  return (telling && completeLevel(level, telling)) ?? level;
}

function lacksConfiguration(stream: Stream, level: QualityLevel): boolean {
  if (level.codec === undefined) return true;
  try {
    createInitSegment(stream, level);
    return false;
  } catch (error) {
    return isSmoothError(error, 'codec-private-data-invalid');
  }
}
