import { type Timescale, timescale } from '../base/time.ts';
import { type Attributes, quote, textOf } from './attributes.ts';
import type { ChunkRuns } from './chunk-runs.ts';
import type { StreamElement } from './document.ts';
import { type ExactInteger, parseSafe } from './exact-integer.ts';
import { leaveOut, mend, type Place } from './notes.ts';
import type { ChunkList, QualityLevel, Stream, StreamType } from './presentation.ts';
import { readQualityLevel, type StreamDefaults, sizeOf } from './quality-level.ts';

/** Defaults that a stream takes from the presentation. */
export interface PresentationDefaults {
  readonly timescale: Timescale;
  /** As written, in ticks of `timescale`; 0 if unknown. */
  readonly duration: ExactInteger;
  readonly isLive: boolean;
}

/** The maximum timescale in MP4. */
const MAX_TIMESCALE = 0xffffffff;

/** Servers and caches don't accept longer URLs, and it is filled in for each fragment. */
const LONGEST_TEMPLATE = 8192;

/** Provisional duration of the only chunk of a live or text stream, in seconds. */
const PROVISIONAL_DURATION = 2;

/** [MS-SSTR] 2.2.2.3. `undefined`, with a warning, if the stream can't be used. */
export function readStream(
  element: StreamElement,
  root: PresentationDefaults,
  place: Place,
): Stream | undefined {
  const { attributes } = element;
  const type = attributes.get('Type')?.trim().toLowerCase() ?? '';
  if (!isStreamType(type)) return leaveOut(place, `Type=${quote(type)} is unknown`);
  const scale = parseTimescale(attributes.get('TimeScale')) ?? root.timescale;
  if (scale === 'invalid') return leaveOut(place, notAClock(attributes));
  const urlTemplate = textOf(attributes, 'Url');
  if (urlTemplate === undefined && type !== 'text') return leaveOut(place, 'it has no Url');
  if (urlTemplate && urlTemplate.length > LONGEST_TEMPLATE)
    return leaveOut(place, `its Url has more than ${LONGEST_TEMPLATE} characters`);

  const embedded = element.payloads?.finish(place) ?? [];
  const [lowest, ...others] = readLevels(element, type, urlTemplate, embedded.length > 0, place);
  if (!lowest) return leaveOut(place, 'it has no quality level');
  const chunks = readChunks(element.chunks, type, scale, root, place);
  if (chunks.length === 0 && type !== 'text' && !root.isLive) return leaveOut(place, 'it has no chunk');
  if (!root.isLive) compareCounts(element, place);
  const levels = [lowest, ...others] as const;
  return {
    type,
    name: textOf(attributes, 'Name') ?? type,
    language: textOf(attributes, 'Language'),
    subtype: textOf(attributes, 'Subtype'),
    timescale: scale,
    urlTemplate,
    levels,
    chunks,
    ...(element.chunks.wrapsTimes && { wrapsTimes: true }),
    displaySize: type === 'video' ? readDisplaySize(attributes, levels, place) : undefined,
    parent: readParent(attributes, type, place),
    attributes,
    ...(embedded.length > 0 && { embedded }),
  };
}

/** `undefined` if there is none. */
export function parseTimescale(written: string | undefined): Timescale | 'invalid' | undefined {
  if (written === undefined) return undefined;
  const value = parseSafe(written);
  return value && value <= MAX_TIMESCALE ? timescale(value) : 'invalid';
}

export const notAClock = (attributes: Attributes): string =>
  `TimeScale=${quote(attributes.get('TimeScale') ?? '')} is not valid`;

/** Ascending by bitrate; equal ones stay in the manifest's order. Text that needs no requests needs no level: one is added. */
function readLevels(
  element: StreamElement,
  type: StreamType,
  urlTemplate: string | undefined,
  isEmbedded: boolean,
  place: Place,
): QualityLevel[] {
  const { attributes } = element;
  const defaults: StreamDefaults = {
    type,
    fourCC: textOf(attributes, 'FourCC'),
    width: sizeOf(attributes, ['MaxWidth'], place),
    height: sizeOf(attributes, ['MaxHeight'], place),
    needsBitrate: !isEmbedded && urlTemplate !== undefined && /bitrate/i.test(urlTemplate),
    customAttributes: element.customAttributes,
  };
  if (type === 'text' && element.levels.length === 0 && !defaults.needsBitrate) {
    const made = readQualityLevel({ attributes: new Map(), customAttributes: [] }, 0, defaults, place);
    return made ? [made] : [];
  }
  const indexes = assignIndexes(element);
  return element.levels
    .map((level, position) => {
      const path = `${place.path}/QualityLevel[${position}]`;
      return readQualityLevel(level, indexes[position] ?? position, defaults, { ...place, path });
    })
    .filter((level) => level !== undefined)
    .sort((a, b) => a.bitrate - b.bitrate);
}

/** The `Index` of each level or, if that is absent, wrong or taken, the first free number from its position on. */
function assignIndexes({ levels }: StreamElement): number[] {
  const written = levels.map(({ attributes }) => parseSafe(attributes.get('Index') ?? ''));
  const taken = new Set<number | undefined>(written);
  return written.map((index, position) => {
    if (index !== undefined && written.indexOf(index) === position) return index;
    let free = position;
    while (taken.has(free)) free++;
    taken.add(free);
    return free;
  });
}

function readChunks(
  runs: ChunkRuns,
  type: StreamType,
  scale: Timescale,
  root: PresentationDefaults,
  place: Place,
): ChunkList {
  const duration = Number(BigInt(root.duration) * scale) / Number(root.timescale);
  const chunks = runs.finish({
    whole:
      root.isLive || !Number.isSafeInteger(Math.floor(duration))
        ? undefined
        : Math.floor(duration) || undefined,
    otherwise: root.isLive || type === 'text' ? PROVISIONAL_DURATION * Number(scale) : undefined,
  });
  const { leftOut, mended } = runs;
  if (leftOut.count > 0)
    leaveOut({ ...place, path: `${place.path}/c` }, `${leftOut.count} of them: ${leftOut.first}`);
  if (mended.count > 0)
    mend({ ...place, path: `${place.path}/c` }, `${mended.count} of them: ${mended.first}`);
  return chunks;
}

/** Counts are reported but never relied on: servers filter levels, and live manifests lag. */
function compareCounts({ attributes, levels, chunks }: StreamElement, place: Place): void {
  for (const [name, found] of [
    ['QualityLevels', levels.length],
    ['Chunks', chunks.length],
  ] as const) {
    const announced = parseSafe(attributes.get(name) ?? '');
    if (announced && announced !== found) mend(place, `${name}="${announced}", but there are ${found}`);
  }
}

/** Sparse streams have a parent. Audio is never sparse, whatever some packagers write. */
function readParent(attributes: Attributes, type: StreamType, place: Place): string | undefined {
  const parent = textOf(attributes, 'ParentStreamIndex');
  if (parent === undefined || type !== 'audio') return parent;
  mend(place, `ParentStreamIndex=${quote(parent)} on an audio stream was ignored`);
  return undefined;
}

/** `undefined` if it has the aspect ratio of the coded picture. */
function readDisplaySize(
  attributes: Attributes,
  levels: readonly QualityLevel[],
  place: Place,
): Stream['displaySize'] {
  const width = sizeOf(attributes, ['DisplayWidth'], place);
  const height = sizeOf(attributes, ['DisplayHeight'], place);
  if (!width || !height) return undefined;
  const codedWidth =
    sizeOf(attributes, ['MaxWidth'], place) ?? Math.max(...levels.map((level) => level.width ?? 0));
  const codedHeight =
    sizeOf(attributes, ['MaxHeight'], place) ?? Math.max(...levels.map((level) => level.height ?? 0));
  return width * codedHeight === codedWidth * height ? undefined : { width, height };
}

const isStreamType = (type: string): type is StreamType =>
  type === 'video' || type === 'audio' || type === 'text';
