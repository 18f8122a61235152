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
  /** Estimated bytes. */
  readonly nominalBytes: number;
}

/** Text streams often have no bitrate, or a wrong one. */
const LEAST_BITRATE = 1000;
const KIBIBYTE = 1024;

/** All fragments of the chosen streams, in playback order. */
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

/** The progress of a download, and its expected size. */
export class Tally {
  readonly #total: number;
  #done = 0;
  #bytes = 0;
  #counted = 0;

  /** `total`: nominal bytes of all parts. */
  constructor(total: number) {
    this.#total = total;
  }

  /** A part of `bytes` is done; `undefined` if no server has it. */
  add(nominalBytes: number, bytes: number | undefined): void {
    this.#done += nominalBytes;
    if (bytes === undefined) return;
    this.#counted += nominalBytes;
    this.#bytes += bytes;
  }

  /** Stored bytes. */
  get bytes(): number {
    return this.#bytes;
  }

  /** 0 to 1. */
  get fraction(): number {
    return this.#total > 0 ? Math.min(1, this.#done / this.#total) : 1;
  }

  /** Expected total: the nominal size of the rest is scaled by how the stored parts compare with theirs. */
  get estimatedBytes(): number {
    const ratio = this.#counted > 0 ? this.#bytes / this.#counted : 1;
    return Math.round(this.#bytes + Math.max(0, this.#total - this.#done) * ratio);
  }
}
