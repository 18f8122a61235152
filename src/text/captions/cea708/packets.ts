import type { CaptionTriplet } from '../sei.ts';

const SIZE_MASK = 0x3f;
/** Of a packet whose size is written as 0. */
const LARGEST = 128;
/** A service number that refers to the next byte. */
const EXTENDED = 7;

/** A part of one service's codes. CTA-708, 6.2. */
export interface ServiceBlock {
  readonly service: number;
  readonly codes: Uint8Array;
}

/** Assembles CEA-708 packets, and extracts the blocks of each service. CTA-708, 5 and 6. */
export class PacketReader {
  #packet: number[] = [];
  #size = 0;
  #sequence: number | undefined;

  /** Takes a triplet of type 2 or 3; returns a packet's content as soon as it is complete, and whether a previous one is missing. */
  push({
    type,
    first,
    second,
  }: CaptionTriplet): { readonly blocks: ServiceBlock[]; readonly isBroken: boolean } | undefined {
    if (type === 3) {
      this.#packet = [];
      this.#size = (first & SIZE_MASK) === 0 ? LARGEST : (first & SIZE_MASK) * 2;
    } else if (type !== 2 || this.#size === 0) {
      return undefined;
    }
    this.#packet.push(first, second);
    if (this.#packet.length < this.#size) return undefined;
    const packet = Uint8Array.from(this.#packet.slice(0, this.#size));
    this.#size = 0;
    const sequence = (packet[0] ?? 0) >> 6;
    const isBroken = this.#sequence !== undefined && sequence !== (this.#sequence + 1) % 4;
    this.#sequence = sequence;
    return { blocks: readBlocks(packet), isBroken };
  }

  reset(): void {
    this.#packet = [];
    this.#size = 0;
    this.#sequence = undefined;
  }
}

function readBlocks(packet: Uint8Array): ServiceBlock[] {
  const blocks: ServiceBlock[] = [];
  for (let at = 1; at < packet.length; ) {
    const header = packet[at++] ?? 0;
    const size = header & 0x1f;
    let service = header >> 5;
    if (service === EXTENDED && size > 0) service = (packet[at++] ?? 0) & 0x3f;
    // Only padding follows.
    if (service === 0 || at + size > packet.length) break;
    if (size > 0) blocks.push({ service, codes: packet.subarray(at, at + size) });
    at += size;
  }
  return blocks;
}
