import type { InSteps } from '../base/steps.ts';
import type { XmlReader } from '../base/xml.ts';

/** Counts of parts that are limited in number, and the offset at which to pause next. */
export interface Counts {
  levels: number;
  chunks: number;
  headers: number;
  pauseAt: number;
}

/** Characters that take a few milliseconds to parse. */
const STEP = 65_536;

export const createCounts = (): Counts => ({ levels: 0, chunks: 0, headers: 0, pauseAt: STEP });

/** Whether it is time to pause. */
export function isDue(reader: XmlReader, counts: Counts): boolean {
  if (reader.offset < counts.pauseAt) return false;
  counts.pauseAt = reader.offset + STEP;
  return true;
}

/** Skips the element that was just opened. */
export function* skip(reader: XmlReader, counts: Counts): InSteps<void> {
  for (let depth = 1; depth > 0; ) {
    const step = reader.next();
    if (step === 'open') depth++;
    else if (step === 'close') depth--;
    if (isDue(reader, counts)) yield;
  }
}

/** Reads to the end of the element just opened; returns the text directly inside it, or a part of it beyond the limit. */
export function* readText(reader: XmlReader, counts: Counts, limit: number): InSteps<string> {
  let text = '';
  for (let depth = 1; depth > 0; ) {
    const step = reader.next();
    if (step === 'open') depth++;
    else if (step === 'close') depth--;
    else if (depth === 1 && text.length <= limit) text += reader.text;
    if (isDue(reader, counts)) yield;
  }
  return text;
}
