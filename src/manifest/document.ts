import type { ManifestLimit } from '../base/error-codes.ts';
import { SmoothError } from '../base/errors.ts';
import type { InSteps } from '../base/steps.ts';
import { type XmlFailure, XmlReader } from '../base/xml.ts';
import { type Attributes, isTrue } from './attributes.ts';
import { ChunkRuns } from './chunk-runs.ts';
import { type Counts, createCounts, isDue, skip } from './counts.ts';
import { EmbeddedPayloads } from './embedded.ts';
import { parseDigits, parseSafe } from './exact-integer.ts';
import { foreign, foreignRoot } from './recognise.ts';

/** The elements of a manifest. Only chunks are decoded, because they are too many to store. */
export interface ManifestDocument {
  readonly attributes: Attributes;
  readonly protectionHeaders: readonly HeaderElement[];
  readonly streams: readonly StreamElement[];
}

export interface HeaderElement {
  readonly attributes: Attributes;
  readonly content: string;
  /** The attributes of the stream that it is in, if any. */
  readonly scope: Attributes | undefined;
}

export interface StreamElement {
  readonly attributes: Attributes;
  /** Defaults for levels that have none. */
  readonly customAttributes: CustomAttributes;
  readonly levels: readonly LevelElement[];
  readonly chunks: ChunkRuns;
  /** Of a text stream. */
  readonly payloads: EmbeddedPayloads | undefined;
}

export interface LevelElement {
  readonly attributes: Attributes;
  readonly customAttributes: CustomAttributes;
}

export type CustomAttributes = readonly { readonly name: string; readonly value: string }[];

const ROOT = 'SmoothStreamingMedia';

const MAX_STREAMS = 256;
/** Over all streams, as are the chunks. */
const MAX_LEVELS = 1024;
const MAX_CHUNK_ELEMENTS = 1_000_000;
const MAX_PROTECTION_HEADERS = 512;
/** Of one element. */
const MAX_CUSTOM_ATTRIBUTES = 256;

/** A parser positioned at the root element. */
export function openDocument(text: string): XmlReader {
  const reader = new XmlReader(text, toError);
  reader.next();
  if (reader.name !== ROOT) throw foreignRoot(reader.name);
  return reader;
}

/**
 * Reads the element that the parser is at, the root or a clip of a composite manifest: the elements of the protocol,
 * where they belong. It skips all others. [MS-SSTR] 2.2.2.
 */
export function* readBody(reader: XmlReader, counts: Counts = createCounts()): InSteps<ManifestDocument> {
  const attributes = reader.attributes();
  const isLive = isTrue(attributes, 'IsLive');
  const protectionHeaders: HeaderElement[] = [];
  const streams: StreamElement[] = [];
  for (const name of reader.children()) {
    if (name === 'StreamIndex') {
      if (streams.length === MAX_STREAMS) throw tooLarge('streams', MAX_STREAMS);
      streams.push(yield* readStream(reader, counts, protectionHeaders, isLive));
    } else if (name === 'Protection') {
      yield* readHeaders(reader, counts, protectionHeaders);
    } else if (name === 'Clip') {
      throw foreign('composite');
    } else {
      yield* skip(reader, counts);
    }
  }
  return { attributes, protectionHeaders, streams };
}

function* readHeaders(
  reader: XmlReader,
  counts: Counts,
  headers: HeaderElement[],
  scope?: Attributes,
): InSteps<void> {
  for (const _ of reader.children()) {
    if (++counts.headers > MAX_PROTECTION_HEADERS)
      throw tooLarge('protection-headers', MAX_PROTECTION_HEADERS);
    headers.push({ attributes: reader.attributes(), content: reader.readContent(), scope });
    yield;
  }
}

function* readStream(
  reader: XmlReader,
  counts: Counts,
  headers: HeaderElement[],
  isLive: boolean,
): InSteps<StreamElement> {
  const attributes = reader.attributes();
  const levels: LevelElement[] = [];
  const customAttributes: CustomAttribute[] = [];
  const isText = /^\s*text\s*$/i.test(attributes.get('Type') ?? '');
  const payloads = isText ? new EmbeddedPayloads(isLive) : undefined;
  const mayOverlap = isText && attributes.has('ParentStreamIndex');
  const chunks = new ChunkRuns({ isSparse: isText, mayOverlap });
  for (const name of reader.children()) {
    if (isDue(reader, counts)) yield;
    if (name === 'c') {
      countChunk(counts);
      yield* readChunk(reader, chunks, counts, payloads);
      yield* readPlainChunks(reader, chunks, counts);
    } else if (name === 'QualityLevel') {
      if (++counts.levels > MAX_LEVELS) throw tooLarge('levels', MAX_LEVELS);
      levels.push(yield* readLevel(reader, counts));
    } else if (name === 'CustomAttributes') {
      yield* readCustomAttributes(reader, counts, customAttributes);
    } else if (name === 'Protection') {
      yield* readHeaders(reader, counts, headers, attributes);
    } else if (name === 'Content' && payloads) {
      yield* payloads.readContent(reader, counts);
    } else {
      yield* skip(reader, counts);
    }
  }
  return { attributes, customAttributes, levels, chunks, payloads };
}

function countChunk(counts: Counts): void {
  if (++counts.chunks > MAX_CHUNK_ELEMENTS) throw tooLarge('chunks', MAX_CHUNK_ELEMENTS);
}

/** `c` as nearly every server writes it: digits, in this order, without content. */
const PLAIN_CHUNK =
  /[ \t\r\n]*<c(?:[ \t\r\n]+n="\d{1,20}")?(?:[ \t\r\n]+t="(\d{1,20})")?[ \t\r\n]+d="(\d{1,20})"(?:[ \t\r\n]+r="(\d{1,20})")?[ \t\r\n]*\/>/y;

/** Reads on as long as chunks are plain: a day has tens of thousands, and the code is not optimized yet at the first parse. */
function* readPlainChunks(reader: XmlReader, chunks: ChunkRuns, counts: Counts): InSteps<void> {
  for (let match = reader.take(PLAIN_CHUNK); match; match = reader.take(PLAIN_CHUNK)) {
    countChunk(counts);
    if (isDue(reader, counts)) yield;
    chunks.add(match[1], match[2], match[3], parseDigits);
  }
}

function* readLevel(reader: XmlReader, counts: Counts): InSteps<LevelElement> {
  const attributes = reader.attributes();
  const customAttributes: CustomAttribute[] = [];
  for (const name of reader.children()) {
    if (name === 'CustomAttributes') yield* readCustomAttributes(reader, counts, customAttributes);
    else yield* skip(reader, counts);
  }
  return { attributes, customAttributes };
}

type CustomAttribute = CustomAttributes[number];

function* readCustomAttributes(reader: XmlReader, counts: Counts, into: CustomAttribute[]): InSteps<void> {
  for (const _ of reader.children()) {
    if (into.length === MAX_CUSTOM_ATTRIBUTES) throw tooLarge('custom-attributes', MAX_CUSTOM_ATTRIBUTES);
    into.push({ name: reader.attribute('Name') ?? '', value: reader.attribute('Value') ?? '' });
    yield* skip(reader, counts);
  }
}

/** A chunk, with the fragment sizes and payloads of its `f` elements. */
function* readChunk(
  reader: XmlReader,
  chunks: ChunkRuns,
  counts: Counts,
  payloads: EmbeddedPayloads | undefined,
): InSteps<void> {
  const r = reader.attribute('r');
  const d = reader.attribute('d');
  const index = chunks.add(reader.attribute('t'), d, r);
  let isTaken = false;
  for (const name of reader.children()) {
    if (name === 'f' && index !== undefined && r === undefined) {
      const level = parseSafe(reader.attribute('i') ?? '0');
      const size = parseSafe(reader.attribute('s') ?? '');
      if (level !== undefined && level < MAX_LEVELS && size) chunks.hintSize(index, level, size);
    }
    // Payloads of further levels would repeat it.
    if (name === 'f' && payloads && !isTaken) {
      isTaken = yield* payloads.readFragment(reader, counts, chunks.lastStart, d);
    } else {
      yield* skip(reader, counts);
    }
  }
}

function toError(failure: XmlFailure): SmoothError {
  const { kind } = failure;
  if (kind === 'too-large') return tooLarge(failure.what, failure.limit);
  const { line } = failure;
  if (kind === 'truncated') return new SmoothError('manifest-truncated', { line });
  return new SmoothError('manifest-malformed', { path: ROOT, problem: failure.problem, line });
}

export const tooLarge = (what: ManifestLimit, limit: number) =>
  new SmoothError('manifest-too-large', { what, limit });
