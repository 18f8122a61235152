import { realpath } from 'node:fs/promises';
import { sep } from 'node:path';

/** Whether a path lies in a folder when all links are followed. False where one of them isn't there. */
export async function liesWithin(folder: string, path: string): Promise<boolean> {
  try {
    const [root, full] = await Promise.all([realpath(folder), realpath(path)]);
    return full === root || full.startsWith(root.endsWith(sep) ? root : root + sep);
  } catch {
    return false;
  }
}
