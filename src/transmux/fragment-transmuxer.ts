import { join } from '../base/bytes.ts';
import { ticks } from '../base/time.ts';
import { type BoxHeader, malformed, readBoxHeader } from '../mp4/box.ts';
import { findMoof } from '../mp4/find-moof.ts';
import {
  type Filling,
  type FragmentContext,
  type FragmentFacts,
  type ReadFragment,
  readFragment,
  rewriteFragment,
} from './movie-fragment.ts';
import { type Repair, type RepairKind, repair } from './repair.ts';
import type { TickSpan } from './smooth-boxes.ts';

/** What was found in a fragment. */
export interface FragmentReport extends FragmentFacts {
  /** Bytes pushed so far. */
  readonly bytes: number;
}

/** Where in the fragment the next byte belongs. */
type Place =
  | { readonly kind: 'header' }
  | { readonly kind: 'moof'; readonly size: number }
  | { readonly kind: 'skipped'; readonly left: number; readonly isOfMdat?: boolean }
  /** An `mdat` whose `moof` follows. */
  | { readonly kind: 'early'; readonly left: number }
  | {
      readonly kind: 'mdat';
      readonly left: number;
      readonly filling: Uint8Array;
      /** Bytes after the last sample. */
      readonly behind: number;
    };

interface EarlyMdat {
  readonly header: BoxHeader;
  readonly bytes: Uint8Array;
  readonly at: number;
  readonly pieces: Uint8Array[];
}

/** The `moof` of an hour's video is smaller. */
const MAX_MOOF_SIZE = 4 * 1024 * 1024;

/** Low-latency encoders write a `moof` for each picture; more of them in one fragment make no sense. */
const MAX_MOOFS = 1024;
/** Share of the samples' bytes that may be missing: if more are, another attempt or another level may have all. */
const MOST_LACKING = 1 / 8;
/** The maximum number of chunks that one fragment may announce. */
const MAX_LOOK_AHEAD = 255;

/** Boxes of other types are skipped up to this size: text, read as a box header, is larger. */
const MAX_SKIPPED_SIZE = MAX_MOOF_SIZE;

/**
 * Converts one fragment to media segments as its bytes arrive: one for each `moof`, usually a single one. Only `moof`
 * is rewritten, and it is returned as soon as the header of `mdat` confirms its sizes; the payload of `mdat` passes
 * through as views of the pushed bytes. Bytes after `mdat` that are not a box are dropped. After an exception, an
 * instance can't be used again.
 */
export class FragmentTransmuxer {
  readonly #context: FragmentContext;
  #place: Place = { kind: 'header' };
  /** The incomplete header or `moof`: its first `#gathered` bytes. */
  #buffer: Uint8Array = new Uint8Array();
  #gathered = 0;
  #received = 0;
  /** The one that waits for its `mdat`. */
  #moof: ReadFragment | undefined;
  /** Whether the `mdat` of every `moof` so far is complete. */
  #isWhole = false;
  #hasSamples = false;
  /** Offset of the current box, and of `moof`, from the fragment's start. */
  #boxAt = 0;
  #moofAt = 0;
  #facts: FragmentFacts | undefined;
  /** The facts before the last `moof`. */
  #before: FragmentFacts | undefined;
  #moofs = 0;
  /** The stream's track, as far as known. */
  #trackId: number | undefined;
  readonly #lookAhead: TickSpan[] = [];
  readonly #repairs = new Map<RepairKind, number>();
  /** Of the last `moof`. */
  #filling: Filling | undefined;
  #skippedBoxes = 0;
  /** The bytes that are being read. */
  #pushed: Uint8Array = new Uint8Array();
  /** The `mdat` that came before its `moof`. */
  #early: EarlyMdat | undefined;

  constructor(context: FragmentContext) {
    this.#context = context;
  }

  /** Available once `moof` has been read; `repairs` are complete with the first returned bytes. */
  get report(): FragmentReport | undefined {
    const isEmpty = this.#isWhole && !this.#hasSamples;
    if (!this.#facts) return undefined;
    const counts = new Map(this.#repairs);
    count(counts, this.#filling?.repairs ?? []);
    const repairs = Array.from(counts, ([kind, times]) => ({ kind, count: times }));
    return { ...this.#facts, lookAhead: [...this.#lookAhead], repairs, isEmpty, bytes: this.#received };
  }

  /** Takes bytes as they arrive, split anywhere, and returns the segment bytes that are ready. Throws `fragment-malformed`. */
  push(bytes: Uint8Array): Uint8Array[] {
    const out: Uint8Array[] = [];
    this.#pushed = bytes;
    for (let at = 0; at < bytes.length; ) {
      const taken = this.#take(at === 0 ? bytes : bytes.subarray(at), out);
      at += taken;
      this.#received += taken;
    }
    return out;
  }

  /** Signals the end of the fragment. Throws if it is incomplete. */
  finish(): FragmentReport {
    const place = this.#place;
    if (this.#isWhole && place.kind === 'skipped' && place.isOfMdat)
      count(this.#repairs, repair('mdat-size', 1));
    const { report } = this;
    if (this.#isWhole && report) return report;
    const box = place.kind === 'mdat' || this.#moof ? 'mdat' : 'moof';
    throw malformed(box, this.#received, 'the fragment is truncated');
  }

  /** Takes a part of `bytes`, at least one byte or a step on; returns how many. */
  #take(bytes: Uint8Array, out: Uint8Array[]): number {
    const place = this.#place;
    switch (place.kind) {
      case 'header':
        return this.#takeHeader(bytes, out);
      case 'moof': {
        const { size } = place;
        if (this.#gathered === 0 && bytes.length >= size) {
          this.#readMoof(bytes.subarray(0, size), out);
          return size;
        }
        const taken = this.#gather(bytes, size);
        if (this.#gathered === size) this.#readMoof(this.#buffer, out);
        return taken;
      }
      case 'early':
      case 'skipped':
      case 'mdat': {
        const taken = Math.min(place.left, bytes.length);
        const left = place.left - taken;
        if (place.kind === 'mdat') {
          out.push(taken < bytes.length ? bytes.subarray(0, taken) : bytes);
          if (left === 0 && place.filling.length > 0) out.push(place.filling);
          this.#isWhole = left === 0;
        } else if (place.kind === 'early') {
          this.#early?.pieces.push(bytes.slice(0, taken));
        }
        const behind = place.kind === 'mdat' ? place.behind : 0;
        if (left > 0) this.#place = { ...place, left };
        else
          this.#place = behind > 0 ? { kind: 'skipped', left: behind, isOfMdat: true } : { kind: 'header' };
        return taken;
      }
      default:
        return place satisfies never;
    }
  }

  #takeHeader(bytes: Uint8Array, out: Uint8Array[]): number {
    if (this.#gathered === 0) this.#boxAt = this.#received;
    // A header in one piece is read in place, and that of `moof` stays with it.
    const isOnePiece = this.#gathered === 0 && bytes.length >= 16;
    const taken = isOnePiece ? 0 : this.#gather(bytes, this.#gathered < 8 ? 8 : 16);
    const header = isOnePiece ? bytes : this.#buffer.subarray(0, this.#gathered);
    try {
      const box = readBoxHeader(viewOf(header), 0);
      if (!box) return taken;
      this.#enterBox(box, header, out);
      return isOnePiece && box.type !== 'moof' ? box.headerSize : taken;
    } catch (error) {
      if (this.#isWhole) {
        this.#place = { kind: 'skipped', left: Number.POSITIVE_INFINITY };
        return taken;
      }
      const at = this.#boxAt === 0 ? findMoof(bytes, taken || 1) : undefined;
      if (at === undefined) throw error;
      this.#gathered = 0;
      this.#skippedBoxes++;
      this.#place = { kind: 'skipped', left: at - taken };
      return taken;
    }
  }

  /** Decides what to do with a box by its header. */
  #enterBox(header: BoxHeader, bytes: Uint8Array, out: Uint8Array[]): void {
    const { type, size } = header;
    if (type !== 'moof') this.#gathered = 0;
    if (type === 'moof' && !this.#moof) {
      if (size < 16 || size > MAX_MOOF_SIZE) throw malformed(type, this.#boxAt, `size ${size}`);
      this.#moofAt = this.#boxAt;
      this.#isWhole = false;
      this.#place = { kind: 'moof', size };
    } else if (type === 'mdat' && this.#moof) {
      this.#enterMdat(this.#moof, header, bytes, out);
    } else if (type === 'mdat' && !this.#facts && !this.#early && size > header.headerSize) {
      this.#early = { header, bytes: bytes.slice(0, header.headerSize), at: this.#boxAt, pieces: [] };
      this.#place = { kind: 'early', left: size - header.headerSize };
    } else if (
      type !== 'moof' &&
      (type !== 'mdat' || this.#isWhole) &&
      size !== 0 &&
      (type === 'mdat' || size <= MAX_SKIPPED_SIZE)
    ) {
      this.#skippedBoxes++;
      const left = size - header.headerSize;
      this.#place = left > 0 ? { kind: 'skipped', left } : { kind: 'header' };
    } else {
      throw malformed(type, this.#boxAt, `${this.#moof ? 'mdat' : 'moof'} expected`);
    }
  }

  #readMoof(bytes: Uint8Array, out: Uint8Array[]): void {
    this.#buffer = new Uint8Array();
    this.#gathered = 0;
    if (++this.#moofs > MAX_MOOFS) throw malformed('moof', this.#boxAt, `more than ${MAX_MOOFS} of them`);
    const before = this.#facts && withoutFilling(this.#facts, this.#filling);
    this.#before = before;
    const moof = this.#read(bytes);
    // Without samples, it doesn't replace what was added.
    if (!before || !moof.facts.isEmpty) {
      this.#facts = before ? joined(before, moof.facts) : moof.facts;
      this.#filling = moof.filling;
      this.#trackId ??= moof.facts.isEmpty ? undefined : moof.trackId;
    }
    this.#lookAhead.push(...moof.facts.lookAhead.slice(0, MAX_LOOK_AHEAD - this.#lookAhead.length));
    this.#isWhole = moof.facts.isEmpty;
    if (this.#isWhole) count(this.#repairs, moof.facts.repairs);
    this.#moof = this.#isWhole ? undefined : moof;
    this.#place = { kind: 'header' };
    const early = this.#early;
    if (!early || !this.#moof) return;
    this.#early = undefined;
    this.#skippedBoxes++;
    const payload = join(early.pieces);
    this.#enterMdat(moof, early.header, early.bytes, out, early.at);
    for (let at = 0; at < payload.length; ) at += this.#take(payload.subarray(at), out);
  }

  /** Checks the sizes of `moof` against that of `mdat`, and only then returns the first bytes. */
  #enterMdat(
    moof: ReadFragment,
    header: BoxHeader,
    bytes: Uint8Array,
    out: Uint8Array[],
    boxAt = this.#boxAt,
  ): void {
    const isOpenEnded = header.size === 0;
    const needed = moof.runSizes.reduce((sum, size) => sum + size, 0);
    const payloadSize = isOpenEnded ? needed : header.size - header.headerSize;
    this.#moof = undefined;
    this.#place = { kind: 'header' };
    if (payloadSize === 0) {
      // Samples without bytes take no time.
      if (this.#facts) this.#facts = this.#before ?? { ...this.#facts, samples: 0, duration: ticks(0) };
      this.#filling = undefined;
      this.#isWhole = true;
      return;
    }
    const at = boxAt - this.#moofAt;
    const own = bytes.subarray(0, header.headerSize);
    const lacking = needed - payloadSize;
    const read = lacking > 0 && lacking <= needed * MOST_LACKING ? this.#reread(moof, payloadSize) : moof;
    const { filling } = read;
    const { origin, encryption = this.#facts?.encryption } = this.#context;
    const written = rewriteFragment(read, { origin, encryption }, { at, header: own, payloadSize });
    count(this.#repairs, read.facts.repairs);
    count(this.#repairs, repair('mdat-size', isOpenEnded ? 1 : 0));
    count(this.#repairs, repair('skipped-boxes', this.#skippedBoxes));
    count(this.#repairs, written.repairs);
    this.#skippedBoxes = 0;
    out.push(this.#beforePayload(written.bytes, bytes, header.headerSize, at));
    this.#hasSamples = true;
    this.#place = {
      kind: 'mdat',
      left: written.payloadSize,
      filling: filling.bytes,
      behind: payloadSize - written.payloadSize,
    };
  }

  /** Reads the `moof` again, as far as its samples are in an `mdat` of this size. */
  #reread({ view }: ReadFragment, payloadSize: number): ReadFragment {
    const bytes = new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
    const before = this.#before;
    const read = this.#read(bytes, payloadSize);
    this.#facts = before ? joined(before, read.facts) : read.facts;
    this.#filling = read.filling;
    return read;
  }

  #read(bytes: Uint8Array, payloadSize?: number): ReadFragment {
    const [context, before] = [this.#context, this.#before];
    const own = before ? { ...following(context, before), trackId: this.#trackId } : context;
    return readFragment(bytes, own, payloadSize);
  }

  /** The new `moof` in place of the old one, if that is allowed and there is room: then nobody needs to copy the payload. */
  #beforePayload(head: Uint8Array, mdat: Uint8Array, mdatHeaderSize: number, moofSize: number): Uint8Array {
    const { buffer, byteOffset } = this.#pushed;
    const isThere = mdat.buffer === buffer && mdat.byteOffset - moofSize >= byteOffset;
    const hasRoom = head.length <= moofSize + mdatHeaderSize;
    // What shows how to decrypt the samples is read from the old one, later.
    if (!this.#context.mayOverwrite || this.#facts?.isEncrypted || !isThere || !hasRoom) return head;
    const place = new Uint8Array(buffer, mdat.byteOffset + mdatHeaderSize - head.length, head.length);
    place.set(head);
    return place;
  }

  /** Buffers bytes until there are `size` of them; returns how many it took. */
  #gather(bytes: Uint8Array, size: number): number {
    const taken = Math.min(size - this.#gathered, bytes.length);
    if (this.#buffer.length < size) {
      const larger = new Uint8Array(size);
      larger.set(this.#buffer);
      this.#buffer = larger;
    }
    this.#buffer.set(bytes.subarray(0, taken), this.#gathered);
    this.#gathered += taken;
    return taken;
  }
}

/** The context for a `moof` that follows others in one response. */
const following = (context: FragmentContext, { start, duration, compositionShift, lead }: FragmentFacts) => ({
  ...context,
  start: ticks(start + duration),
  duration: ticks(duration < context.duration ? context.duration - duration : 0n),
  shift: compositionShift,
  lead,
});

/** What was added at the end of one `moof` is replaced by the samples of the next. */
const withoutFilling = (facts: FragmentFacts, filling: Filling | undefined): FragmentFacts => ({
  ...facts,
  duration: ticks(facts.duration - BigInt(filling?.duration ?? 0)),
});

/** Combines the facts of one `moof` and the next. */
const joined = (facts: FragmentFacts, next: FragmentFacts): FragmentFacts => ({
  ...facts,
  duration: ticks(facts.duration + next.duration),
  samples: facts.samples + next.samples,
  isEncrypted: facts.isEncrypted || next.isEncrypted,
  encryption: facts.encryption ?? next.encryption,
  keyIds: [...new Set([...facts.keyIds, ...next.keyIds])],
});

function count(counts: Map<RepairKind, number>, repairs: readonly Repair[]): void {
  for (const { kind, count: times } of repairs) counts.set(kind, (counts.get(kind) ?? 0) + times);
}

const viewOf = (bytes: Uint8Array): DataView =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
