import { createHash } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join, resolve, sep } from 'node:path';
import { piecesOf } from '../origin/body.ts';
import { type Part, sizeOf } from '../origin/resource.ts';

/** Marks a folder with the task until it is complete. */
const TASK = '.export';

/** A folder whose files are written atomically. */
export class StaticFolder {
  readonly path: string;
  readonly #folders = new Set<string>();

  private constructor(path: string) {
    this.path = resolve(path);
  }

  /**
   * Opens a folder. Files of the same task are kept, and not written again; anything else is an error, unless it may be
   * overwritten.
   */
  static async open(path: string, task: unknown, mayOverwrite: boolean): Promise<StaticFolder> {
    const key = createHash('sha256').update(JSON.stringify(task)).digest('hex');
    const isSame = (await readFile(join(path, TASK), 'utf8').catch(() => undefined)) === key;
    if (!isSame) {
      const names = await readdir(path).catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return [];
        throw error;
      });
      if (names.length > 0 && !mayOverwrite) throw new FolderTaken(path);
      await mkdir(path, { recursive: true });
      if (mayOverwrite) for (const name of names) await rm(join(path, name), { recursive: true });
      await writeFile(join(path, TASK), key);
    }
    return new StaticFolder(path);
  }

  /** Whether a folder has the result of an incomplete run, of any task. */
  static isIncomplete(path: string): Promise<boolean> {
    return stat(join(path, TASK)).then(
      () => true,
      () => false,
    );
  }

  /** The size of a complete file; `undefined` if there is none. */
  async sizeOf(name: string): Promise<number | undefined> {
    const facts = await stat(this.at(name)).catch(() => undefined);
    return facts?.isFile() ? facts.size : undefined;
  }

  /** Writes bytes as they are read; only one piece is in memory at a time. */
  async write(name: string, parts: readonly Part[]): Promise<number> {
    const path = this.at(name);
    await this.#makeFolder(dirname(path));
    const unfinished = `${path}.part`;
    const file = await open(unfinished, 'w');
    const size = sizeOf({ parts });
    try {
      for await (const piece of piecesOf(parts, 0, size)) await file.writeFile(piece);
    } finally {
      await file.close();
    }
    await rename(unfinished, path);
    return size;
  }

  /** Marks the folder as complete. */
  complete(): Promise<void> {
    return rm(join(this.path, TASK), { force: true });
  }

  /** Names come from manifests, so they must not lead out of the folder. */
  at(name: string): string {
    const path = resolve(this.path, name);
    if (!path.startsWith(this.path + sep)) throw new Error(`${name} would be outside of the folder.`);
    return path;
  }

  async #makeFolder(path: string): Promise<void> {
    if (this.#folders.has(path)) return;
    await mkdir(path, { recursive: true });
    this.#folders.add(path);
  }
}

/** A folder has other content. */
export class FolderTaken extends Error {
  constructor(path: string) {
    super(`${path} is not empty, and has other content than an incomplete run of this export.`);
  }
}
