import { toSeconds } from '../../base/time.ts';
import type { Chunk, Presentation, QualityLevel, Stream } from '../../manifest/presentation.ts';
import { levelOf } from './choose-streams.ts';
import type { ChosenStream } from './download-record.ts';

/** One fragment to store. */
export interface Part {
  readonly stream: Stream;
  readonly level: QualityLevel;
  readonly chunk: Chunk;
  /** Seconds on the stream's own clock. */
  readonly at: number;
  /** Bytes that it may have. */
  readonly nominalBytes: number;
}

/** Streams of text tell no bitrate, or none that is true. */
const LEAST_BITRATE = 1000;
const KIBIBYTE = 1024;

/** All fragments of the chosen streams, in the order in which they are played. */
export function planParts({ streams }: Presentation, chosen: readonly ChosenStream[]): readonly Part[] {
  return chosen
    .flatMap((choice) => {
      const stream = streams.find(({ name }) => name === choice.name);
      const level = stream && levelOf(stream, choice);
      const hasFragments = stream?.urlTemplate !== undefined && !stream.embedded;
      return level && hasFragments ? partsOf(stream, level) : [];
    })
    .sort((a, b) => a.at - b.at);
}

function partsOf(stream: Stream, level: QualityLevel): readonly Part[] {
  const { chunks, timescale } = stream;
  return Array.from(chunks, (chunk) => {
    const hint = chunks.sizeHint(chunk.index, level.index);
    const bits = Math.max(LEAST_BITRATE, level.bitrate) * toSeconds(chunk.duration, timescale);
    const nominalBytes = hint ? hint * KIBIBYTE : Math.ceil(bits / 8);
    return { stream, level, chunk, at: toSeconds(chunk.start, timescale), nominalBytes };
  });
}

/** How much of a download is done, and how large it will be. */
export class Tally {
  readonly #total: number;
  #done = 0;
  #bytes = 0;
  #counted = 0;

  /** `total`: nominal bytes of all parts. */
  constructor(total: number) {
    this.#total = total;
  }

  /** A part is there, of `bytes`; `undefined` where no server has it. */
  add(nominalBytes: number, bytes: number | undefined): void {
    this.#done += nominalBytes;
    if (bytes === undefined) return;
    this.#counted += nominalBytes;
    this.#bytes += bytes;
  }

  /** Bytes that are stored. */
  get bytes(): number {
    return this.#bytes;
  }

  /** 0 to 1. */
  get fraction(): number {
    return this.#total > 0 ? Math.min(1, this.#done / this.#total) : 1;
  }

  /** Bytes in all: what is there, and the rest as large as that was, beside its nominal size. */
  get estimatedBytes(): number {
    const ratio = this.#counted > 0 ? this.#bytes / this.#counted : 1;
    return Math.round(this.#bytes + Math.max(0, this.#total - this.#done) * ratio);
  }
}
