import type { SmoothError } from '../base/errors.ts';
import { runSteps } from '../base/steps.ts';
import { openDocument, readBody } from './document.ts';
import { createNotes } from './notes.ts';
import { readTimescale, readUniqueStreams, toText } from './parse.ts';
import type { Stream } from './presentation.ts';

/** The text streams that one manifest adds to another. */
export interface TextStreams {
  readonly streams: readonly Stream[];
  readonly warnings: readonly SmoothError[];
}

/**
 * Reads the text streams of a manifest that may have nothing to play: captions or markers stored separately from their
 * title. Their ticks are those of the main manifest. IIS Smooth Streaming client, manifest merge.
 */
export function parseTextStreams(source: Uint8Array | ArrayBuffer | string): TextStreams {
  const reader = openDocument(toText(source));
  const document = runSteps(readBody(reader));
  reader.next();
  const notes = createNotes();
  const timescale = readTimescale(document.attributes);
  const streams = readUniqueStreams(document, { timescale, duration: 0, isLive: false }, notes);
  return { streams: streams.filter(({ type }) => type === 'text'), warnings: notes.warnings };
}
