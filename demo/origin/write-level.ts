import { open } from 'node:fs/promises';
import type { Ticks } from '../../src/base/time.ts';
import type { Fragment } from './cut.ts';
import { fileHeader, fragmentHeader, fragmentIndex, type IndexEntry, type TrackHeader } from './ismv.ts';
import type { SourceTrack } from './source-track.ts';

/** The input for a file of one track. */
export interface WritableLevel {
  readonly trackId: number;
  /** Bits a second. */
  readonly bitrate: number;
  readonly format: TrackHeader['format'];
  readonly fragments: readonly Fragment[];
  readonly track: Pick<SourceTrack<unknown>, 'file' | 'read'>;
}

/** Writes a file, one fragment at a time. `onProgress` is called with the bytes of media written so far. */
export async function writeLevel(
  path: string,
  level: WritableLevel,
  {
    language,
    duration,
    onProgress,
    signal,
  }: {
    readonly language: string;
    readonly duration: Ticks;
    readonly onProgress: (done: number) => void;
    readonly signal: AbortSignal | undefined;
  },
): Promise<void> {
  const { trackId, bitrate, format, track } = level;
  const file = await open(path, 'w');
  const source = track.read();
  try {
    let size = 0;
    let media = 0;
    const write = async (parts: Uint8Array[]) => {
      for (const part of parts) {
        await file.writeFile(part);
        size += part.length;
      }
    };
    await write([fileHeader({ trackId, bitrate, format, language, duration })]);
    const index: IndexEntry[] = [];
    for (const [k, fragment] of level.fragments.entries()) {
      signal?.throwIfAborted();
      index.push({ time: fragment.time, offset: size });
      const payload = await takeSamples(source, fragment, track.file);
      await write([fragmentHeader(fragment, k + 1, trackId, format.kind === 'video'), payload]);
      media += payload.length;
      onProgress(media);
    }
    await write([fragmentIndex(trackId, index)]);
  } finally {
    await source.return();
    await file.close();
  }
}

async function takeSamples(
  source: AsyncGenerator<Uint8Array, void, unknown>,
  { samples }: Fragment,
  file: string,
): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for (const { size } of samples) {
    const { value } = await source.next();
    if (value?.length !== size) throw new Error(`${file} changed while it was being read`);
    parts.push(value);
  }
  return Buffer.concat(parts);
}
