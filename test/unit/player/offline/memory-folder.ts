import type { Folder } from '../../../../src/player/offline/folder.ts';

/** A folder in memory, which can be full, and whose writes can be cut off. */
export class MemoryFolder implements Folder {
  readonly files = new Map<string, Uint8Array<ArrayBuffer>>();
  readonly inside = new Map<string, MemoryFolder>();
  /** Bytes that still fit. */
  room = Number.POSITIVE_INFINITY;
  /** The process ends while a file of this name is written. */
  crashAt: ((name: string) => boolean) | undefined;

  async sizes() {
    return new Map(Array.from(this.files, ([name, { byteLength }]) => [name, byteLength] as const));
  }

  async folders() {
    return [...this.inside.keys()];
  }

  async folder(name: string) {
    const found = this.inside.get(name) ?? new MemoryFolder();
    this.inside.set(name, found);
    return found;
  }

  async read(name: string) {
    const bytes = this.files.get(name);
    return bytes && new Blob([bytes]);
  }

  async write(name: string, bytes: Uint8Array) {
    // As the origin-private file system does: the name is there first, the bytes once the file is closed.
    if (!this.files.has(name)) this.files.set(name, new Uint8Array());
    if (this.crashAt?.(name)) throw new Error('crashed');
    if (bytes.byteLength > this.room) {
      // Of the page that writes, where a test opens several.
      const { SmoothError } = await import('../../../../src/base/errors.ts');
      throw new SmoothError('storage-full', { needed: undefined, available: undefined });
    }
    this.room -= bytes.byteLength;
    this.files.set(name, Uint8Array.from(bytes));
  }

  async remove(name: string) {
    this.files.delete(name);
    // Who still holds it finds nothing in it.
    this.inside.get(name)?.files.clear();
    this.inside.delete(name);
  }
}
