import { html, LitElement, nothing } from 'lit';
import { property, query, state } from 'lit/decorators.js';
import type { Previews } from '../player/navigate/previews.ts';
import { ControlRequestEvent, HoldEvent } from './requests.ts';
import { seekBarStyles } from './seek-bar-styles.ts';
import { type Strings, stringsFor } from './strings.ts';
import { type Chapter, chapterAt } from './text/chapters.ts';
import { type Span, type TimeFormat, titleTimeFormat } from './time-format.ts';

const SMALL_STEP = 5;
const BIG_STEP = 60;
/** If a dragged knob rests this long, the video seeks there. */
const REST_MS = 250;
/** How long the tooltip is shown after a key press. */
const SHOWN_AFTER_KEY_MS = 1500;
/** Width of a preview in CSS pixels, and its maximum fraction of the bar. */
const PREVIEW_WIDTH = 160;
const PREVIEW_SHARE = 0.36;
const PREVIEW_PADDING = 4;

/**
 * The seek bar: played and buffered parts, the time at the pointer with its picture, and a slider. It runs from left to
 * right in every script, like media time.
 *
 * @customElement smooth-seek-bar
 * @csspart slider - The native range input, for keyboard and screen readers.
 * @csspart track - The whole length.
 * @csspart buffered - A buffered range.
 * @csspart played - From the beginning to the playhead.
 * @csspart mark - The beginning of a chapter.
 * @csspart knob - The playhead.
 * @csspart tooltip - The time at the pointer, its chapter and its picture.
 * @cssproperty [--smooth-accent=#7db6ff] - The played part.
 * @fires smooth-request - With `seek`: on release, while dragging inside the buffer, and where the knob rests; with
 * `scrub` while it moves
 *   elsewhere.
 * @fires smooth-hold - When a drag begins and ends.
 */
export class SmoothSeekBar extends LitElement {
  static override styles = seekBarStyles;
  /** Seconds. */
  @property({ attribute: false }) accessor time = 0;
  /** The seekable range, and the format of positions. */
  @property({ attribute: false }) accessor face: TimeFormat = titleTimeFormat(
    0,
    Number.NaN,
    stringsFor('en'),
  );
  @property({ attribute: false }) accessor buffered: readonly Span[] = [];
  @property({ attribute: false }) accessor chapters: readonly Chapter[] = [];
  /** Whether the media clock runs, so that the playhead moves smoothly between updates. */
  @property({ type: Boolean, reflect: true }) accessor gliding = false;
  /** Whether the media element is seeking. */
  @property({ attribute: false }) accessor seeking = false;
  @property({ attribute: false }) accessor strings: Strings = stringsFor('en');
  /** Provides the previews of the title; called for the first preview. */
  @property({ attribute: false }) accessor openPreviews: (() => Promise<Previews>) | undefined;

  /** The time at the pointer, or at a dragging finger, in seconds. */
  @state() private accessor pointed: number | undefined;
  @state() private accessor dragged: number | undefined;
  @state() private accessor previews: Previews | undefined;
  #opening: (() => Promise<Previews>) | undefined;
  /** The pointer that drags. */
  #pointer: number | undefined;
  /** Aborted when the drag ends. */
  #dragging: AbortController | undefined;
  /** The position before the drag, if it has sought. */
  #before: number | undefined;
  #restTimer: ReturnType<typeof setTimeout> | undefined;
  #hideTimer: ReturnType<typeof setTimeout> | undefined;

  @query('.bar') private accessor bar: HTMLElement | null = null;
  @query('.played') private accessor played: HTMLElement | null = null;
  @query('.knob') private accessor knob: HTMLElement | null = null;
  @query('.tooltip') private accessor tooltip: HTMLElement | null = null;

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.#restTimer);
    this.#hide();
    this.#end();
  }

  override render() {
    const { strings, face } = this;
    const { start, end } = face.range;
    const time = this.#shown;
    const isKnown = Number.isFinite(end);
    return html`
      <div class="bar" dir="ltr" ?data-dragging=${this.dragged !== undefined}
        @pointerdown=${this.#grab} @pointermove=${this.#move} @pointerup=${this.#release}
        @pointercancel=${this.#cancel} @lostpointercapture=${this.#cancel} @pointerleave=${this.#leave}>
        <input part="slider" type="range" min=${start} step="any" max=${isKnown ? end : start} .value=${String(time)}
          ?disabled=${!isKnown} aria-label=${strings.seek} aria-valuetext=${isKnown ? this.#spoken(time) : nothing}
          @keydown=${this.#key} @input=${this.#input} />
        <div class="track" part="track">
          ${this.buffered.map(() => html`<div class="buffered" part="buffered"></div>`)}
          <div class="played" part="played"></div>
          ${this.#marks.map(() => html`<div class="mark" part="mark"></div>`)}
        </div>
        <div class="knob" part="knob"></div>
        <div class="tooltip" part="tooltip" aria-hidden="true" ?hidden=${this.pointed === undefined}>
          ${this.pointed === undefined ? nothing : this.#place(this.pointed)}
        </div>
      </div>
    `;
  }

  protected override willUpdate(): void {
    if (this.pointed !== undefined && this.openPreviews !== this.#opening) void this.#fetchPreviews();
  }

  /** Without previews the tooltip shows the time; the next pointer tries again. */
  async #fetchPreviews(): Promise<void> {
    const open = this.openPreviews;
    this.#opening = open;
    this.previews = undefined;
    if (!open) return;
    try {
      const [previews, { definePreview }] = await Promise.all([open(), import('./preview.ts')]);
      definePreview();
      if (this.#opening === open) this.previews = previews;
    } catch {
      if (this.#opening === open) this.#opening = undefined;
    }
  }

  /** Shows the tooltip for a while, since a key press has no end. */
  #showFor(time: number): void {
    this.pointed = time;
    clearTimeout(this.#hideTimer);
    this.#hideTimer = setTimeout(this.#hide, SHOWN_AFTER_KEY_MS);
  }

  #hide = () => {
    clearTimeout(this.#hideTimer);
    this.pointed = undefined;
  };

  /** Positions are set through CSSOM, which a strict Content Security Policy allows; style attributes it does not. */
  protected override updated(): void {
    const { start, end } = this.face.range;
    const share = (time: number) =>
      end > start ? Math.min(1, Math.max(0, (time - start) / (end - start))) : 0;
    this.played?.style.setProperty('transform', `scaleX(${share(this.#shown)})`);
    this.knob?.style.setProperty('transform', `translateX(${share(this.#shown) * 100}%)`);
    this.tooltip?.style.setProperty('--_at', String(share(this.pointed ?? 0)));
    // A preview that loads later will have this width.
    const width = this.previews ? this.#previewWidth + 2 * PREVIEW_PADDING : (this.tooltip?.offsetWidth ?? 0);
    const half = Math.max(28, width / 2);
    this.tooltip?.style.setProperty('--_half', `${half}px`);
    const spans = this.renderRoot.querySelectorAll<HTMLElement>('.buffered');
    for (const [index, span] of this.buffered.entries()) {
      const from = share(span.start);
      spans[index]?.style.setProperty('left', `${from * 100}%`);
      spans[index]?.style.setProperty('width', `${(share(span.end) - from) * 100}%`);
    }
    const marks = this.renderRoot.querySelectorAll<HTMLElement>('.mark');
    for (const [index, chapter] of this.#marks.entries())
      marks[index]?.style.setProperty('left', `${share(chapter.start) * 100}%`);
  }

  /** The beginning of the title needs no mark. */
  get #marks(): readonly Chapter[] {
    const { start, end } = this.face.range;
    return this.chapters.filter((chapter) => chapter.start > start && chapter.start < end);
  }

  #spoken(time: number): string {
    const chapter = chapterAt(this.chapters, time);
    const spoken = this.face.spoken(time);
    return chapter ? `${spoken}, ${chapter.name}` : spoken;
  }

  #pointedText(time: number) {
    const chapter = chapterAt(this.chapters, time);
    const text = this.face.text(time);
    return chapter ? html`<span class="chapter">${chapter.name}</span> ${text}` : text;
  }

  #place(time: number) {
    return html`${
      this.previews
        ? html`<smooth-preview .previews=${this.previews} .time=${time} .width=${this.#previewWidth}></smooth-preview>`
        : nothing
    }${this.#pointedText(time)}`;
  }

  get #previewWidth(): number {
    return Math.min(PREVIEW_WIDTH, Math.round((this.bar?.clientWidth ?? 0) * PREVIEW_SHARE));
  }

  get #shown() {
    return this.dragged ?? this.time;
  }

  #timeAt(event: PointerEvent): number {
    const box = this.bar?.getBoundingClientRect();
    if (!box) return 0;
    const { start, end } = this.face.range;
    return start + Math.min(1, Math.max(0, (event.clientX - box.left) / box.width)) * (end - start);
  }

  #ask(to: number) {
    const { start, end } = this.face.range;
    this.dispatchEvent(new ControlRequestEvent({ type: 'seek', to: Math.min(end, Math.max(start, to)) }));
  }

  get #isSeekable(): boolean {
    const { start, end } = this.face.range;
    return end > start && Number.isFinite(end);
  }

  #grab = (event: PointerEvent) => {
    if (event.button !== 0 || !this.#isSeekable || this.dragged !== undefined) return;
    this.#pointer = event.pointerId;
    this.bar?.setPointerCapture(event.pointerId);
    clearTimeout(this.#hideTimer);
    this.dragged = this.pointed = this.#timeAt(event);
    this.#dragging = new AbortController();
    const { signal } = this.#dragging;
    this.ownerDocument.addEventListener('keydown', this.#undo, { capture: true, signal });
    this.dispatchEvent(new HoldEvent(true));
  };

  #move = (event: PointerEvent) => {
    if (!this.#isSeekable || this.#isOther(event)) return;
    const time = this.#timeAt(event);
    if (event.pointerType !== 'touch' || this.dragged !== undefined) {
      clearTimeout(this.#hideTimer);
      this.pointed = time;
    }
    if (this.dragged === undefined) return;
    this.dragged = time;
    const isBuffered = this.buffered.some(({ start, end }) => time >= start && time < end);
    clearTimeout(this.#restTimer);
    if (!isBuffered) {
      this.dispatchEvent(new ControlRequestEvent({ type: 'scrub', to: time }));
      this.#restTimer = setTimeout(() => this.dragged === time && this.#follow(time), REST_MS);
    } else if (!this.seeking) this.#follow(time);
  };

  #follow(time: number): void {
    this.#before ??= this.time;
    this.#ask(time);
  }

  /** Escape goes back to where the drag began. */
  #undo = (event: KeyboardEvent) => {
    if (event.key !== 'Escape') return;
    event.preventDefault();
    event.stopPropagation();
    if (this.#before !== undefined) this.#ask(this.#before);
    this.#end();
  };

  #release = (event: PointerEvent) => {
    if (this.dragged === undefined || this.#isOther(event)) return;
    // Shows the new position until the media element reports it.
    this.time = this.#timeAt(event);
    this.#ask(this.time);
    this.#end();
    if (event.pointerType === 'touch') this.pointed = undefined;
  };

  /** Another finger than the one that drags. */
  #isOther = ({ pointerId }: PointerEvent): boolean =>
    this.dragged !== undefined && pointerId !== this.#pointer;

  #cancel = (event: PointerEvent) => {
    if (!this.#isOther(event)) this.#end();
  };

  #end(): void {
    clearTimeout(this.#restTimer);
    if (this.dragged === undefined) return;
    this.dragged = this.#before = undefined;
    this.#dragging?.abort();
    this.dispatchEvent(new HoldEvent(false));
  }

  #leave = () => {
    if (this.dragged === undefined) this.pointed = undefined;
  };

  #key = (event: KeyboardEvent) => {
    if (event.key === 'Escape' && this.pointed !== undefined) {
      event.preventDefault();
      this.#hide();
      return;
    }
    // Shortcuts of the browser, such as Back.
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const to = this.#keyTarget(event.key);
    if (to === undefined) return;
    event.preventDefault();
    this.#ask(to);
    const { start, end } = this.face.range;
    if (this.#isSeekable) this.#showFor(Math.min(end, Math.max(start, to)));
  };

  #keyTarget(key: string): number | undefined {
    switch (key) {
      case 'ArrowLeft':
      case 'ArrowDown':
        return this.time - SMALL_STEP;
      case 'ArrowRight':
      case 'ArrowUp':
        return this.time + SMALL_STEP;
      case 'PageDown':
        return this.time - BIG_STEP;
      case 'PageUp':
        return this.time + BIG_STEP;
      case 'Home':
        return this.face.range.start;
      case 'End':
        return this.face.range.end;
      default:
        return undefined;
    }
  }

  /** Assistive technology moves the slider without a key. */
  #input = (event: Event) => {
    if (event.target instanceof HTMLInputElement) this.#ask(event.target.valueAsNumber);
  };
}
