import { mkdir, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** The archive folder of events, and its size. */
export class ArchiveFolder {
  readonly path: string;
  readonly #maxBytes: number;
  #bytes = 0;
  #opened: Promise<void> | undefined;

  constructor(path: string, maxBytes = Number.POSITIVE_INFINITY) {
    this.path = path;
    this.#maxBytes = maxBytes;
  }

  /** Known total size of its files. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Creates the folder if necessary, and measures its content; once. */
  open(): Promise<void> {
    this.#opened ??= this.#open().catch((error: unknown) => {
      this.#opened = undefined;
      throw error;
    });
    return this.#opened;
  }

  /** Reserves bytes that are about to be written. Throws if they exceed the quota. */
  reserve(bytes: number): void {
    if (this.#bytes + bytes > this.#maxBytes) {
      throw new ArchiveFull(`The archive's quota of ${this.#maxBytes} bytes is used up.`);
    }
    this.count(bytes);
  }

  /** Counts bytes that are written in any case. */
  count(bytes: number): void {
    this.#bytes += bytes;
  }

  /** Releases bytes that were not written after all, or were deleted. */
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
