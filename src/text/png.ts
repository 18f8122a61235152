import { type CueImage, TEXT_LIMITS } from './cue.ts';

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
/** Signature, length and type of the first chunk, and its 13 bytes. */
const HEADER_SIZE = 29;

/** An image, if the bytes are a PNG of a plausible size. PNG, 11.2.1. */
export function readPng(data: Uint8Array, alt?: string): CueImage | undefined {
  if (data.length < HEADER_SIZE || SIGNATURE.some((byte, at) => data[at] !== byte)) return undefined;
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  if (view.getUint32(12) !== 0x49484452) return undefined;
  const [width, height] = [view.getUint32(16), view.getUint32(20)];
  const isSane =
    width > 0 && height > 0 && width <= TEXT_LIMITS.imageWidth && height <= TEXT_LIMITS.imageHeight;
  return isSane ? { type: 'image/png', data, width, height, ...(alt && { alt }) } : undefined;
}
