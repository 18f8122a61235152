import { delay } from '../base/async.ts';
import { join } from '../base/bytes.ts';
import { isSmoothError } from '../base/errors.ts';
import type { Seconds } from '../base/time.ts';
import type { QualityLevel } from '../manifest/presentation.ts';
import type { Encryption } from '../transmux/encryption.ts';
import { createInitSegment } from '../transmux/init-segment.ts';
import type { Repair } from '../transmux/repair.ts';
import type { Feed } from './feed.ts';
import type { FragmentErrand } from './fetch-fragment.ts';
import type { Lock } from './lock.ts';
import { mimeTypeOf } from './select-streams.ts';

/** One media segment on its way into the buffer. */
export interface SegmentInProgress {
  /** Takes the next piece; what goes wrong is told by `finish`. */
  write(piece: Uint8Array, protection: SegmentProtection): void;
  /** From now on pieces are appended as they come, and those that have come are at once: little is left to play. */
  hurry(): void;
  /** Resolves when all of it is in the buffer; gives what was mended on the way. */
  finish(): Promise<readonly Repair[]>;
  /** Takes back what was written, so that another segment can follow. */
  discard(): Promise<void>;
}

/** What a segment needs besides its level. */
export interface SegmentProtection {
  /** For the init segment; `undefined` for a clear one. */
  readonly track: Encryption | undefined;
  /** Of the segment's samples; `undefined` where they are clear. */
  readonly keyId: string | undefined;
}

/** Of a segment, in order. */
export type SegmentPieces = (readonly [Uint8Array, SegmentProtection])[];

export type MakeRoom = (feed: Feed, tried: number, signal: AbortSignal) => Promise<void>;

/** Writes segments into one feed's buffer, each behind the init segment of its level. */
export class SegmentWriter {
  readonly #makeRoom: MakeRoom;
  readonly #lock: Lock;
  /** The level whose init segment the buffer has taken last, and what that said of its samples. */
  #level: QualityLevel | undefined;
  #track: Encryption | undefined;

  constructor(makeRoom: MakeRoom, lock: Lock) {
    this.#makeRoom = makeRoom;
    this.#lock = lock;
  }

  /** `atOnce`: pieces are appended as they come, and not when the segment is complete. */
  begin(
    feed: Feed,
    errand: FragmentErrand,
    start: Seconds,
    atOnce: boolean,
    signal: AbortSignal,
  ): SegmentInProgress {
    const { level, adjust } = errand;
    const kept: SegmentPieces = [];
    // Nothing in a clear title has to be known first: the decoder is made ready while the request is on its way.
    let tail = this.#lock.isOpen
      ? delay(0, signal).then(() => this.#prepare(feed, errand, undefined, signal))
      : Promise.resolve();
    tail.catch(() => {});
    let isTouched = false;
    const append = (piece: Uint8Array, { track, keyId }: SegmentProtection) => {
      tail = tail.then(async () => {
        signal.throwIfAborted();
        if (!isTouched) {
          if (track) await this.#lock.unlock(keyId, level, start);
          signal.throwIfAborted();
          await this.#prepare(feed, errand, track, signal);
          if (adjust) await feed.buffer.adjust(adjust);
        }
        isTouched = true;
        await this.#append(feed, piece, signal);
      });
      tail.catch(() => {});
    };
    const isByteStream = level.fourCC === 'AVCB';
    let isAtOnce = atOnce && !isByteStream;
    const appendKept = () => {
      // One copy costs less than the round trips to the browser that hundreds of small pieces would take.
      const [first] = kept;
      if (first) append(join(kept.splice(0).map(([piece]) => piece)), first[1]);
    };
    return {
      write: (piece, protection) => (isAtOnce ? append(piece, protection) : kept.push([piece, protection])),
      hurry() {
        isAtOnce ||= !isByteStream;
        if (isAtOnce) appendKept();
      },
      async finish() {
        const repairs = isByteStream
          ? (await import('./mend-byte-stream.ts')).mendByteStream(kept, level.nalUnitLength)
          : [];
        appendKept();
        await tail;
        return repairs;
      },
      async discard() {
        kept.length = 0;
        await tail.catch(() => {});
        // A buffer that failed is not written to again; the media source is made anew.
        if (isTouched) await feed.buffer.reset().catch(() => {});
      },
    };
  }

  /** Makes the buffer ready for a level: another codec, another init segment. */
  async #prepare(
    feed: Feed,
    { stream, level }: FragmentErrand,
    track: Encryption | undefined,
    signal: AbortSignal,
  ): Promise<void> {
    if (this.#level === level && this.#track === track) return;
    const init = createInitSegment(stream, level, track);
    if (this.#level && familyOf(this.#level) !== familyOf(level)) {
      await feed.buffer.adjust((buffer) => buffer.changeType(mimeTypeOf(feed.type, level)));
    }
    this.#level = undefined;
    await this.#append(feed, init, signal);
    this.#level = level;
    this.#track = track;
  }

  /** Appends, and where the browser's buffer is full makes room and appends the same bytes again. */
  async #append(feed: Feed, bytes: Uint8Array, signal: AbortSignal): Promise<void> {
    for (let tried = 0; ; tried += 1) {
      try {
        return await feed.buffer.append(bytes);
      } catch (error) {
        if (!isSmoothError(error, 'media-quota')) throw error;
        await this.#makeRoom(feed, tried, signal);
      }
    }
  }
}

/** Codecs that share a family share a decoder: `avc1`, `mp4a`, … */
const familyOf = (level: QualityLevel) => level.codec?.split('.')[0];
