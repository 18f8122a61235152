import { MEMORY_KEY, recall, remember } from '../viewer-memory.ts';
import { type CaptionStyle, readCaptionStyle } from './caption-style-values.ts';

/**
 * The viewer's caption style: one for all players of the origin, stored from the first change on, and shared by all
 * tabs. Fires `change`.
 */
class CaptionStyleStore extends EventTarget {
  #style: CaptionStyle | undefined;

  get style(): CaptionStyle {
    this.#style ??= recall().captionStyle ?? {};
    return this.#style;
  }

  /** `isKept`: whether it is stored. */
  change(style: CaptionStyle, isKept: boolean): void {
    this.#style = readCaptionStyle(style);
    const isEmpty = Object.keys(this.#style).length === 0;
    if (isKept) remember({ captionStyle: isEmpty ? undefined : this.#style });
    this.dispatchEvent(new Event('change'));
  }

  /** Follows changes in other tabs from now on. */
  follow(): void {
    this.follow = () => {};
    addEventListener('storage', ({ key }) => {
      if (key !== MEMORY_KEY && key !== null) return;
      this.#style = recall().captionStyle ?? {};
      this.dispatchEvent(new Event('change'));
    });
  }
}

export const captionStyles = new CaptionStyleStore();
