import { join } from '../base/bytes.ts';
import { isSmoothError, SmoothError } from '../base/errors.ts';
import { foreign, isPacked } from './recognise.ts';

/** The maximum size of a manifest. */
const MOST_BYTES = 16 * 1024 * 1024;
/** Compressed twice, by the packager and by a server. */
const MOST_LAYERS = 2;

/**
 * Decompresses a manifest, or anything else, that was sent without `Content-Encoding`. Throws `manifest-foreign` if it
 * can't be decompressed, and `manifest-too-large`.
 */
export async function unpack(bytes: Uint8Array, most = MOST_BYTES): Promise<Uint8Array> {
  let unpacked = bytes;
  for (let layers = 0; layers < MOST_LAYERS && isPacked(unpacked); layers++)
    unpacked = await inflate(unpacked, most);
  return unpacked;
}

async function inflate(bytes: Uint8Array, most: number): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  try {
    const format = bytes[0] === 0x1f ? 'gzip' : 'deflate';
    const stream = new Blob([bytes as Uint8Array<ArrayBuffer>]).stream();
    const reader = stream.pipeThrough(new DecompressionStream(format)).getReader();
    for (let step = await reader.read(); !step.done; step = await reader.read()) {
      pieces.push(step.value);
      length += step.value.length;
      if (length <= most) continue;
      await reader.cancel();
      throw new SmoothError('manifest-too-large', { what: 'bytes', limit: most });
    }
  } catch (error) {
    // Truncated, damaged, or unsupported here.
    throw isSmoothError(error) ? error : foreign('compressed', error);
  }
  return join(pieces);
}
