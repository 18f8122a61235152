import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { fragmentIndex, type IndexEntry } from '../ismv.ts';
import type { FileSpan } from '../resource.ts';
import type { ArchiveFolder } from './archive-folder.ts';
import { syncFolder } from './durable-write.ts';
import { type ArchivedFragment, scanArchiveFile } from './scan-archive-file.ts';

/** Options of an archive file. */
export interface ArchiveFileFacts {
  readonly trackId: number;
  /** The boxes before the first fragment. */
  readonly header: Buffer;
  /** Whether each fragment must be synced to disk before it counts as written. */
  readonly sync: boolean;
}

/** Time spent on syncing. */
export interface SyncFigures {
  seconds: number;
  count: number;
}

/**
 * The fragments of a level on disk, in a growing file. After a crash at any time it contains every fragment that
 * `append` resolved for: a fragment is written at once, and `recover` removes an incomplete end.
 */
export class ArchiveFile {
  readonly name: string;
  readonly path: string;
  readonly trackId: number;
  readonly syncs: SyncFigures = { seconds: 0, count: 0 };
  readonly #folder: ArchiveFolder;
  readonly #facts: ArchiveFileFacts;
  #file: Promise<FileHandle> | undefined;
  /** All writes requested before. */
  #written: Promise<unknown> = Promise.resolve();
  #length = 0;

  constructor(folder: ArchiveFolder, name: string, facts: ArchiveFileFacts) {
    this.name = name;
    this.path = join(folder.path, name);
    this.trackId = facts.trackId;
    this.#folder = folder;
    this.#facts = facts;
  }

  /** The complete fragments of a file that was left open; the rest is removed, including the index. */
  async recover(): Promise<readonly ArchivedFragment[]> {
    const file = await open(this.path, 'r+').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return undefined;
      throw error;
    });
    if (!file) return [];
    const { fragments, end } = await scanArchiveFile(file);
    const { size } = await file.stat();
    if (end < size) {
      await file.truncate(end);
      this.#folder.release(size - end);
    }
    // A truncated header is written again.
    if (end === 0) {
      await file.close();
      return [];
    }
    this.#length = end;
    this.#file = Promise.resolve(file);
    return fragments;
  }

  /** Appends a fragment; resolves with its position. */
  append(bytes: Buffer): Promise<FileSpan> {
    const written = this.#written.then(async () => {
      this.#file ??= this.#open().catch((error: unknown) => {
        this.#file = undefined;
        throw error;
      });
      return this.#append(await this.#file, bytes);
    });
    this.#written = written.catch(() => undefined);
    return written;
  }

  /** Writes the index, regardless of the quota, and closes the file. */
  async finish(entries: readonly IndexEntry[]): Promise<void> {
    await this.#written;
    try {
      const file = await this.#file;
      if (!file) return;
      const index = fragmentIndex(this.trackId, entries);
      const { bytesWritten } = await file.write(index, 0, index.length, this.#length);
      if (bytesWritten < index.length) throw new Error('Only a part of the index could be written to disk.');
      this.#length += index.length;
      this.#folder.count(index.length);
    } finally {
      await this.close();
    }
  }

  async close(): Promise<void> {
    await this.#written;
    const file = await this.#file?.catch(() => undefined);
    this.#file = undefined;
    try {
      await file?.sync();
    } finally {
      await file?.close();
    }
  }

  async #append(file: FileHandle, bytes: Buffer): Promise<FileSpan> {
    const offset = this.#length;
    this.#folder.reserve(bytes.length);
    try {
      const { bytesWritten } = await file.write(bytes, 0, bytes.length, offset);
      if (bytesWritten < bytes.length)
        throw new Error('Only a part of the fragment could be written to disk.');
      if (this.#facts.sync) await this.#sync(file);
    } catch (error) {
      this.#folder.release(bytes.length);
      // The next fragment is written at the same position: no partial one may remain.
      await file.truncate(offset).catch(() => undefined);
      throw error;
    }
    this.#length += bytes.length;
    return { path: this.path, offset, length: bytes.length };
  }

  async #sync(file: FileHandle): Promise<void> {
    const startedAt = performance.now();
    await file.datasync();
    this.syncs.seconds += (performance.now() - startedAt) / 1000;
    this.syncs.count += 1;
  }

  async #open(): Promise<FileHandle> {
    const { header, sync } = this.#facts;
    this.#folder.reserve(header.length);
    // An existing file of this name has no complete header.
    const file = await open(this.path, 'w');
    try {
      await file.write(header, 0, header.length, 0);
      if (sync) {
        await file.sync();
        await syncFolder(this.#folder.path);
      }
    } catch (error) {
      this.#folder.release(header.length);
      await file.close();
      throw error;
    }
    this.#length = header.length;
    return file;
  }
}
