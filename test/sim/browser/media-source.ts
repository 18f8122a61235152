import { FakeSourceBuffer } from './source-buffer.ts';

/** Media sources by the URL that was made for them. */
export const objectUrls = new Map<string, FakeMediaSource>();

/** A media source in virtual time. */
export class FakeMediaSource extends EventTarget {
  static isTypeSupported(): boolean {
    return true;
  }

  /** All that were made, for tests that count them. */
  static readonly all: FakeMediaSource[] = [];

  readyState: 'closed' | 'open' | 'ended' = 'closed';
  #duration = Number.NaN;
  readonly sourceBuffers: FakeSourceBuffer[] = [];
  seekable: { readonly start: number; readonly end: number } | undefined;
  /** The element that it is attached to looks at the time. */
  onChange = () => {};

  constructor() {
    super();
    FakeMediaSource.all.push(this);
  }

  get duration(): number {
    return this.readyState === 'closed' ? Number.NaN : this.#duration;
  }

  set duration(value: number) {
    if (this.readyState !== 'open') throw new DOMException('closed', 'InvalidStateError');
    this.#duration = value;
    this.onChange();
  }

  open(): void {
    this.readyState = 'open';
    this.dispatchEvent(new Event('sourceopen'));
  }

  close(): void {
    if (this.readyState === 'closed') return;
    this.readyState = 'closed';
    this.dispatchEvent(new Event('sourceclose'));
  }

  addSourceBuffer(): FakeSourceBuffer {
    const isOpen = () => {
      if (this.readyState === 'ended') this.readyState = 'open';
      return this.readyState === 'open';
    };
    const buffer = new FakeSourceBuffer(isOpen, () => this.onChange());
    this.sourceBuffers.push(buffer);
    return buffer;
  }

  endOfStream(): void {
    if (this.readyState !== 'open') throw new DOMException('closed', 'InvalidStateError');
    this.readyState = 'ended';
    const ends = this.sourceBuffers.map(({ ranges }) => ranges.at(-1)?.end ?? 0);
    this.#duration = Math.max(0, ...ends);
    this.onChange();
  }

  setLiveSeekableRange(start: number, end: number): void {
    this.seekable = { start, end };
  }

  clearLiveSeekableRange(): void {
    this.seekable = undefined;
  }
}
