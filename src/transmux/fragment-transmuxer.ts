import { type BoxHeader, malformed, readBoxHeader } from '../mp4/box.ts';
import { BoxWriter } from '../mp4/writer.ts';
import {
  type FragmentContext,
  type FragmentFacts,
  type ReadFragment,
  readFragment,
  rewriteFragment,
} from './movie-fragment.ts';
import { type Repair, repair } from './repair.ts';

/** What was learnt from a fragment. */
export interface FragmentReport extends FragmentFacts {
  /** Bytes pushed so far. */
  readonly bytes: number;
}

/** Where in the fragment the next byte lies. */
type Place =
  | { readonly kind: 'header' }
  | { readonly kind: 'moof'; readonly size: number }
  | { readonly kind: 'skipped' | 'mdat'; readonly left: number }
  | { readonly kind: 'after' };

/** The `moof` of an hour's video is smaller. */
const MAX_MOOF_SIZE = 4 * 1024 * 1024;

/** The most that 32 bits can say of an `mdat` that doesn't say it itself. */
const MAX_OPEN_ENDED = 0xffffffff - 8;

/** Boxes of any other type are skipped up to this size: text, read as a header, is larger. */
const MAX_SKIPPED_SIZE = MAX_MOOF_SIZE;

/**
 * Makes a media segment of one fragment as its bytes arrive. Only `moof` is written anew, and it goes out as soon
 * as the header of `mdat` bears out its sizes; the payload of `mdat` passes through as views of what was pushed.
 * What comes after `mdat` is dropped. Once it has thrown, it is spent.
 */
export class FragmentTransmuxer {
  readonly #context: FragmentContext;
  #place: Place = { kind: 'header' };
  /** The unfinished header or `moof`: its first `#gathered` bytes. */
  #buffer: Uint8Array = new Uint8Array();
  #gathered = 0;
  #received = 0;
  #moof: ReadFragment | undefined;
  /** Offset of the current box, and of `moof`, from the fragment's start. */
  #boxAt = 0;
  #moofAt = 0;
  #facts: FragmentFacts | undefined;
  #skippedBoxes = 0;

  constructor(context: FragmentContext) {
    this.#context = context;
  }

  /** Known as soon as `moof` has been read; `repairs` are complete with the first bytes given out. */
  get report(): FragmentReport | undefined {
    return this.#facts && { ...this.#facts, bytes: this.#received };
  }

  /** Takes bytes as they arrive, cut anywhere, and gives what can be passed on. Throws `fragment-malformed`. */
  push(bytes: Uint8Array): Uint8Array[] {
    const out: Uint8Array[] = [];
    let at = 0;
    while (at < bytes.length && this.#place.kind !== 'after') {
      const taken = this.#take(at === 0 ? bytes : bytes.subarray(at), out);
      at += taken;
      this.#received += taken;
    }
    this.#received += bytes.length - at;
    return out;
  }

  /** Says that all has come. Throws if the fragment is not complete. */
  finish(): FragmentReport {
    const { report } = this;
    if (this.#place.kind === 'after' && report) return report;
    const box = this.#place.kind === 'mdat' || this.#moof ? 'mdat' : 'moof';
    throw malformed(box, this.#received, 'the fragment ends before its boxes do');
  }

  /** Takes what it can of `bytes`, one byte at least; gives how many. */
  #take(bytes: Uint8Array, out: Uint8Array[]): number {
    const place = this.#place;
    switch (place.kind) {
      case 'header':
        return this.#takeHeader(bytes, out);
      case 'moof': {
        const taken = this.#gather(bytes, place.size);
        if (this.#gathered === place.size) this.#readMoof(this.#release());
        return taken;
      }
      case 'skipped': {
        const taken = Math.min(place.left, bytes.length);
        this.#place = taken < place.left ? { kind: 'skipped', left: place.left - taken } : { kind: 'header' };
        return taken;
      }
      case 'mdat': {
        const taken = Math.min(place.left, bytes.length);
        out.push(taken < bytes.length ? bytes.subarray(0, taken) : bytes);
        this.#place = taken < place.left ? { kind: 'mdat', left: place.left - taken } : { kind: 'after' };
        return taken;
      }
      case 'after':
        return bytes.length;
      default:
        return place satisfies never;
    }
  }

  #takeHeader(bytes: Uint8Array, out: Uint8Array[]): number {
    if (this.#gathered === 0) this.#boxAt = this.#received;
    const taken = this.#gather(bytes, this.#gathered < 8 ? 8 : 16);
    if (this.#gathered < 8) return taken;
    const bytesSoFar = this.#release();
    const header = readBoxHeader(viewOf(bytesSoFar), 0);
    if (header) this.#enterBox(header, bytesSoFar, out);
    else this.#keep(bytesSoFar);
    return taken;
  }

  /** Decides what to do with a box by its header. */
  #enterBox(header: BoxHeader, bytes: Uint8Array, out: Uint8Array[]): void {
    const { type, size } = header;
    if (type === 'moof' && !this.#moof) {
      if (size < 16 || size > MAX_MOOF_SIZE) throw malformed(type, this.#boxAt, `size ${size}`);
      this.#moofAt = this.#boxAt;
      this.#keep(bytes);
      this.#place = { kind: 'moof', size };
    } else if (type === 'mdat' && this.#moof) {
      this.#enterMdat(this.#moof, header, bytes, out);
    } else if (type !== 'moof' && type !== 'mdat' && size !== 0 && size <= MAX_SKIPPED_SIZE) {
      this.#skippedBoxes++;
      const left = size - header.headerSize;
      this.#place = left > 0 ? { kind: 'skipped', left } : { kind: 'header' };
    } else {
      throw malformed(type, this.#boxAt, `${this.#moof ? 'mdat' : 'moof'} expected`);
    }
  }

  #readMoof(bytes: Uint8Array): void {
    this.#moof = readFragment(bytes, this.#context);
    this.#facts = this.#moof.facts;
    this.#place = { kind: this.#facts.isEmpty ? 'after' : 'header' };
  }

  /** Checks the sizes of `moof` against that of `mdat`, and only then gives out the first bytes. */
  #enterMdat(moof: ReadFragment, header: BoxHeader, bytes: Uint8Array, out: Uint8Array[]): void {
    const isOpenEnded = header.size === 0;
    const payloadSize = isOpenEnded ? sizeOfSamples(moof) : header.size - header.headerSize;
    if (payloadSize === 0) {
      this.#facts = { ...moof.facts, isEmpty: true };
      this.#place = { kind: 'after' };
      return;
    }
    const at = this.#boxAt - this.#moofAt;
    const mdatHeader = isOpenEnded ? writeMdatHeader(payloadSize) : bytes;
    const written = rewriteFragment(moof, this.#context, { at, header: mdatHeader, payloadSize });
    const ownRepairs = [
      ...repair('mdat-size', isOpenEnded ? 1 : 0),
      ...repair('skipped-boxes', this.#skippedBoxes),
    ];
    this.#learn([...ownRepairs, ...written.repairs]);
    out.push(written.bytes);
    this.#place = { kind: 'mdat', left: payloadSize };
  }

  #learn(repairs: readonly Repair[]): void {
    if (this.#facts) this.#facts = { ...this.#facts, repairs: [...this.#facts.repairs, ...repairs] };
  }

  /** Sets bytes aside until there are `size` of them; gives how many it took. */
  #gather(bytes: Uint8Array, size: number): number {
    const taken = Math.min(size - this.#gathered, bytes.length);
    this.#keep(bytes.subarray(0, taken));
    return taken;
  }

  #keep(piece: Uint8Array): void {
    const length = this.#gathered + piece.length;
    if (length > this.#buffer.length) {
      const grown = new Uint8Array(Math.max(length, 2 * this.#buffer.length));
      grown.set(this.#buffer.subarray(0, this.#gathered));
      this.#buffer = grown;
    }
    this.#buffer.set(piece, this.#gathered);
    this.#gathered = length;
  }

  /** Hands over what was set aside. */
  #release(): Uint8Array {
    const whole = this.#buffer.subarray(0, this.#gathered);
    this.#buffer = new Uint8Array();
    this.#gathered = 0;
    return whole;
  }
}

function sizeOfSamples({ samples }: ReadFragment): number {
  const size = samples.sizes.reduce((sum, value) => sum + value, 0);
  if (size > MAX_OPEN_ENDED) throw malformed('trun', 0, `samples of ${size} bytes`);
  return size;
}

function writeMdatHeader(payloadSize: number): Uint8Array {
  const writer = new BoxWriter(8);
  writer.u32(payloadSize + 8);
  writer.fourCC('mdat');
  return writer.finish();
}

const viewOf = (bytes: Uint8Array): DataView =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
