import { realpath } from 'node:fs/promises';
import { sep } from 'node:path';

/** Whether a path is inside a folder after following all links. False if one of them doesn't exist. */
export async function liesWithin(folder: string, path: string): Promise<boolean> {
  try {
    const [root, full] = await Promise.all([realpath(folder), realpath(path)]);
    return full === root || full.startsWith(root.endsWith(sep) ? root : root + sep);
  } catch {
    return false;
  }
}
