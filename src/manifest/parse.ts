import { bytesFromBase64, decodeText, normaliseGuid } from '../base/bytes.ts';
import { isSmoothError, SmoothError } from '../base/errors.ts';
import { type InSteps, runSteps } from '../base/steps.ts';
import { DEFAULT_TIMESCALE, subtractTicks, type Ticks, type Timescale, ticks } from '../base/time.ts';
import { type Attributes, integerOf, isTrue, numberOf, quote, textOf } from './attributes.ts';
import { type ManifestDocument, openDocument, readBody } from './document.ts';
import { parseSafe } from './exact-integer.ts';
import { extentOf } from './extent.ts';
import { isMain } from './main-stream.ts';
import { createNotes, leaveOut, mend, type Notes, type Place } from './notes.ts';
import type { Presentation, Protection, Stream } from './presentation.ts';
import { foreignText } from './recognise.ts';
import { notAClock, type PresentationDefaults, parseTimescale, readStream } from './stream.ts';

/** In bytes, or in characters of a text. */
const MAX_LENGTH = 16 * 1024 * 1024;
/** Of a protection header in base64, with white space: PlayReady allows no more than 15 KB. */
const MOST_HEADER_TEXT = 128 * 1024;
/** Digits of a GUID, and everything that may surround them. */
const MOST_GUID = 200;
/** The maximum number in an error if nothing can be played. */
const MAX_REASONS = 10;

/**
 * Reads a client manifest. Parts that can't be used are ignored, with a warning. Throws a `SmoothError` if the text
 * isn't a complete manifest, or if nothing in it can be played. `url` is used for messages only. [MS-SSTR] 2.2.2.
 */
export function parseManifest(source: Uint8Array | ArrayBuffer | string, url?: string): Presentation {
  return runSteps(parseInSteps(source, url));
}

/** The same in steps, so that a manifest of a day or more doesn't block the thread. */
export function* parseInSteps(
  source: Uint8Array | ArrayBuffer | string,
  url?: string,
): InSteps<Presentation> {
  const text = toText(source);
  if (text.trim() === '') throw new SmoothError('manifest-empty', url === undefined ? {} : { url });
  const foreign = foreignText(text);
  if (foreign) throw foreign;
  const reader = openDocument(text);
  const document = yield* readBody(reader);
  // Proves that it is complete.
  reader.next();
  return readPresentation(document);
}

/** The text of a manifest in any encoding. */
export function toText(source: Uint8Array | ArrayBuffer | string): string {
  const length = typeof source === 'string' ? source.length : source.byteLength;
  if (length > MAX_LENGTH) throw new SmoothError('manifest-too-large', { what: 'bytes', limit: MAX_LENGTH });
  if (typeof source === 'string') return source.replace(/^\ufeff/, '');
  return decodeText(source instanceof Uint8Array ? source : new Uint8Array(source));
}

/** [MS-SSTR] 2.2.2.1. */
export function readPresentation(document: ManifestDocument): Presentation {
  const { attributes } = document;
  const notes = createNotes();
  const place: Place = { path: 'SmoothStreamingMedia', notes };
  const scale = readTimescale(attributes);
  const isLive = isTrue(attributes, 'IsLive');
  const duration = integerOf(attributes, 'Duration', place) ?? 0;
  warnOfVersion(attributes, place);

  const streams = withPicture(
    readUniqueStreams(document, { timescale: scale, duration, isLive }, notes),
    notes,
  );
  if (!streams.some((stream) => stream.type !== 'text')) throw withoutMedia(streams, notes);
  const extent = extentOf(streams, scale);
  const origin = extent?.start ?? ticks(0);
  return {
    isLive,
    timescale: scale,
    origin,
    duration: isLive ? undefined : extent ? subtractTicks(extent.end, origin) : ticks(duration),
    dvrWindow: isLive ? readWindow(attributes) : undefined,
    lookAhead: readLookAhead(attributes, place),
    protection: readProtection(document, notes),
    streams,
    warnings: notes.warnings,
  };
}

/** The root element's timescale. */
export function readTimescale(attributes: Attributes): Timescale {
  const scale = parseTimescale(attributes.get('TimeScale'));
  if (scale !== 'invalid') return scale ?? DEFAULT_TIMESCALE;
  const problem = notAClock(attributes);
  throw new SmoothError('manifest-malformed', { path: 'SmoothStreamingMedia', problem });
}

function warnOfVersion(attributes: Attributes, place: Place): void {
  const version = textOf(attributes, 'MajorVersion');
  if (version !== undefined && version !== '1' && version !== '2') {
    mend(place, `MajorVersion=${quote(version)} is unknown; it was read as 2`);
  }
}

/** Every stream that can be read, with unique names. */
export function readUniqueStreams(
  { streams }: ManifestDocument,
  defaults: PresentationDefaults,
  notes: Notes,
): Stream[] {
  return nameApart(
    streams.flatMap((element, position) => {
      const path = `StreamIndex[${position}]`;
      return readStream(element, defaults, { path, notes }) ?? [];
    }),
  );
}

/** Names identify streams in the protocol, but manifests repeat them; URLs come from the template anyway. */
function nameApart(streams: readonly Stream[]): Stream[] {
  const taken = new Set(streams.map(({ name }) => name));
  const seen = new Set<string>();
  return streams.map((stream) => {
    let name = stream.name;
    for (let suffix = 2; seen.has(name) || (name !== stream.name && taken.has(name)); suffix++) {
      name = `${stream.name}_${suffix}`;
    }
    seen.add(name);
    return { ...stream, name };
  });
}

/** If every video stream has a parent, none of them is the main video. */
function withPicture(streams: readonly Stream[], notes: Notes): readonly Stream[] {
  const pictures = streams.filter(({ type }) => type === 'video');
  const isAside = (stream: Stream) => stream.parent !== undefined && isMain({ ...stream, parent: undefined });
  if (pictures.some(({ parent }) => parent === undefined) || !pictures.some(isAside)) return streams;
  return streams.map((stream) => {
    if (stream.type !== 'video' || !isAside(stream)) return stream;
    mend({ path: stream.name, notes }, 'ParentStreamIndex on the only video stream was ignored');
    return { ...stream, parent: undefined };
  });
}

/** A window of 0, a negative one, or one of hundreds of years means the whole archive. */
function readWindow(attributes: Attributes): Ticks | undefined {
  const window = parseSafe(attributes.get('DVRWindowLength') ?? '');
  return window ? ticks(window) : undefined;
}

/** The name in the standard, and the one that servers write. */
const readLookAhead = (attributes: Attributes, place: Place): number =>
  numberOf(attributes, 'LookaheadCount', place) ?? numberOf(attributes, 'LookAheadFragmentCount', place) ?? 0;

/** [MS-SSTR] 2.2.2.2. */
function readProtection({ protectionHeaders }: ManifestDocument, notes: Notes): Protection[] {
  return protectionHeaders.flatMap(({ attributes, content, scope }, position) => {
    const place: Place = { path: `Protection/ProtectionHeader[${position}]`, notes };
    const systemId = normaliseGuid(attributes.get('SystemID')?.slice(0, MOST_GUID) ?? '');
    if (content.length > MOST_HEADER_TEXT) return leaveOut(place, 'it is larger than any valid header') ?? [];
    const data = bytesFromBase64(content) ?? bytesFromBase64(plainBase64(content));
    if (systemId === undefined) return leaveOut(place, 'its SystemID is not a GUID') ?? [];
    if (data === undefined) return leaveOut(place, 'its content is not base64') ?? [];
    if (scope) mend(place, 'it applies to its stream only');
    return { systemId, data, scope };
  });
}

/** From the alphabet for URLs, or with a wrong number of `=`. */
const plainBase64 = (text: string): string =>
  text.trim().replace(/=+$/, '').replaceAll('-', '+').replaceAll('_', '/');

function withoutMedia(streams: readonly Stream[], { warnings }: Notes): SmoothError {
  const reasons = warnings.flatMap((warning) =>
    isSmoothError(warning, 'manifest-part-left-out')
      ? `${warning.details.path}: ${warning.details.problem}`
      : [],
  );
  if (streams.length > 0) reasons.unshift('there are only text streams');
  return new SmoothError('manifest-without-media', { reasons: reasons.slice(0, MAX_REASONS) });
}
