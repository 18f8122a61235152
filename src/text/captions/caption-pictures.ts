import { type Seconds, type Ticks, type Timescale, ticks, toSeconds } from '../../base/time.ts';
import { type SegmentSample, samplesOf } from '../../mp4/segment-samples.ts';
import { type CaptionTriplet, readSei, saysSomething } from './sei.ts';

/** What is needed to find captions in media segments. */
export interface PictureContext {
  readonly codec: 'avc' | 'hevc';
  /** Size of a NAL unit's length in bytes. */
  readonly nalUnitLength: number;
  readonly timescale: Timescale;
  /** The time on the segments' clock that is 0 on the media element's. */
  readonly zero: Ticks;
}

/** A picture, and its caption bytes. */
export interface CaptionPicture {
  readonly time: Seconds;
  readonly duration: Seconds;
  readonly triplets: readonly CaptionTriplet[];
}

/** Types of NAL units with SEI: before a picture, and in H.265 after it too. */
const SEI_TYPES = { avc: [6], hevc: [39, 40] } as const;

/**
 * The pictures of a fragment with their caption bytes, in display order, whatever their coding order. Encrypted data
 * can't be read: of such samples only the clear parts.
 */
export function readCaptionPictures(
  parts: readonly Uint8Array[],
  context: PictureContext,
): { readonly pictures: readonly CaptionPicture[]; readonly isUnreadable: boolean } {
  const { timescale, zero } = context;
  const pictures: CaptionPicture[] = [];
  let [readable, all] = [0, 0];
  for (const sample of samplesOf(parts)) {
    const triplets: CaptionTriplet[] = [];
    all++;
    if (readSample(sample, context, triplets)) readable++;
    const time = toSeconds(ticks(sample.presentationTime - zero), timescale);
    pictures.push({ time, duration: toSeconds(ticks(sample.duration), timescale), triplets });
  }
  pictures.sort((a, b) => a.time - b.time);
  return { pictures, isUnreadable: all > 0 && readable === 0 };
}

/** Whether there are captions at all, not merely room for them: then it is worth loading the decoder. */
export const hasCaptions = (pictures: readonly CaptionPicture[]): boolean =>
  pictures.some(({ triplets }) => triplets.some(saysSomething));

/** Collects the caption bytes in a sample's SEI; returns whether any of it could be read. */
function readSample(
  { payload, start, size, isClear }: SegmentSample,
  { codec, nalUnitLength }: PictureContext,
  found: CaptionTriplet[],
): boolean {
  const types: readonly number[] = SEI_TYPES[codec];
  const headerSize = codec === 'avc' ? 1 : 2;
  let isReadable = false;
  for (let at = 0; at + nalUnitLength < size; ) {
    if (!isClear(at, at + nalUnitLength + 1)) break;
    isReadable = true;
    let length = 0;
    for (let i = 0; i < nalUnitLength; i++) length = length * 256 + payload.byteAt(start + at + i);
    const unit = at + nalUnitLength;
    if (length === 0 || unit + length > size) break;
    const header = payload.byteAt(start + unit);
    const type = codec === 'avc' ? header & 0x1f : (header >> 1) & 0x3f;
    if (types.includes(type) && isClear(unit, unit + length)) {
      readSei(payload.slice(start + unit, start + unit + length), headerSize, found);
    }
    at = unit + length;
  }
  return isReadable;
}
