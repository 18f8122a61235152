import type { SmoothPlayer } from '../../player/player.ts';
import type { MenuItem } from '../menu-item.ts';

/** A named part of a title, in seconds. */
export interface Chapter {
  readonly start: number;
  readonly end: number;
  readonly name: string;
}

/** In the order of the title; those of its first track of chapters. */
export function chaptersOf({ eventTracks }: SmoothPlayer): readonly Chapter[] {
  const track = eventTracks.find(({ kind }) => kind === 'chapters');
  return (track?.cues ?? []).map(({ start, end, text = '' }) => ({ start, end, name: text }));
}

export const chapterAt = (chapters: readonly Chapter[], time: number): Chapter | undefined =>
  chapters.findLast(({ start, end }) => start <= time && time < end);

/** Later than this into a chapter, in seconds, the one before is its own beginning. */
const BEGUN = 3;

/** Where the next chapter begins, or the previous one; `undefined` where there is none. */
export function chapterBy(chapters: readonly Chapter[], time: number, by: 1 | -1): Chapter | undefined {
  return by === 1
    ? chapters.find(({ start }) => start > time + 0.001)
    : (chapters.findLast(({ start }) => start < time - BEGUN) ?? chapters[0]);
}

/** One item for each chapter, with its time. */
export function chapterItems(
  chapters: readonly Chapter[],
  time: number,
  text: (time: number) => string,
): readonly MenuItem[] {
  const current = chapterAt(chapters, time);
  return chapters.map((chapter) => ({
    value: String(chapter.start),
    label: chapter.name,
    note: text(chapter.start),
    pictureAt: chapter.start,
    checked: chapter === current,
  }));
}
