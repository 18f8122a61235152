import { isSmoothError, SmoothError } from '../base/errors.ts';
import type { InSteps } from '../base/steps.ts';
import { DEFAULT_TIMESCALE, type Ticks, type Timescale, ticks } from '../base/time.ts';
import { type Attributes, integerOf, textOf } from './attributes.ts';
import { createCounts, skip } from './counts.ts';
import { type ManifestDocument, openDocument, readBody, type StreamElement, tooLarge } from './document.ts';
import { createNotes, leaveOut, note, type Place } from './notes.ts';
import { readPresentation, toText } from './parse.ts';
import type { Presentation } from './presentation.ts';
import { parseTimescale } from './stream.ts';

/** A clip of a composite manifest: the part of another presentation that is played. */
export interface Clip {
  /** URL of that presentation's manifest, as written: absolute, or relative to the composite manifest. */
  readonly url: string;
  /** The presentation as the clip describes it; `undefined` if only its own manifest does. */
  readonly presentation: Presentation | undefined;
  /** Start and end on that presentation's clock, in ticks of the composite's timescale; `undefined`: its whole extent. */
  readonly begin: Ticks | undefined;
  readonly end: Ticks | undefined;
  /** For messages, such as `Clip[2]`. */
  readonly path: string;
}

/** A manifest that joins clips of other presentations. IIS Smooth Streaming, composite manifests (`.csm`). */
export interface Composite {
  /** The clock of `begin` and `end`. */
  readonly timescale: Timescale;
  readonly clips: readonly Clip[];
  readonly warnings: readonly SmoothError[];
}

const MAX_CLIPS = 1000;
/** Of all clips together: the levels are usually the same. */
const MAX_CLIP_LEVELS = 16_384;

/** Reads a composite manifest. A clip that can't be read is ignored, with a warning. */
export function* readComposite(source: Uint8Array | string): InSteps<Composite> {
  const reader = openDocument(toText(source));
  const attributes = reader.attributes();
  const notes = createNotes();
  const scale = parseTimescale(attributes.get('TimeScale'));
  const counts = createCounts();
  let levels = 0;
  const clips: Clip[] = [];
  let count = 0;
  for (const name of reader.children()) {
    if (name !== 'Clip') {
      yield* skip(reader, counts);
      continue;
    }
    const place = { path: `Clip[${count}]`, notes };
    if (++count > MAX_CLIPS) throw tooLarge('clips', MAX_CLIPS);
    counts.levels = 0;
    const clip = readClip(yield* readBody(reader, counts), attributes, place);
    levels += counts.levels;
    if (levels > MAX_CLIP_LEVELS) throw tooLarge('levels', MAX_CLIP_LEVELS);
    if (clip) clips.push(clip);
    yield;
  }
  reader.next();
  return {
    timescale: scale === undefined || scale === 'invalid' ? DEFAULT_TIMESCALE : scale,
    clips,
    warnings: notes.warnings,
  };
}

function readClip(document: ManifestDocument, root: Attributes, place: Place): Clip | undefined {
  const { attributes } = document;
  const url = textOf(attributes, 'Url');
  if (url === undefined) return leaveOut(place, 'it has no Url');
  const begin = timeOf(attributes, 'ClipBegin', place);
  const end = timeOf(attributes, 'ClipEnd', place);
  const { path } = place;
  if (document.streams.length === 0) return { url, presentation: undefined, begin, end, path };
  const own = new Map(root);
  // The root's duration is that of all clips together.
  own.set('Duration', String(end === undefined ? 0 : end - (begin ?? 0n)));
  own.delete('IsLive');
  try {
    const presentation = readPresentation({
      ...document,
      attributes: own,
      streams: document.streams.map(uncounted),
    });
    noteAll(presentation.warnings, place);
    return { url, presentation, begin, end, path };
  } catch (error) {
    if (!isSmoothError(error)) throw error;
    return leaveOut(place, problemOf(error));
  }
}

/** `Chunks` counts those of the whole presentation. */
function uncounted(stream: StreamElement): StreamElement {
  const attributes = new Map(stream.attributes);
  attributes.delete('Chunks');
  return { ...stream, attributes };
}

function timeOf(attributes: Attributes, name: string, place: Place): Ticks | undefined {
  const value = integerOf(attributes, name, place);
  return value === undefined ? undefined : ticks(value);
}

/** Adds a clip's warnings, with its path. */
function noteAll(warnings: readonly SmoothError[], { path, notes }: Place): void {
  for (const warning of warnings) note(notes, () => inClip(warning, path));
}

export function inClip(warning: SmoothError, path: string): SmoothError {
  for (const code of ['manifest-part-left-out', 'manifest-mended'] as const) {
    if (!isSmoothError(warning, code)) continue;
    return new SmoothError(code, { ...warning.details, path: `${path}/${warning.details.path}` });
  }
  return warning;
}

/** Why a clip is ignored, in a sentence. */
export function problemOf(error: SmoothError): string {
  if (isSmoothError(error, 'manifest-without-media')) return error.details.reasons.join('; ');
  return error.message;
}
