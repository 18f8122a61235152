import { isSmoothError, SmoothError } from '../../base/errors.ts';

/** The file system operations that downloads need. */
export interface Folder {
  /** Bytes of each file, by name; 0 for a file whose first write was interrupted. */
  sizes(): Promise<ReadonlyMap<string, number>>;
  /** Names of its folders. */
  folders(): Promise<readonly string[]>;
  /** One of its folders, created if there is none. */
  folder(name: string): Promise<Folder>;
  /** `undefined` if there is no such file. */
  read(name: string): Promise<Blob | undefined>;
  /**
   * Replaces a file atomically: if it is interrupted, an existing file is unchanged and a new one is empty. Throws `storage-full`
   * and `storage-unavailable`.
   */
  write(name: string, bytes: Uint8Array): Promise<void>;
  /** Removes a file, or a folder with its contents, if there is one. */
  remove(name: string): Promise<void>;
}

const ROOT = 'smooth-player';

/** The folder of all downloads in the origin-private file system. Throws `storage-unavailable`. */
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
