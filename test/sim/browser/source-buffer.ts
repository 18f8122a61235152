import { normalise, type Ranges, subtract } from '../../../src/base/ranges.ts';
import { seconds } from '../../../src/base/time.ts';
import { boxesIn, readBoxHeader } from '../../../src/mp4/box.ts';
import { readMovieFragment, readSamples } from '../../../src/mp4/fragment.ts';
import { world } from '../virtual-time.ts';
import { toTimeRanges } from './time-ranges.ts';

/** A sample that has arrived as far as its bytes have. */
interface PendingSamples {
  /** Start, end and last byte of each, in the order of decoding. */
  readonly spans: readonly { readonly start: number; readonly end: number; readonly until: number }[];
  next: number;
  received: number;
  readonly size: number;
}

/** Browsers take what lies so close for one. */
const SEAM = 0.05;
const APPEND_MS = 2;

/** A SourceBuffer that reads boxes and knows spans of time; it decodes nothing. */
export class FakeSourceBuffer extends EventTarget {
  /** Called with each append and removal before it begins; what it throws, they throw. */
  static onOperation: (buffer: FakeSourceBuffer) => void = () => {};

  updating = false;
  timestampOffset = 0;
  appendWindowStart = 0;
  appendWindowEnd = Number.POSITIVE_INFINITY;
  hasInit = false;
  ranges: Ranges = [];
  /** Makes the next appends fail as a browser does that rejects the bytes. */
  rejects = 0;
  /** Seconds that there is room for. */
  quota = Number.POSITIVE_INFINITY;
  readonly #isOpen: () => boolean;
  readonly #changed: () => void;
  #timescale = 1;
  #bytes = new Uint8Array();
  /** Told of by the last `moof`; their bytes follow behind the header of `mdat`. */
  #announced: PendingSamples | undefined;
  #pending: PendingSamples | undefined;

  constructor(isOpen: () => boolean, changed: () => void) {
    super();
    this.#isOpen = isOpen;
    this.#changed = changed;
  }

  get buffered() {
    return toTimeRanges(joined(this.ranges));
  }

  appendBuffer(bytes: Uint8Array): void {
    this.#expectReady();
    FakeSourceBuffer.onOperation(this);
    const held = this.ranges.reduce((sum, { start, end }) => sum + end - start, 0);
    if (held > this.quota) throw new DOMException('full', 'QuotaExceededError');
    const copy = bytes.slice();
    this.#update(() => {
      if (this.rejects > 0) {
        this.rejects -= 1;
        this.dispatchEvent(new Event('error'));
        return;
      }
      this.#take(copy);
    });
  }

  remove(start: number, end: number): void {
    this.#expectReady();
    FakeSourceBuffer.onOperation(this);
    this.#update(() => {
      this.#changed();
      this.ranges = subtract(this.ranges, [{ start: seconds(start), end: seconds(end) }]);
      this.#changed();
    });
  }

  abort(): void {
    this.#bytes = new Uint8Array();
    this.#pending = undefined;
  }

  changeType(): void {}

  #expectReady(): void {
    if (this.updating || !this.#isOpen()) throw new DOMException('not ready', 'InvalidStateError');
  }

  #update(work: () => void): void {
    this.updating = true;
    world.setTimeout(() => {
      if (this.#isOpen()) work();
      this.updating = false;
      this.dispatchEvent(new Event('updateend'));
    }, APPEND_MS);
  }

  #take(bytes: Uint8Array): void {
    const all = new Uint8Array(this.#bytes.length + bytes.length);
    all.set(this.#bytes);
    all.set(bytes, this.#bytes.length);
    let at = 0;
    this.#changed();
    while (at < all.length) {
      if (this.#pending) {
        const taken = Math.min(all.length - at, this.#pending.size - this.#pending.received);
        this.#receive(this.#pending, taken);
        at += taken;
        continue;
      }
      const rest = all.subarray(at);
      const view = new DataView(rest.buffer, rest.byteOffset, rest.byteLength);
      const box = rest.length >= 8 ? readBoxHeader(view, 0) : undefined;
      if (!box) break;
      if (box.type === 'mdat') {
        this.#pending = this.#announced;
        at += box.headerSize;
      } else if (rest.length < box.size) break;
      else {
        if (box.type === 'moof') this.#begin(rest.subarray(0, box.size));
        if (box.type === 'moov') this.#init(view);
        at += box.size;
      }
    }
    this.#bytes = all.slice(at);
    this.#changed();
  }

  #init(view: DataView): void {
    const find = (type: string, from: number, to: number): { payload: number; end: number } => {
      for (const box of boxesIn(view, from, to)) if (box.type === type) return box;
      throw new Error(`no ${type}`);
    };
    const moov = find('moov', 0, view.byteLength);
    const trak = find('trak', moov.payload, moov.end);
    const mdia = find('mdia', trak.payload, trak.end);
    const mdhd = find('mdhd', mdia.payload, mdia.end);
    this.#timescale = view.getUint32(mdhd.payload + 12);
    this.hasInit = true;
  }

  #begin(moof: Uint8Array): void {
    const view = new DataView(moof.buffer, moof.byteOffset, moof.byteLength);
    const [track] = readMovieFragment(view).tracks;
    if (!track) throw new Error('a moof without a track');
    const samples = readSamples(view, track);
    let time = Number(track.decodeTime ?? 0n);
    let until = 0;
    const spans = Array.from({ length: samples.count }, (_, i) => {
      const start = (time + (samples.compositionOffsets[i] ?? 0)) / this.#timescale + this.timestampOffset;
      const duration = samples.durations[i] ?? 0;
      time += duration;
      until += samples.sizes[i] ?? 0;
      return { start, end: start + duration / this.#timescale, until };
    });
    this.#announced = { spans, next: 0, received: 0, size: until };
  }

  #receive(pending: PendingSamples, bytes: number): void {
    pending.received += bytes;
    const added = [];
    for (;;) {
      const span = pending.spans[pending.next];
      if (!span || span.until > pending.received) break;
      pending.next += 1;
      if (span.start < this.appendWindowStart || span.end > this.appendWindowEnd + 0.001) continue;
      added.push({ start: seconds(span.start), end: seconds(span.end) });
    }
    if (added.length > 0) this.ranges = normalise([...this.ranges, ...added]);
    if (pending.received >= pending.size) this.#pending = undefined;
  }
}

function joined(ranges: Ranges): Ranges {
  const all: { start: (typeof ranges)[0]['start']; end: (typeof ranges)[0]['end'] }[] = [];
  for (const { start, end } of ranges) {
    const last = all.at(-1);
    if (last && start - last.end <= SEAM) last.end = end;
    else all.push({ start, end });
  }
  return all;
}
