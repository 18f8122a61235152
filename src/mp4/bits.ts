/** Reads bits, the most significant first. Past the end it reads zeros and sets `isPastEnd`. */
export class BitReader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** Bits read so far. */
  get position(): number {
    return this.#at;
  }

  get bitsLeft(): number {
    return this.#bytes.length * 8 - this.#at;
  }

  get isPastEnd(): boolean {
    return this.bitsLeft < 0;
  }

  /** An unsigned number of up to 32 bits. */
  read(count: number): number {
    let value = 0;
    for (let i = 0; i < count; i++, this.#at++) {
      const byte = this.#bytes[this.#at >> 3] ?? 0;
      value = value * 2 + ((byte >> (7 - (this.#at & 7))) & 1);
    }
    return value;
  }

  /** Reads without advancing. */
  peek(count: number): number {
    const at = this.#at;
    const value = this.read(count);
    this.#at = at;
    return value;
  }

  readFlag(): boolean {
    return this.read(1) === 1;
  }

  skip(count: number): void {
    this.#at += count;
  }

  /** Unsigned Exp-Golomb code. ISO/IEC 14496-10, 9.1. */
  readUnsigned(): number {
    let zeros = 0;
    while (zeros < 32 && !this.isPastEnd && !this.readFlag()) zeros++;
    return 2 ** zeros - 1 + this.read(zeros);
  }

  /** Signed Exp-Golomb code. ISO/IEC 14496-10, 9.1.1. */
  readSigned(): number {
    const code = this.readUnsigned();
    return code % 2 === 1 ? (code + 1) / 2 : -code / 2;
  }
}

/** A number and its width in bits. */
export type Field = readonly [value: number, width: number];

/** Packs fields, the most significant bit first; zeros pad the last byte. */
export function packBits(fields: readonly Field[]): Uint8Array {
  const text = fields.map(([value, width]) => value.toString(2).padStart(width, '0')).join('');
  const bytes = new Uint8Array(Math.ceil(text.length / 8));
  return bytes.map((_, i) => Number.parseInt(text.slice(i * 8, i * 8 + 8).padEnd(8, '0'), 2));
}
