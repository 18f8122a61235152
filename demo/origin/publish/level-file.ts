import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { fragmentIndex, type IndexEntry } from '../ismv.ts';
import type { FileSpan } from '../resource.ts';

/** A level's fragments on disk, in a file that grows. Opened by the first that is written. */
export class LevelFile {
  readonly name: string;
  readonly path: string;
  readonly trackId: number;
  readonly #header: Buffer;
  #file: Promise<FileHandle> | undefined;
  /** All that was asked to be written before. */
  #written: Promise<unknown> = Promise.resolve();
  #length = 0;

  constructor(folder: string, name: string, trackId: number, header: Buffer) {
    this.name = name;
    this.path = join(folder, name);
    this.trackId = trackId;
    this.#header = header;
  }

  /** Adds bytes behind all others; gives where they lie when they do. */
  append(bytes: Buffer): Promise<FileSpan> {
    const written = this.#written.then(async () => {
      this.#file ??= this.#open();
      const file = await this.#file;
      const offset = this.#length;
      await file.write(bytes, 0, bytes.length, offset);
      this.#length += bytes.length;
      return { path: this.path, offset, length: bytes.length };
    });
    this.#written = written.catch(() => undefined);
    return written;
  }

  /** Writes the index and closes the file. */
  async finish(entries: readonly IndexEntry[]): Promise<void> {
    await this.append(Buffer.from(fragmentIndex(this.trackId, entries)));
    await this.close();
  }

  async close(): Promise<void> {
    await this.#written;
    await (await this.#file)?.close();
    this.#file = undefined;
  }

  async #open(): Promise<FileHandle> {
    const file = await open(this.path, 'wx');
    await file.write(this.#header, 0, this.#header.length, 0);
    this.#length = this.#header.length;
    return file;
  }
}
