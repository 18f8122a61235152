import { css, html, LitElement, nothing, type PropertyValues } from 'lit';
import { property, query, state } from 'lit/decorators.js';
import { isAbort } from '../../base/errors.ts';
import type { Previews } from '../../player/navigate/previews.ts';
import type { Cue } from '../../text/cue.ts';
import { adapt, styleTree } from '../document-styles.ts';
import { LocaleController } from '../locale-controller.ts';
import { pageLanguage } from '../page-language.ts';
import type { SmoothVideoElement } from '../smooth-video.ts';
import { fill } from '../texts.ts';
import { clockText, numberText } from '../time-text.ts';
import { type Chapter, chaptersOf } from './chapters.ts';
import { suitableTrack } from './text-controls.ts';
import { transcriptStringsFor } from './transcript-strings.ts';

/** A line of a transcript. */
interface Line {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** The maximum number of rendered lines; a search narrows them down. */
const MOST_LINES = 5000;
/** Width of a chapter's picture in CSS pixels. */
const PICTURE_WIDTH = 96;

/**
 * A transcript beside the player: the current line is highlighted, a click seeks there, and it can be searched. It
 * follows the player's text track; without one, the first suitable track.
 *
 * @customElement smooth-transcript
 * @attr {string} for - Id of the `<smooth-player>` or `<smooth-video>`.
 * @csspart search - The search field.
 * @csspart list - The lines.
 * @csspart line - One of them.
 * @csspart chapter - The heading of a chapter, with its picture.
 * @csspart current - The current line.
 * @cssproperty [--smooth-transcript-accent=#0b62d6] - Colour of the current line.
 */
export class SmoothTranscript extends LitElement {
  static override styles = css`
    :host { display: flex; flex-direction: column; gap: 8px; max-block-size: 24rem; font: 15px/1.45 system-ui, sans-serif; }
    :host([hidden]) { display: none; }
    input { font: inherit; padding: 8px 10px; border: 1px solid GrayText; border-radius: 8px; background: Field; color: FieldText; }
    ol { flex: 1; margin: 0; padding: 0; overflow: auto; list-style: none; scroll-behavior: smooth; }
    button {
      all: unset;
      box-sizing: border-box;
      display: grid;
      grid-template-columns: 4.2em 1fr;
      inline-size: 100%;
      min-block-size: 32px;
      padding: 5px 8px;
      border-radius: 6px;
      border-inline-start: 3px solid transparent;
      cursor: pointer;
    }
    button:hover { background: color-mix(in srgb, currentColor 8%, transparent); }
    button:focus-visible { outline: 2px solid var(--smooth-transcript-accent, #0b62d6); outline-offset: -2px; }
    button[aria-current] { border-inline-start-color: var(--smooth-transcript-accent, #0b62d6); font-weight: 600; }
    time { opacity: 0.75; font-variant-numeric: tabular-nums; }
    .text { white-space: pre-line; }
    .chapter { display: flex; align-items: center; gap: 10px; padding: 10px 8px 4px; font-weight: 650; }
    p { margin: 4px 8px; }
    @media (pointer: coarse) { button { min-block-size: 44px; } }
    @media (prefers-reduced-motion: reduce) { ol { scroll-behavior: auto; } }
    @media (forced-colors: active) { button[aria-current] { border-inline-start-color: Highlight; } }
  `;

  @property({ attribute: 'for' }) accessor htmlFor = '';
  @state() private accessor lines: readonly Line[] = [];
  @state() private accessor wanted = '';
  @state() private accessor current = -1;
  @state() private accessor isFailed = false;
  @state() private accessor chapters: readonly Chapter[] = [];
  @state() private accessor previews: Previews | undefined;
  @query('ol') private accessor list: HTMLOListElement | null = null;

  readonly #locale = new LocaleController(this);
  #player: SmoothVideoElement | undefined;
  #listening: AbortController | undefined;
  #seen: IntersectionObserver | undefined;
  /** The track whose lines are shown. */
  #track: string | undefined;
  /** While the viewer reads elsewhere, the list doesn't scroll. */
  #isRead = false;

  override connectedCallback(): void {
    super.connectedCallback();
    this.#connect();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#listening?.abort();
    // Another title may be loaded meanwhile.
    this.#clear();
  }

  adoptedCallback(): void {
    styleTree(this);
  }

  protected override willUpdate(changed: PropertyValues): void {
    if (changed.has('htmlFor') && this.hasUpdated && this.isConnected) this.#connect();
  }

  protected override render(): unknown {
    const strings = transcriptStringsFor(this.#locale.language);
    const found = this.#found;
    return html`
      <input part="search" type="search" aria-label=${strings.search} placeholder=${strings.search} .value=${this.wanted}
        @input=${this.#searched} />
      <div role="status" aria-live="polite">
        ${this.wanted ? html`<p>${fill(strings.found, { count: numberText(found.length, strings.language) })}</p>` : nothing}
        ${this.lines.length === 0 ? html`<p>${this.isFailed ? strings.failed : strings.none}</p>` : nothing}
      </div>
      <ol part="list" aria-label=${strings.transcript} @pointerenter=${this.#reads} @pointerleave=${this.#readOn}>
        ${found.map(
          (
            { start, text },
            index,
          ) => html`${this.#headings(found[index - 1]?.start, start)}<li><button type="button" part="line" class="line" value=${start} @click=${this.#chosen}>
            <time>${clockText(start, { language: strings.language })}</time><span class="text">${text}</span></button></li>`,
        )}
      </ol>
    `;
  }

  /** The chapters that begin after one line and before the next; none during a search. */
  #headings(from = Number.NEGATIVE_INFINITY, to: number) {
    if (this.wanted) return nothing;
    return this.chapters
      .filter(({ start }) => start > from && start <= to)
      .map(
        ({ start, name }) => html`<li class="chapter" part="chapter">
          ${
            this.previews
              ? html`<smooth-preview still .previews=${this.previews} .time=${start} .width=${PICTURE_WIDTH}></smooth-preview>`
              : nothing
          }<span>${name}</span></li>`,
      );
  }

  protected override updated(): void {
    this.#watchChapters();
    const line = this.lines[this.current];
    for (const button of this.renderRoot.querySelectorAll<HTMLButtonElement>('.line')) {
      const isCurrent = line !== undefined && Number(button.value) === line.start;
      button.ariaCurrent = isCurrent ? 'true' : null;
      button.part.toggle('current', isCurrent);
      if (isCurrent) this.#showLine(button);
    }
  }

  get #found(): readonly Line[] {
    const wanted = this.wanted.trim().toLocaleLowerCase();
    const found = wanted
      ? this.lines.filter(({ text }) => text.toLocaleLowerCase().includes(wanted))
      : this.lines;
    return found.slice(0, MOST_LINES);
  }

  /** Their pictures are fetched when the first of them becomes visible. */
  #watchChapters(): void {
    const heading = this.renderRoot.querySelector('.chapter');
    if (!heading || this.previews || this.#seen) return;
    this.#seen = new IntersectionObserver(([entry]) => {
      if (entry?.isIntersecting) void this.#fetchPreviews();
    });
    this.#seen.observe(heading);
  }

  /** Without previews, chapters have names only. */
  async #fetchPreviews(): Promise<void> {
    this.#seen?.disconnect();
    const player = this.#player?.player;
    try {
      const [previews, { definePreview, SmoothPreview }] = await Promise.all([
        player?.openPreviews(),
        import('../preview.ts'),
      ]);
      adapt(SmoothPreview);
      definePreview();
      if (player === this.#player?.player) this.previews = previews;
    } catch {
      this.previews = undefined;
    }
  }

  #forgetPreviews(): void {
    this.#seen?.disconnect();
    this.#seen = undefined;
    this.previews = undefined;
  }

  /** Scrolls the list only, not the page. */
  #showLine(button: HTMLElement): void {
    const { list } = this;
    if (!list || this.#isRead || list.contains(this.shadowRoot?.activeElement ?? null)) return;
    list.scrollTop = button.offsetTop - list.offsetTop - list.clientHeight / 3;
  }

  #connect(): void {
    this.#listening?.abort();
    this.#listening = new AbortController();
    const { signal } = this.#listening;
    const root = this.getRootNode() as Document | ShadowRoot;
    const find = () => root.getElementById(this.htmlFor) as SmoothVideoElement | null;
    const player = find() ?? undefined;
    // A track of another player may have the same id.
    if (player !== this.#player) this.#clear();
    this.#player = player;
    // The player may be inserted later, or replaced. One that has moved into another document is still followed.
    const observer = new MutationObserver(() => {
      if ((find() ?? player) !== player) this.#connect();
    });
    observer.observe(root, { childList: true, subtree: true, attributeFilter: ['id'] });
    signal.addEventListener('abort', () => observer.disconnect());
    if (!player) return;
    for (const type of ['loaded', 'trackschange', 'trackchange'] as const)
      player.addEventListener(type, () => void this.#load(signal), { signal });
    player.addEventListener('timeupdate', () => this.#moved(), { signal });
    player.addEventListener('emptied', () => this.#clear(), { signal });
    void this.#load(signal);
  }

  async #load(signal: AbortSignal): Promise<void> {
    const player = this.#player?.player;
    this.chapters = player ? chaptersOf(player) : [];
    // Captions in the video are known only as far as it was played.
    const tracks = player?.textTracks.filter(({ source }) => source !== 'in-band') ?? [];
    const chosen = tracks.find(({ id }) => id === player?.textTrack?.id);
    const track = chosen ?? suitableTrack(tracks, [pageLanguage(this), player?.audioTrack?.language]);
    if (!player || !track || track.id === this.#track) return;
    this.#track = track.id;
    try {
      const cues = await player.getCues(track);
      if (signal.aborted || this.#track !== track.id) return;
      this.lines = linesOf(cues);
      this.isFailed = false;
    } catch (error) {
      if (isAbort(error) || signal.aborted || this.#track !== track.id) return;
      this.lines = [];
      this.isFailed = true;
      // The next check of the tracks tries again.
      this.#track = undefined;
    }
    this.#moved();
  }

  #clear(): void {
    this.#forgetPreviews();
    this.chapters = [];
    this.#track = undefined;
    this.lines = [];
    this.current = -1;
    this.isFailed = false;
  }

  #moved(): void {
    const time = this.#player?.currentTime ?? 0;
    this.current = this.lines.findLastIndex(({ start }) => start <= time + 0.05);
  }

  #searched = (event: Event) => {
    if (event.target instanceof HTMLInputElement) this.wanted = event.target.value;
  };

  #chosen = ({ currentTarget }: Event) => {
    const start = Number((currentTarget as HTMLButtonElement).value);
    if (this.#player && Number.isFinite(start)) this.#player.currentTime = start;
  };

  #reads = () => {
    this.#isRead = true;
  };

  #readOn = () => {
    this.#isRead = false;
  };
}

adapt(SmoothTranscript);

/** Cues with text; a cue that repeats the previous one is joined with it. */
function linesOf(cues: readonly Cue[]): readonly Line[] {
  const lines: Line[] = [];
  for (const { start, end, text } of cues) {
    const trimmed = text.trim();
    const last = lines.at(-1);
    if (trimmed === '' || (last?.text === trimmed && start - last.end < 0.1)) continue;
    lines.push({ start, end, text: trimmed });
  }
  return lines;
}
