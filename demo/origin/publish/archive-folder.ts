import { mkdir, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** The folder that events are kept in, and how much is in it. */
export class ArchiveFolder {
  readonly path: string;
  readonly #maxBytes: number;
  #bytes = 0;
  #opened: Promise<void> | undefined;

  constructor(path: string, maxBytes = Number.POSITIVE_INFINITY) {
    this.path = path;
    this.#maxBytes = maxBytes;
  }

  /** Bytes of all files in it, as far as they are known. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Makes the folder where it isn't there, and measures what it holds; once. */
  open(): Promise<void> {
    this.#opened ??= this.#open().catch((error: unknown) => {
      this.#opened = undefined;
      throw error;
    });
    return this.#opened;
  }

  /** Counts bytes that are about to be written. Throws where the quota has no room for them. */
  reserve(bytes: number): void {
    if (this.#bytes + bytes > this.#maxBytes) {
      throw new ArchiveFull(`The archive's quota of ${this.#maxBytes} bytes is used up.`);
    }
    this.count(bytes);
  }

  /** Bytes that are written in any case. */
  count(bytes: number): void {
    this.#bytes += bytes;
  }

  /** Bytes that were not written after all, or taken away. */
  release(bytes: number): void {
    this.#bytes -= bytes;
  }

  async #open(): Promise<void> {
    await mkdir(this.path, { recursive: true });
    const names = await readdir(this.path, { recursive: true });
    const sizes = await Promise.all(
      names.map(async (name) => {
        const facts = await stat(join(this.path, name)).catch(() => undefined);
        return facts?.isFile() ? facts.size : 0;
      }),
    );
    this.#bytes = sizes.reduce((sum, size) => sum + size, 0);
  }
}

/** The quota of an archive is used up. */
export class ArchiveFull extends Error {}
