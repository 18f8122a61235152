import { isSmoothError } from '../../base/errors.ts';
import type { Seconds, Ticks } from '../../base/time.ts';
import type { QualityLevel, Stream } from '../../manifest/presentation.ts';
import { hasCaptions, readCaptionPictures } from '../../text/captions/caption-pictures.ts';
import type { InBandCaptions } from '../../text/captions/in-band.ts';
import type { Cue } from '../../text/cue.ts';

/** A video fragment as it was appended. */
export interface PictureSegment {
  readonly parts: readonly Uint8Array[];
  readonly stream: Stream;
  readonly level: QualityLevel;
  /** On the media element's clock. */
  readonly start: Seconds;
  readonly end: Seconds;
  /** The time that is 0 there, in ticks of the segments' clock. */
  readonly zero: Ticks;
}

/** Seconds of video that are searched; if they don't carry caption data, the title has no captions. */
const SEARCHED = 10;

/** Finds captions in the video, and decodes them from then on. */
export class InBandReader {
  readonly #onChange: () => void;
  #captions: InBandCaptions | undefined;
  #loading: Promise<void> | undefined;
  /** Until the decoder is loaded. */
  #waiting: PictureSegment[] = [];
  #searched = 0;
  /** There is caption data, even if it is only padding so far. */
  #isCarried = false;
  #isOver = false;
  #codec: string | undefined;

  constructor(onChange: () => void) {
    this.#onChange = onChange;
  }

  /** Whether it still needs fragments. */
  get isInterested(): boolean {
    return !this.#isOver;
  }

  get channels(): readonly string[] {
    return this.#captions?.channels ?? [];
  }

  cuesOf(channel: string): readonly Cue[] {
    return this.#captions?.cuesOf(channel) ?? [];
  }

  revisionOf(channel: string): number {
    return this.#captions?.revisionOf(channel) ?? 0;
  }

  /** Takes a fragment, in the order of appending. */
  add(segment: PictureSegment): void {
    if (this.#isOver) return;
    if (this.#captions) this.#read(segment, this.#captions);
    else if (this.#loading) this.#waiting.push(segment);
    else this.#search(segment);
  }

  /** Ends what was on screen: the media source was recreated, or another stream is selected. */
  reset(): void {
    this.#captions?.reset();
  }

  keep(from: Seconds, to: Seconds): void {
    this.#captions?.keep(from, to);
  }

  #search(segment: PictureSegment): void {
    const found = picturesOf(segment);
    if (!found || found.isUnreadable) {
      this.#isOver = true;
      return;
    }
    if (hasCaptions(found.pictures)) {
      this.#waiting = [segment];
      this.#loading = this.#load().catch(() => {
        this.#isOver = true;
        this.#waiting = [];
      });
      return;
    }
    this.#isCarried ||= found.pictures.some(({ triplets }) => triplets.length > 0);
    if (this.#isCarried) return;
    this.#searched += segment.end - segment.start;
    this.#isOver = this.#searched >= SEARCHED;
  }

  async #load(): Promise<void> {
    const { InBandCaptions } = await import('../../text/captions/in-band.ts');
    const captions = new InBandCaptions();
    for (const segment of this.#waiting) this.#read(segment, captions);
    this.#waiting = [];
    this.#captions = captions;
    this.#onChange();
  }

  #read(segment: PictureSegment, captions: InBandCaptions): void {
    const found = picturesOf(segment);
    const codec = codecOf(segment.level);
    if (!found) return;
    if (codec !== this.#codec && this.#codec !== undefined) captions.reset();
    this.#codec = codec;
    const before = captions.channels.map((channel) => captions.revisionOf(channel)).join();
    captions.add(found.pictures);
    if (captions.channels.map((channel) => captions.revisionOf(channel)).join() !== before) this.#onChange();
  }
}

const codecOf = ({ codec = '' }: QualityLevel): 'avc' | 'hevc' | undefined =>
  /^avc[13]/.test(codec) ? 'avc' : /^(?:hvc1|hev1|dvh1|dvhe)/.test(codec) ? 'hevc' : undefined;

/** `undefined` for pictures whose captions aren't needed, and for invalid fragments. */
function picturesOf({ parts, stream, level, zero }: PictureSegment) {
  const codec = codecOf(level);
  if (!codec) return undefined;
  const { nalUnitLength } = level;
  try {
    return readCaptionPictures(parts, { codec, nalUnitLength, timescale: stream.timescale, zero });
  } catch (error) {
    if (isSmoothError(error)) return undefined;
    throw error;
  }
}
