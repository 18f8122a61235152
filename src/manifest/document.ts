import { SmoothError } from '../base/errors.ts';
import { type XmlFailure, XmlReader } from '../base/xml.ts';
import type { Attributes } from './attributes.ts';
import { ChunkRuns } from './chunk-runs.ts';
import { nameForeignRoot } from './recognise.ts';
import { parseDigits, parseSafe } from './whole.ts';

/** The elements of a manifest with nothing decoded yet but the chunks, which are too many to keep. */
export interface ManifestDocument {
  readonly attributes: Attributes;
  readonly protectionHeaders: readonly HeaderElement[];
  readonly streams: readonly StreamElement[];
}

export interface HeaderElement {
  readonly attributes: Attributes;
  readonly content: string;
  /** Of the stream that it stands in, where it does. */
  readonly scope: Attributes | undefined;
}

export interface StreamElement {
  readonly attributes: Attributes;
  readonly levels: readonly LevelElement[];
  readonly chunks: ChunkRuns;
}

export interface LevelElement {
  readonly attributes: Attributes;
  readonly customAttributes: readonly { readonly name: string; readonly value: string }[];
}

const ROOT = 'SmoothStreamingMedia';

const MAX_STREAMS = 256;
/** Over all streams, as are the chunks. */
const MAX_LEVELS = 1024;
const MAX_CHUNK_ELEMENTS = 250_000;
/** A few milliseconds' worth. */
const CHUNKS_IN_A_STEP = 4000;

/** What was met of parts that are limited in number. */
export interface Counts {
  levels: number;
  chunks: number;
}

/** A manifest that names clips of others, and where they are joined. */
export const COMPOSITE = 'a composite manifest (.csm)';

/** A reading that pauses here and there, so that whoever must not be held up can do something else meanwhile. */
export type InSteps<T> = Generator<void, T, void>;

/** A reader that stands at the root element. */
export function openDocument(text: string): XmlReader {
  const reader = new XmlReader(text, toError);
  reader.next();
  if (reader.name !== ROOT) throw foreign(nameForeignRoot(reader.name));
  return reader;
}

/**
 * Reads the element that the reader stands at, the root or a clip of a composite manifest: the elements that the protocol
 * knows, each where it belongs. It passes over all others. [MS-SSTR] 2.2.2.
 */
export function* readBody(
  reader: XmlReader,
  counts: Counts = { levels: 0, chunks: 0 },
): InSteps<ManifestDocument> {
  const attributes = reader.attributes();
  const protectionHeaders: HeaderElement[] = [];
  const streams: StreamElement[] = [];
  for (const name of reader.children()) {
    if (name === 'StreamIndex') {
      if (streams.length === MAX_STREAMS) throw tooLarge('streams', MAX_STREAMS);
      streams.push(yield* readStream(reader, counts, protectionHeaders));
    } else if (name === 'Protection') {
      readHeaders(reader, protectionHeaders);
    } else if (name === 'Clip') {
      throw foreign(COMPOSITE);
    } else {
      reader.readContent();
    }
  }
  return { attributes, protectionHeaders, streams };
}

function readHeaders(reader: XmlReader, headers: HeaderElement[], scope?: Attributes): void {
  for (const _ of reader.children()) {
    headers.push({ attributes: reader.attributes(), content: reader.readContent(), scope });
  }
}

function* readStream(reader: XmlReader, counts: Counts, headers: HeaderElement[]): InSteps<StreamElement> {
  const attributes = reader.attributes();
  const levels: LevelElement[] = [];
  const chunks = new ChunkRuns();
  for (const name of reader.children()) {
    if (name === 'c') {
      countChunk(counts);
      readChunk(reader, chunks);
      yield* readPlainChunks(reader, chunks, counts);
    } else if (name === 'QualityLevel') {
      if (++counts.levels > MAX_LEVELS) throw tooLarge('quality levels', MAX_LEVELS);
      levels.push(readLevel(reader));
    } else if (name === 'Protection') {
      readHeaders(reader, headers, attributes);
    } else {
      reader.readContent();
    }
  }
  return { attributes, levels, chunks };
}

function countChunk(counts: Counts): void {
  if (++counts.chunks > MAX_CHUNK_ELEMENTS) throw tooLarge('chunk elements', MAX_CHUNK_ELEMENTS);
}

/** `c` as nearly every server writes it: digits, in this order, and nothing inside. */
const PLAIN_CHUNK =
  /[ \t\r\n]*<c(?:[ \t\r\n]+n="\d{1,20}")?(?:[ \t\r\n]+t="(\d{1,20})")?[ \t\r\n]+d="(\d{1,20})"(?:[ \t\r\n]+r="(\d{1,20})")?[ \t\r\n]*\/>/y;

/** Reads on as long as chunks are plain: a day has tens of thousands, and the first parse is never a warm one. */
function* readPlainChunks(reader: XmlReader, chunks: ChunkRuns, counts: Counts): InSteps<void> {
  for (let match = reader.take(PLAIN_CHUNK); match; match = reader.take(PLAIN_CHUNK)) {
    countChunk(counts);
    chunks.add(match[1], match[2], match[3], parseDigits);
    if (counts.chunks % CHUNKS_IN_A_STEP === 0) yield;
  }
}

function readLevel(reader: XmlReader): LevelElement {
  const attributes = reader.attributes();
  const customAttributes: { name: string; value: string }[] = [];
  for (const name of reader.children()) {
    if (name !== 'CustomAttributes') {
      reader.readContent();
      continue;
    }
    for (const _ of reader.children()) {
      customAttributes.push({
        name: reader.attribute('Name') ?? '',
        value: reader.attribute('Value') ?? '',
      });
      reader.readContent();
    }
  }
  return { attributes, customAttributes };
}

/** A chunk, and what its `f` elements tell of fragment sizes. */
function readChunk(reader: XmlReader, chunks: ChunkRuns): void {
  const r = reader.attribute('r');
  const index = chunks.add(reader.attribute('t'), reader.attribute('d'), r);
  for (const name of reader.children()) {
    if (name === 'f' && index !== undefined && r === undefined) {
      const level = parseSafe(reader.attribute('i') ?? '0');
      const size = parseSafe(reader.attribute('s') ?? '');
      if (level !== undefined && size) chunks.hintSize(index, level, size);
    }
    reader.readContent();
  }
}

function toError(failure: XmlFailure): SmoothError {
  const { kind } = failure;
  if (kind === 'too-large') return tooLarge(failure.what, failure.limit);
  const { line } = failure;
  if (kind === 'truncated') return new SmoothError('manifest-truncated', { line });
  return new SmoothError('manifest-malformed', { path: ROOT, problem: failure.problem, line });
}

const foreign = (found: string) => new SmoothError('manifest-foreign', { found });
export const tooLarge = (what: string, limit: number) =>
  new SmoothError('manifest-too-large', { what, limit });
