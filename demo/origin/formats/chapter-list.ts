import type { Chapter } from './title-events.ts';

/** Chapters in Apple's JSON format. HTTP Live Streaming, "Providing JSON chapters". */
export function chapterList(
  chapters: readonly Chapter[],
  { start, end }: { readonly start: number; readonly end: number },
): string {
  const listed = chapters.map((chapter, i) => ({
    chapter: i + 1,
    'start-time': Number((chapter.start - start).toFixed(3)),
    duration: Number(((chapters[i + 1]?.start ?? end) - chapter.start).toFixed(3)),
    titles: [{ language: 'und', title: chapter.title }],
  }));
  return `${JSON.stringify(listed, undefined, 1)}\n`;
}
