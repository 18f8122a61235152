import { join } from 'node:path';
import { ticks } from '../../../src/base/time.ts';
import { writeLiveManifest } from '../live/live-manifest.ts';
import { writeServerManifest } from '../write-manifests.ts';
import { writeDurably } from './durable-write.ts';
import type { PublishedStream } from './published-stream.ts';

/**
 * Makes an on-demand title of an event's files: writes their indexes and both manifests. Resolves with whether anything
 * was archived; a failing index keeps nothing else from being written.
 */
export async function completeTitle(
  folder: string,
  name: string,
  streams: readonly PublishedStream[],
): Promise<boolean> {
  const finished = await Promise.allSettled(streams.flatMap(finishFiles));
  const kept = streams.filter((stream) => stream.archived.length > 0);
  if (kept.length > 0) await writeManifests(join(folder, name), `${name}.ismc`, kept);
  const failed = finished.find((outcome) => outcome.status === 'rejected');
  if (failed) throw failed.reason;
  return kept.length > 0;
}

const finishFiles = (stream: PublishedStream) =>
  stream.pushed.map(({ track, file }) =>
    file?.finish(stream.entriesOf(track.bitrate).map(({ time, offset }) => ({ time: ticks(time), offset }))),
  );

async function writeManifests(
  path: string,
  clientManifest: string,
  streams: readonly PublishedStream[],
): Promise<void> {
  const listings = streams.map((stream) => ({ stream, chunks: stream.archived }));
  const files = streams.map(({ kind, name, language, subtype, parent, scheme, isInManifest, pushed }) => ({
    ...{ kind, name, language, subtype, parent, scheme, isInManifest },
    levels: pushed.flatMap(({ track: { bitrate }, file }) =>
      file ? [{ bitrate, trackId: file.trackId, file: file.name }] : [],
    ),
  }));
  const facts = { isLive: false, lookAhead: 0, window: 0n };
  await writeDurably(`${path}.ismc`, writeLiveManifest(listings, [], facts));
  await writeDurably(`${path}.ism`, writeServerManifest(clientManifest, files));
}
