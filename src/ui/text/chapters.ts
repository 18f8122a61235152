import type { SmoothPlayer } from '../../player/player.ts';
import type { MenuItem } from '../menu-item.ts';

/** A named part of a title; times in seconds. */
export interface Chapter {
  readonly start: number;
  readonly end: number;
  readonly name: string;
}

/** The chapters of the first chapter track, in order. */
export function chaptersOf({ eventTracks }: SmoothPlayer): readonly Chapter[] {
  const track = eventTracks.find(({ kind }) => kind === 'chapters');
  return (track?.cues ?? []).map(({ start, end, text = '' }) => ({ start, end, name: text }));
}

export const chapterAt = (chapters: readonly Chapter[], time: number): Chapter | undefined =>
  chapters.findLast(({ start, end }) => start <= time && time < end);

/** If playback is later than this into a chapter, in seconds, "previous" goes to its beginning. */
const BEGUN = 3;

/** The start of the next or previous chapter; `undefined` if there is none. */
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
