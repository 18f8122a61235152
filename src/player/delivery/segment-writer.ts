import { delay } from '../../base/async.ts';
import { asOne } from '../../base/bytes.ts';
import { isSmoothError } from '../../base/errors.ts';
import { intersect } from '../../base/ranges.ts';
import { type Seconds, seconds } from '../../base/time.ts';
import type { QualityLevel } from '../../manifest/presentation.ts';
import type { Encryption } from '../../transmux/encryption.ts';
import { createInitSegment } from '../../transmux/init-segment.ts';
import type { Repair } from '../../transmux/repair.ts';
import type { FragmentRequest } from '../fragment/fragment-request.ts';
import { mimeTypeOf } from '../select-streams.ts';
import type { DeliveryContext } from './delivery-context.ts';
import type { Feed } from './feed.ts';
import { type RecentSegment, RecentSegments } from './recent-segments.ts';
import type { ProtectedPieces, SegmentProtection } from './stream-encryption.ts';

/** A media segment that is being appended. */
export interface SegmentInProgress {
  /** Takes the next piece; errors are reported by `finish`. */
  write(piece: Uint8Array, protection: SegmentProtection): void;
  /** From now on pieces are appended as they arrive, and received ones at once: little is left to play. */
  hurry(): void;
  /** Resolves when it is completely in the buffer; returns the repairs. */
  finish(): Promise<readonly Repair[]>;
  /** Discards the incomplete part, so that another segment can follow. */
  discard(): Promise<void>;
}

/** Writes segments into one feed's buffer, one at a time, each after the init segment of its level. */
export class SegmentWriter {
  readonly recent = new RecentSegments();
  readonly #feed: Feed;
  readonly #context: Pick<DeliveryContext, 'drm' | 'makeRoom'>;
  /** Resolves when the previous segment is finished or discarded. */
  #turn: Promise<void> = Promise.resolve();
  /** The level whose init segment was appended last, and its encryption. */
  #level: QualityLevel | undefined;
  #track: Encryption | undefined;
  /** The codec family that the buffer is set to: at first, that of the stream's first level. */
  #family: string | undefined;
  /** Whether the browser's parser has had no init segment since it was reset. */
  #isReset = false;
  /** Start of the segment that was appended last. */
  #last = Number.NEGATIVE_INFINITY;
  /** Whether the browser loses segments that start before the last one, unless its parser is reset; unknown until there was one. */
  #losesEarlier: boolean | undefined;

  constructor(feed: Feed, context: Pick<DeliveryContext, 'drm' | 'makeRoom'>) {
    this.#feed = feed;
    this.#context = context;
    this.#family = familyOf(feed.playable.levels[0]);
  }

  /** `atOnce`: pieces are appended as they arrive, rather than when the segment is complete. */
  begin(
    request: FragmentRequest,
    { index, start }: Pick<RecentSegment, 'index' | 'start'>,
    atOnce: boolean,
    signal: AbortSignal,
  ): SegmentInProgress {
    const { level } = request;
    const isByteStream = level.fourCC === 'AVCB';
    const kept: ProtectedPieces = [];
    const written: Uint8Array[] = [];
    let isAtOnce = atOnce && !isByteStream;
    let isTouched = false;
    let mayBeLost = false;
    let release = () => {};
    let protection: SegmentProtection | undefined;
    // A clear title needs no further information: the decoder is prepared while the request is in progress.
    let begin = () => {};
    const begun = new Promise<void>((resolve) => {
      begin = resolve;
    });
    let tail = this.#context.drm.isClear ? this.#warmUp(request, begun, signal) : Promise.resolve();
    tail.catch(() => {});
    const append = (piece: Uint8Array, needed: SegmentProtection) => {
      begin();
      const isFirst = protection === undefined;
      // A later moof may have other keys.
      const isUnlocked = needed.keyIds.length === protection?.keyIds.length;
      protection = needed;
      written.push(piece);
      tail = tail.then(async () => {
        if (isFirst) release = await this.#takeTurn(signal);
        if (needed.track && !isUnlocked) await this.#context.drm.unlock(needed.keyIds, request, start);
        if (isFirst) mayBeLost = await this.#open(request, needed.track, start, signal);
        signal.throwIfAborted();
        isTouched = true;
        await this.#append(piece, signal);
      });
      tail.catch(() => {});
    };
    const appendKept = () => {
      // One copy costs less than the round trips to the browser for hundreds of small pieces.
      const last = kept.at(-1);
      if (!last) return;
      const pieces = kept.splice(0).map(([piece]) => piece);
      append(asOne(pieces), last[1]);
      // Kept in their original pieces: filling holes relies on `moof` at the start of a piece.
      written.splice(-1, 1, ...pieces);
    };
    return {
      write: (piece, needed) => (isAtOnce ? append(piece, needed) : kept.push([piece, needed])),
      hurry() {
        isAtOnce ||= !isByteStream;
        if (isAtOnce) appendKept();
      },
      finish: async () => {
        const repairs = isByteStream
          ? (await import('./mend-byte-stream.ts')).mendByteStream(kept, level.nalUnitLength)
          : [];
        appendKept();
        await tail;
        if (mayBeLost) await this.#appendLost(request, start, written, signal);
        release();
        if (protection) this.recent.add({ index, start, request, protection, pieces: written });
        return repairs;
      },
      discard: async () => {
        kept.length = 0;
        await tail.catch(() => {});
        // A failed buffer is not written to again; the media source is recreated.
        if (isTouched) await this.#reset().catch(() => {});
        release();
      },
    };
  }

  /** Prepares the decoder for a level, if no other segment is being written. */
  async #warmUp(request: FragmentRequest, begun: Promise<void>, signal: AbortSignal): Promise<void> {
    // The request is sent first. Timers of hidden pages may fire once a minute, so received data doesn't wait for one.
    await Promise.race([delay(0, signal), begun]);
    const release = await this.#takeTurn(signal);
    try {
      await this.#prepare(request, undefined, signal);
    } finally {
      release();
    }
  }

  /** Appends a complete segment that wasn't fetched, at the level of `request`. */
  async insert(
    request: FragmentRequest,
    track: Encryption | undefined,
    { start, bytes }: { readonly start: Seconds; readonly bytes: Uint8Array },
    signal: AbortSignal,
  ): Promise<void> {
    const release = await this.#takeTurn(signal);
    try {
      const mayBeLost = await this.#open(request, track, start, signal);
      await this.#append(bytes, signal);
      if (mayBeLost) await this.#appendLost(request, start, [bytes], signal);
    } finally {
      release();
    }
  }

  /** Segments must not be interleaved: resolves with a function that lets the next one begin. */
  async #takeTurn(signal: AbortSignal): Promise<() => void> {
    const before = this.#turn;
    let release = () => {};
    this.#turn = new Promise<void>((resolve) => {
      release = resolve;
    });
    await before;
    if (signal.aborted) release();
    signal.throwIfAborted();
    return release;
  }

  /** Prepares the buffer for a segment: its init segment, its position. Returns whether the segment may be lost. */
  async #open(
    request: FragmentRequest,
    track: Encryption | undefined,
    start: Seconds,
    signal: AbortSignal,
  ): Promise<boolean> {
    signal.throwIfAborted();
    const isEarlier = start < this.#last;
    this.#last = start;
    const isUnknown = isEarlier && this.#feed.type === 'audio' && this.#losesEarlier === undefined;
    // What is replaced would hide the loss.
    const startsOver = isUnknown ? this.#shareOf(request, start) > 0 : isEarlier && this.#losesEarlier;
    if (startsOver) await this.#startOver(request, track, signal);
    else await this.#position(request, track, signal);
    return isUnknown && !startsOver;
  }

  async #position(
    request: FragmentRequest,
    track: Encryption | undefined,
    signal: AbortSignal,
  ): Promise<void> {
    await this.#prepare(request, track, signal);
    if (request.adjust) await this.#feed.buffer.adjust(request.adjust);
  }

  /** Prepares the buffer for a level: another codec, another init segment. */
  async #prepare(
    { stream, level }: FragmentRequest,
    track: Encryption | undefined,
    signal: AbortSignal,
  ): Promise<void> {
    if (this.#level === level && this.#track === track && !this.#isReset) return;
    const init = createInitSegment(stream, level, track);
    this.#level = undefined;
    const family = familyOf(level);
    if (this.#family !== family) {
      await this.#feed.buffer.adjust((buffer) => buffer.changeType(mimeTypeOf(this.#feed.type, level)));
      this.#family = family;
    }
    await this.#append(init, signal);
    this.#level = level;
    this.#track = track;
    this.#isReset = false;
  }

  /** Appends a segment again if the browser has lost it: WebKitGTK loses audio that starts before the segment appended last. */
  async #appendLost(
    request: FragmentRequest,
    start: Seconds,
    pieces: readonly Uint8Array[],
    signal: AbortSignal,
  ): Promise<void> {
    this.#losesEarlier = this.#shareOf(request, start) < 0.5;
    if (!this.#losesEarlier) return;
    await this.#startOver(request, this.#track, signal);
    for (const piece of pieces) await this.#append(piece, signal);
  }

  /** How much is buffered of the time of a request's chunk: from 0 to 1. */
  #shareOf({ chunk, stream }: FragmentRequest, start: Seconds): number {
    const duration = Number(chunk.duration) / Number(stream.timescale);
    const there = intersect(this.#feed.buffered, [{ start, end: seconds(start + duration) }]);
    return there.reduce((sum, range) => sum + range.end - range.start, 0) / duration;
  }

  /** Resets the browser's parser. A source that has ended is opened by an init segment before; a parser needs one after. */
  async #startOver(
    request: FragmentRequest,
    track: Encryption | undefined,
    signal: AbortSignal,
  ): Promise<void> {
    this.#isReset = true;
    await this.#prepare(request, track, signal);
    await this.#reset();
    await this.#position(request, track, signal);
  }

  async #reset(): Promise<void> {
    this.#isReset = true;
    await this.#feed.buffer.reset();
  }

  /** Appends, and if the browser's buffer is full makes room and appends the same bytes again. */
  async #append(bytes: Uint8Array, signal: AbortSignal): Promise<void> {
    for (let tried = 0; ; tried += 1) {
      try {
        return await this.#feed.buffer.append(bytes);
      } catch (error) {
        if (!isSmoothError(error, 'media-quota')) throw error;
        await this.#context.makeRoom(this.#feed, tried, signal);
      }
    }
  }
}

/** Codecs of one family share a decoder: `avc1`, `mp4a.40`, … */
const familyOf = ({ codec }: QualityLevel) => codec && /^mp4a\.\w+|^\w+/.exec(codec)?.[0];
