import { hexFromBytes } from '../../base/bytes.ts';
import type { Folder } from './folder.ts';

/** Enough of a digest that no two URLs share a name. */
const NAME_BYTES = 16;

/** What of a title is stored: one file for each URL, named by a digest of it. */
export class TitleFiles {
  readonly #folder: Folder;

  constructor(folder: Folder) {
    this.#folder = folder;
  }

  /** Bytes of each whole file, by its name. */
  async sizes(): Promise<ReadonlyMap<string, number>> {
    return new Map([...(await this.#folder.sizes())].filter(([, size]) => size > 0));
  }

  /** The file for a URL; `undefined` where it isn't stored, or not whole. */
  async read(url: string): Promise<Blob | undefined> {
    const file = await this.#folder.read(await fileName(url));
    return file?.size ? file : undefined;
  }

  async store(url: string, bytes: Uint8Array): Promise<void> {
    await this.#folder.write(await fileName(url), bytes);
  }
}

/** Of the file that holds what a URL answered. The fragment of the URL doesn't count. */
export async function fileName(url: string): Promise<string> {
  const { href, hash } = new URL(url);
  const text = new TextEncoder().encode(hash ? href.slice(0, -hash.length) : href);
  return hexFromBytes(new Uint8Array(await crypto.subtle.digest('SHA-256', text)).subarray(0, NAME_BYTES));
}
