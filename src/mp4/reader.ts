import { type Box, malformed } from './box.ts';

/** A cursor over one box's content. Reading past its end throws. */
export class BoxReader {
  readonly #view: DataView;
  readonly #box: Box;
  #at: number;

  constructor(view: DataView, box: Box) {
    this.#view = view;
    this.#box = box;
    this.#at = box.payload;
  }

  /** The offset of the next byte to read, into the view. */
  get position(): number {
    return this.#at;
  }

  get bytesLeft(): number {
    return this.#box.end - this.#at;
  }

  /** Version and flags at the start of a full box. ISO/IEC 14496-12, 4.2. */
  versionAndFlags(): { readonly version: number; readonly flags: number } {
    const word = this.u32();
    return { version: word >>> 24, flags: word & 0xffffff };
  }

  u8(): number {
    return this.#view.getUint8(this.skip(1));
  }

  u32(): number {
    return this.#view.getUint32(this.skip(4));
  }

  i32(): number {
    return this.#view.getInt32(this.skip(4));
  }

  u64(): bigint {
    return this.#view.getBigUint64(this.skip(8));
  }

  i64(): bigint {
    return this.#view.getBigInt64(this.skip(8));
  }

  /** Skips `count` bytes, which the caller reads directly; returns the offset of the first. */
  skip(count: number): number {
    const at = this.#at;
    if (count > this.#box.end - at)
      throw malformed(this.#box.type, at, 'the box is shorter than its content');
    this.#at += count;
    return at;
  }
}
