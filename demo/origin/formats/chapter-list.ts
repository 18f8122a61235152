import { eventsWithin, type TitleEvents } from './title-events.ts';

/** Chapters in Apple's JSON format. HTTP Live Streaming, "Providing JSON chapters". */
export function chapterList(
  events: TitleEvents,
  span: { readonly start: number; readonly end: number },
): string {
  const { chapters } = eventsWithin(events, span);
  const listed = chapters.map((chapter, i) => ({
    chapter: i + 1,
    'start-time': Number((chapter.start - span.start).toFixed(3)),
    duration: Number(((chapters[i + 1]?.start ?? span.end) - chapter.start).toFixed(3)),
    titles: [{ language: 'und', title: chapter.title }],
  }));
  return `${JSON.stringify(listed, undefined, 1)}\n`;
}
