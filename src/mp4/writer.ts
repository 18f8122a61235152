/**
 * Writes nested boxes; each size is filled in when its box closes. ISO/IEC 14496-12, 4.2. With the exact size as
 * `capacity`, it allocates once and `finish` returns that buffer.
 */
export class BoxWriter {
  #bytes: Uint8Array<ArrayBuffer>;
  #view: DataView;
  #length = 0;

  constructor(capacity = 1024) {
    this.#bytes = new Uint8Array(capacity);
    this.#view = new DataView(this.#bytes.buffer);
  }

  /** Bytes written so far. */
  get length(): number {
    return this.#length;
  }

  box(type: string, content?: () => void): void {
    const start = this.#length;
    this.u32(0);
    this.fourCC(type);
    content?.();
    this.#view.setUint32(start, this.#length - start);
  }

  /** A box that begins with a version and 24 flags. */
  fullBox(type: string, version: number, flags: number, content?: () => void): void {
    this.box(type, () => {
      this.u32(version * 0x1000000 + flags);
      content?.();
    });
  }

  fourCC(type: string): void {
    const at = this.#claim(4);
    for (let i = 0; i < 4; i++) this.#view.setUint8(at + i, type.charCodeAt(i));
  }

  u8(value: number): void {
    const at = this.#claim(1);
    this.#view.setUint8(at, value);
  }

  u16(value: number): void {
    const at = this.#claim(2);
    this.#view.setUint16(at, value);
  }

  u24(value: number): void {
    this.u8(value >>> 16);
    this.u16(value & 0xffff);
  }

  u32(value: number): void {
    const at = this.#claim(4);
    this.#view.setUint32(at, value);
  }

  i32(value: number): void {
    const at = this.#claim(4);
    this.#view.setInt32(at, value);
  }

  u64(value: bigint): void {
    const at = this.#claim(8);
    this.#view.setBigUint64(at, value);
  }

  bytes(value: Uint8Array): void {
    const at = this.#claim(value.length);
    this.#bytes.set(value, at);
  }

  zeros(count: number): void {
    const at = this.#claim(count);
    this.#bytes.fill(0, at, at + count);
  }

  /** The written bytes: a view of the writer's buffer, so don't write after this call. */
  finish(): Uint8Array<ArrayBuffer> {
    return this.#bytes.subarray(0, this.#length);
  }

  /** Reserves the next `count` bytes; grows the buffer if needed. */
  #claim(count: number): number {
    const at = this.#length;
    this.#length += count;
    if (this.#length > this.#bytes.length) {
      const grown = new Uint8Array(Math.max(this.#length, 2 * this.#bytes.length));
      grown.set(this.#bytes.subarray(0, at));
      this.#bytes = grown;
      this.#view = new DataView(grown.buffer);
    }
    return at;
  }
}
