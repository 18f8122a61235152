import type { QualityLevel } from '../../manifest/presentation.ts';
import { QualityChangeEvent, QualityLoadingEvent } from '../events.ts';
import type { StatsBook } from '../report/stats-book.ts';
import type { Selection } from '../selection.ts';
import type { Quality } from '../tracks.ts';

/** The quality being loaded and the quality on screen; fires an event for each change. Owned by a session. */
export class QualityReport {
  readonly #selection: () => Selection;
  readonly #stats: StatsBook;
  readonly #emit: (event: Event) => void;
  #loading: Quality | undefined;
  #playing: Quality | undefined;

  constructor(selection: () => Selection, stats: StatsBook, emit: (event: Event) => void) {
    this.#selection = selection;
    this.#stats = stats;
    this.#emit = emit;
  }

  get loading(): Quality | undefined {
    return this.#loading;
  }

  get playing(): Quality | undefined {
    return this.#playing;
  }

  onLoading(level: QualityLevel, reason: string): void {
    const quality = this.#selection().qualityOf(level);
    if (!quality || quality === this.#loading) return;
    this.#loading = quality;
    this.#emit(new QualityLoadingEvent(quality, reason));
  }

  onPlaying(level: QualityLevel, reason: string): void {
    const quality = this.#selection().qualityOf(level);
    if (!quality || quality === this.#playing) return;
    const from = this.#playing;
    this.#playing = quality;
    this.#stats.qualityChanged(from);
    this.#emit(new QualityChangeEvent(from, quality, reason));
  }
}
