import { factsOf } from './file-facts.ts';

interface Entry<Value> {
  readonly version: string;
  readonly value: Promise<Value>;
  /** Approximate size in bytes; 0 until it has been read. */
  weight: number;
}

/** Parsed content of files, by path, as long as they don't change; the least recently used is removed first. */
export class FileCache<Value> {
  readonly #read: (path: string) => Promise<Value>;
  readonly #weigh: (value: Value) => number;
  readonly #maxBytes: number;
  readonly #entries = new Map<string, Entry<Value>>();
  #bytes = 0;

  /** `weigh` returns the approximate size of a value in memory, in bytes. */
  constructor(
    read: (path: string) => Promise<Value>,
    { weigh, maxBytes }: { readonly weigh: (value: Value) => number; readonly maxBytes: number },
  ) {
    this.#read = read;
    this.#weigh = weigh;
    this.#maxBytes = maxBytes;
  }

  /** Approximate size of the cache in bytes. */
  get bytes(): number {
    return this.#bytes;
  }

  async of(path: string): Promise<{ readonly version: string; readonly value: Value } | undefined> {
    const facts = await factsOf(path);
    if (!facts) return undefined;
    const { version } = facts;
    let entry = this.#entries.get(path);
    if (entry?.version !== version) {
      this.#drop(path);
      entry = { version, value: this.#read(path), weight: 0 };
      this.#admit(path, entry);
    } else {
      this.#entries.delete(path);
      this.#entries.set(path, entry);
    }
    return { version, value: await entry.value };
  }

  #admit(path: string, entry: Entry<Value>): void {
    this.#entries.set(path, entry);
    entry.value.then(
      (value) => {
        if (this.#entries.get(path) !== entry) return;
        entry.weight = this.#weigh(value);
        this.#bytes += entry.weight;
        for (const oldest of this.#entries.keys()) {
          if (this.#bytes <= this.#maxBytes) break;
          this.#drop(oldest);
        }
      },
      () => {
        if (this.#entries.get(path) === entry) this.#drop(path);
      },
    );
  }

  #drop(path: string): void {
    this.#bytes -= this.#entries.get(path)?.weight ?? 0;
    this.#entries.delete(path);
  }
}
