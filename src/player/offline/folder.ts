import { isSmoothError, SmoothError } from '../../base/errors.ts';

/** A folder of files, as far as downloads need one. */
export interface Folder {
  /** Bytes of each file, by its name. A file that was begun and never finished has none. */
  sizes(): Promise<ReadonlyMap<string, number>>;
  /** Names of the folders in it. */
  folders(): Promise<readonly string[]>;
  /** A folder in it, made where there is none. */
  folder(name: string): Promise<Folder>;
  /** `undefined` where there is no such file. */
  read(name: string): Promise<Blob | undefined>;
  /**
   * Replaces a file in one step: whatever happens on the way, it is as it was before, or empty where it was new. Throws `storage-full` and
   * `storage-unavailable`.
   */
  write(name: string, bytes: Uint8Array): Promise<void>;
  /** Removes a file or a folder with all that is in it; nothing happens where there is none. */
  remove(name: string): Promise<void>;
}

const ROOT = 'smooth-player';

/** The folder of all downloads, in the origin-private file system. Throws `storage-unavailable`. */
export async function openRoot(): Promise<Folder> {
  if (!('createWritable' in (globalThis.FileSystemFileHandle?.prototype ?? {})) || !navigator.storage) {
    throw new SmoothError('storage-unavailable', {
      problem: 'this browser has no origin-private file system that pages can write to',
    });
  }
  return attempt(async () => {
    const root = await navigator.storage.getDirectory();
    return new OpfsFolder(await root.getDirectoryHandle(ROOT, { create: true }));
  });
}

class OpfsFolder implements Folder {
  readonly #handle: FileSystemDirectoryHandle;

  constructor(handle: FileSystemDirectoryHandle) {
    this.#handle = handle;
  }

  sizes(): Promise<ReadonlyMap<string, number>> {
    return attempt(async () => {
      const sizing: Promise<readonly [string, number]>[] = [];
      for await (const [name, handle] of this.#handle.entries()) {
        if (handle instanceof FileSystemFileHandle)
          sizing.push(handle.getFile().then(({ size }) => [name, size]));
      }
      return new Map(await Promise.all(sizing));
    });
  }

  folders(): Promise<readonly string[]> {
    return attempt(async () => {
      const names: string[] = [];
      for await (const [name, { kind }] of this.#handle.entries()) if (kind === 'directory') names.push(name);
      return names;
    });
  }

  folder(name: string): Promise<Folder> {
    return attempt(async () => new OpfsFolder(await this.#handle.getDirectoryHandle(name, { create: true })));
  }

  async read(name: string): Promise<Blob | undefined> {
    try {
      return await (await this.#handle.getFileHandle(name)).getFile();
    } catch (error) {
      if (isNamed(error, 'NotFoundError')) return undefined;
      throw explain(error);
    }
  }

  write(name: string, bytes: Uint8Array): Promise<void> {
    return attempt(async () => {
      const handle = await this.#handle.getFileHandle(name, { create: true });
      const stream = await handle.createWritable();
      try {
        await stream.write(Uint8Array.from(bytes));
      } catch (error) {
        await stream.abort().catch(() => {});
        throw error;
      }
      await stream.close();
    });
  }

  async remove(name: string): Promise<void> {
    try {
      await this.#handle.removeEntry(name, { recursive: true });
    } catch (error) {
      if (!isNamed(error, 'NotFoundError')) throw explain(error);
    }
  }
}

async function attempt<T>(action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    throw explain(error);
  }
}

const isNamed = (error: unknown, name: string): boolean => error instanceof Error && error.name === name;

function explain(error: unknown): SmoothError {
  if (isSmoothError(error)) return error;
  return isNamed(error, 'QuotaExceededError')
    ? new SmoothError('storage-full', { needed: undefined, available: undefined }, { cause: error })
    : new SmoothError('storage-unavailable', { problem: String(error) }, { cause: error });
}
