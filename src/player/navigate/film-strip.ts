import { join } from '../../base/bytes.ts';
import { isSmoothError } from '../../base/errors.ts';
import { type Seconds, seconds } from '../../base/time.ts';
import type { Chunk, Stream } from '../../manifest/presentation.ts';
import { boxesIn } from '../../mp4/box.ts';
import { samplesOf } from '../../mp4/segment-samples.ts';
import { appRequest } from '../../net/app-request.ts';
import { fetchWhole } from '../../net/fetch-whole.ts';
import { fragmentUrl } from '../../timeline/fragment-url.ts';
import { type Timeline, timelineOf } from '../../timeline/timeline.ts';
import type { NavigationPorts } from './navigation-ports.ts';
import type { Picture, PictureSize, PictureSource, Place } from './picture-source.ts';

/** Of one fragment: the images of a film strip are small. */
const MOST_BYTES = 4 * 1024 * 1024;
/** Further images in one fragment are ignored. */
const MOST_PICTURES = 64;
const USUAL_BYTES = 8192;

interface ChunkPlace extends Place {
  readonly chunk: Chunk;
}

/** A stream of JPEG images for previews. */
export class FilmStripSource implements PictureSource {
  readonly isPrepared = true;
  readonly #stream: Stream;
  readonly #ports: NavigationPorts;
  readonly #timeline: Timeline;

  constructor(stream: Stream, ports: NavigationPorts) {
    this.#stream = stream;
    this.#ports = ports;
    this.#timeline = timelineOf(stream, ports.title().presentation);
  }

  placeAt(time: Seconds): ChunkPlace | undefined {
    const timeline = this.#timeline;
    const chunk = timeline.chunkAt(time) ?? this.#stream.chunks.at(this.#stream.chunks.length - 1);
    if (!chunk) return undefined;
    const start = seconds(Math.max(0, timeline.startOf(chunk)));
    return { key: `strip/${chunk.start}`, start, end: timeline.endOf(chunk), chunk };
  }

  expectedBytes(): number {
    return USUAL_BYTES;
  }

  async load(place: Place, size: PictureSize, signal: AbortSignal): Promise<readonly Picture[]> {
    const { chunk } = place as ChunkPlace;
    const { network } = this.#ports.settings();
    const { trust, hosts, url } = this.#ports.title();
    const host = hosts?.inOrder(performance.now())[0] ?? url;
    // The smallest that is at least as wide as displayed.
    const { levels } = this.#stream;
    const level = levels.find(({ width = 0 }) => width >= size.width) ?? levels.at(-1) ?? levels[0];
    try {
      const { bytes } = await fetchWhole(
        {
          ...appRequest(fragmentUrl(host, this.#stream, level, chunk.start), trust, network, 'picture'),
          maxBytes: MOST_BYTES,
        },
        signal,
      );
      this.#ports.received(bytes.length);
      return await decode(readStills(bytes), place, size);
    } catch (error) {
      signal.throwIfAborted();
      if (isSmoothError(error)) return [];
      throw error;
    }
  }
}

/** The JPEG files in a fragment, or the one that it consists of. Throws `fragment-malformed`. */
export function readStills(bytes: Uint8Array): readonly Uint8Array[] {
  if (isJpeg(bytes)) return [bytes];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const boxes = [...boxesIn(view)];
  const mdat = boxes.find(({ type }) => type === 'mdat');
  if (!mdat) return [];
  const moof = boxes.find(({ type }) => type === 'moof');
  const payload = bytes.subarray(mdat.payload, mdat.end);
  const stills: Uint8Array[] = [];
  if (moof) {
    const head = join([bytes.subarray(moof.start, moof.end), bytes.subarray(mdat.start, mdat.payload)]);
    for (const { start, size } of samplesOf([head, payload])) {
      const still = payload.subarray(start, start + size);
      if (isJpeg(still)) stills.push(still);
      if (stills.length === MOST_PICTURES) break;
    }
  }
  // If sizes are wrong, the payload itself may still be an image.
  return stills.length === 0 && isJpeg(payload) ? [payload] : stills;
}

const isJpeg = (bytes: Uint8Array): boolean => bytes[0] === 0xff && bytes[1] === 0xd8;

/** Several images share their fragment's time evenly. Invalid images are skipped. */
async function decode(
  stills: readonly Uint8Array[],
  { start, end }: Place,
  size: PictureSize,
): Promise<readonly Picture[]> {
  const each = (end - start) / stills.length;
  const pictures = stills.map(async (still, index) => {
    const image = await bitmapFromFile(new Blob([Uint8Array.from(still)]), size);
    const from = start + index * each;
    return { image, start: seconds(from), end: seconds(from + each) };
  });
  const settled = await Promise.allSettled(pictures);
  return settled.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
}

/** Decodes an image file, no larger than required. Rejects if it isn't one. */
async function bitmapFromFile(file: Blob, { width, height }: PictureSize): Promise<ImageBitmap> {
  const whole = await createImageBitmap(file);
  if (whole.width <= width) return whole;
  try {
    return await createImageBitmap(whole, {
      resizeWidth: width,
      resizeHeight: Math.max(1, Math.round(height ?? (width * whole.height) / whole.width)),
    });
  } finally {
    whole.close();
  }
}
