import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Stores the results of a long task, so that it can continue after an interruption. */
export class WorkFolder {
  readonly path: string;

  private constructor(path: string) {
    this.path = path;
  }

  /**
   * Opens a folder with the results of the same task; those of other tasks are deleted. `task` is everything that the
   * results depend on.
   */
  static async open(path: string, task: unknown): Promise<WorkFolder> {
    const key = createHash('sha256').update(JSON.stringify(task)).digest('hex');
    const keyFile = join(path, 'task');
    if ((await readFile(keyFile, 'utf8').catch(() => undefined)) !== key) {
      await rm(path, { recursive: true, force: true });
      await mkdir(path, { recursive: true });
      await writeFile(keyFile, key);
    }
    return new WorkFolder(path);
  }

  at(name: string): string {
    return join(this.path, name);
  }

  /** Creates a file unless it exists. `make` gets the path to write to; resolves with whether it was called. */
  async make(name: string, make: (path: string) => Promise<void>): Promise<boolean> {
    if (await stat(this.at(name)).catch(() => undefined)) return false;
    const unfinished = `${this.at(name)}.unfinished`;
    await make(unfinished);
    await rename(unfinished, this.at(name));
    return true;
  }

  remove(): Promise<void> {
    return rm(this.path, { recursive: true, force: true });
  }
}

/** Identifies a version of a file. */
export async function fingerprint(path: string): Promise<readonly [string, number, number]> {
  const { size, mtimeMs } = await stat(path);
  return [path, size, mtimeMs];
}
