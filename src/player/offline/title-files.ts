import { hexFromBytes } from '../../base/bytes.ts';
import type { Folder } from './folder.ts';

/** Of the digest; enough to avoid collisions. */
const NAME_BYTES = 16;

/** The stored files of a title: one for each URL, named by its digest. */
export class TitleFiles {
  readonly #folder: Folder;

  constructor(folder: Folder) {
    this.#folder = folder;
  }

  /** Bytes of each complete file, by name. */
  async sizes(): Promise<ReadonlyMap<string, number>> {
    return new Map([...(await this.#folder.sizes())].filter(([, size]) => size > 0));
  }

  /** The file for a URL; `undefined` if it isn't stored, or incomplete. */
  async read(url: string): Promise<Blob | undefined> {
    const file = await this.#folder.read(await fileName(url));
    return file?.size ? file : undefined;
  }

  async store(url: string, bytes: Uint8Array): Promise<void> {
    await this.#folder.write(await fileName(url), bytes);
  }
}

/** The name of the file for a URL, whose fragment is ignored. */
export async function fileName(url: string): Promise<string> {
  const { href, hash } = new URL(url);
  const text = new TextEncoder().encode(hash ? href.slice(0, -hash.length) : href);
  return hexFromBytes(new Uint8Array(await crypto.subtle.digest('SHA-256', text)).subarray(0, NAME_BYTES));
}
