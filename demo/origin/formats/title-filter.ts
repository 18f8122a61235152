import { type Ticks, ticks, toSeconds } from '../../../src/base/time.ts';
import type { Chunk, QualityLevel, Stream } from '../../../src/manifest/presentation.ts';
import type { Parameters } from './format-request.ts';
import { isCaptions } from './is-captions.ts';

/** A filter as in Azure Media Services, by name in the origin's options. */
export interface NamedFilter {
  readonly presentationTimeRange?: PresentationTimeRange;
  /** A track is kept if it matches any of these selections. None: all are kept. */
  readonly tracks?: readonly { readonly trackSelections: readonly TrackCondition[] }[];
  /** The initial level for players. */
  readonly firstQuality?: { readonly bitrate: number };
}

/** Times in units of `timescale` ticks per second, default 10,000,000. */
export interface PresentationTimeRange {
  readonly startTimestamp?: number | string;
  readonly endTimestamp?: number | string;
  /** For a live title: the length of the window. */
  readonly presentationWindowDuration?: number | string;
  /** For a live title: the distance to keep from the live edge. */
  readonly liveBackoffDuration?: number | string;
  readonly timescale?: number | string;
  /** Whether a live title ends at `endTimestamp`. */
  readonly forceEndTimestamp?: boolean;
}

export interface TrackCondition {
  readonly property: 'Type' | 'Name' | 'Language' | 'FourCC' | 'Bitrate' | 'Unknown';
  readonly operation: 'Equal' | 'NotEqual';
  /** For a bitrate: a range such as `0-1000000`. */
  readonly value: string;
}

/** A filter applied to a title. */
export interface TitleFilter {
  keepsTrack(stream: Stream, level: QualityLevel): boolean;
  /** The chunks of a list that are kept, and whether a live title ends with them. */
  cut(chunks: readonly Chunk[], stream: Stream, edge: number): readonly Chunk[];
  readonly firstBitrate: number | undefined;
  /** Whether it restricts the time range, so that it has to be in the URLs of playlists. */
  readonly isSpan: boolean;
  readonly endsLive: boolean;
}

/** Seconds on the streams' clock. */
interface Span {
  readonly from: number;
  readonly to: number;
  /** Seconds before the live edge that are kept, and that are held back. */
  readonly window: number;
  readonly backOff: number;
}

const EVERYTHING: Span = {
  from: Number.NEGATIVE_INFINITY,
  to: Number.POSITIVE_INFINITY,
  window: Number.POSITIVE_INFINITY,
  backOff: 0,
};

/**
 * Makes a filter of a request's parameters: `filter=a;b` (named ones, all of which must keep a track),
 * `bitrate=low-high` for video, `language=en;fr` for audio and captions, `starttime=` and `endtime=` as ISO 8601 or in 100
 * ns. Returns a message if it can't. `clockOffset`: milliseconds since 1970 minus those of the streams' clock.
 */
export function readFilter(
  parameters: Parameters,
  named: Readonly<Record<string, NamedFilter>>,
  clockOffset: number | undefined,
): TitleFilter | string {
  const tests: ((stream: Stream, level: QualityLevel) => boolean)[] = [];
  const spans: Span[] = [];
  let firstBitrate: number | undefined;
  let endsLive = false;
  const names = parameters.get('filter')?.split(';') ?? [];
  for (const name of names.map((one) => one.trim())) {
    const filter = Object.hasOwn(named, name) ? named[name] : undefined;
    if (!filter) return `there is no filter ${JSON.stringify(name)}`;
    tests.push((stream, level) => fitsTracks(filter, stream, level));
    if (filter.presentationTimeRange) spans.push(spanOf(filter.presentationTimeRange));
    firstBitrate ??= filter.firstQuality?.bitrate;
    endsLive ||= filter.presentationTimeRange?.forceEndTimestamp === true;
  }
  const bitrate = parameters.get('bitrate');
  const range = bitrate === undefined ? undefined : readRange(bitrate);
  if (bitrate !== undefined && !range)
    return `a bitrate must be a range such as 300000-2000000; not ${bitrate}`;
  if (range) tests.push(({ type }, level) => type !== 'video' || isWithin(level.bitrate, range));
  const languages = parameters.get('language')?.split(';').map(normalise);
  if (languages) {
    tests.push((stream) => !hasLanguage(stream) || languages.includes(normalise(stream.language ?? 'und')));
  }
  const from = readMoment(parameters.get('starttime'), clockOffset);
  const to = readMoment(parameters.get('endtime'), clockOffset);
  if (typeof from === 'string') return `starttime ${from}`;
  if (typeof to === 'string') return `endtime ${to}`;
  if (from !== undefined || to !== undefined)
    spans.push({ ...EVERYTHING, from: from ?? EVERYTHING.from, to: to ?? EVERYTHING.to });
  return {
    firstBitrate,
    endsLive,
    isSpan: spans.length > 0,
    keepsTrack: (stream, level) => tests.every((test) => test(stream, level)),
    cut: (chunks, stream, edge) => {
      if (spans.length === 0) return chunks;
      const isMedia = stream.type !== 'text' || isCaptions(stream);
      const at = (time: Ticks) => toSeconds(time, stream.timescale);
      return chunks.filter(({ start, duration }) => {
        const end = at(ticks(start + duration));
        // Streams are cut alike though their chunks differ: by the middle of a chunk. A message counts where it begins.
        const middle = isMedia ? (at(start) + end) / 2 : at(start);
        return spans.every(
          (span) =>
            middle >= span.from &&
            middle < span.to &&
            middle >= edge - span.window &&
            (span.backOff === 0 || end <= edge - span.backOff),
        );
      });
    },
  };
}

/** Chapters and messages concern the viewers of every language. */
const hasLanguage = (stream: Stream): boolean => stream.type === 'audio' || isCaptions(stream);

function fitsTracks({ tracks }: NamedFilter, stream: Stream, level: QualityLevel): boolean {
  if (!tracks || tracks.length === 0) return true;
  return tracks.some(({ trackSelections }) => trackSelections.every((one) => fits(one, stream, level)));
}

function fits({ property, operation, value }: TrackCondition, stream: Stream, level: QualityLevel): boolean {
  return isEqual(property, value, stream, level) === (operation === 'Equal');
}

function isEqual(
  property: TrackCondition['property'],
  value: string,
  stream: Stream,
  level: QualityLevel,
): boolean {
  switch (property) {
    case 'Type':
      return stream.type === value.toLowerCase();
    case 'Name':
      return stream.name.toLowerCase() === value.toLowerCase();
    case 'Language':
      return normalise(stream.language ?? 'und') === normalise(value);
    case 'FourCC':
      return level.fourCC.toUpperCase() === value.toUpperCase();
    case 'Bitrate': {
      const range = readRange(value);
      return range !== undefined && isWithin(level.bitrate, range);
    }
    case 'Unknown':
      return false;
    default:
      return property satisfies never;
  }
}

type Range = readonly [low: number, high: number];

function readRange(text: string): Range | undefined {
  const [, low, high] = /^(\d{1,12})(?:-(\d{1,12}))?$/.exec(text.trim()) ?? [];
  return low === undefined ? undefined : [Number(low), Number(high ?? low)];
}

const isWithin = (value: number, [low, high]: Range): boolean => value >= low && value <= high;

function spanOf(range: PresentationTimeRange): Span {
  const scale = Number(range.timescale ?? 10_000_000) || 10_000_000;
  const read = (value: number | string | undefined, otherwise: number) =>
    value === undefined || !Number.isFinite(Number(value)) ? otherwise : Number(value) / scale;
  return {
    from: read(range.startTimestamp, EVERYTHING.from),
    to: read(range.endTimestamp, EVERYTHING.to),
    window: read(range.presentationWindowDuration, EVERYTHING.window),
    backOff: read(range.liveBackoffDuration, EVERYTHING.backOff),
  };
}

/** Seconds on the streams' clock; an error message if it isn't a valid time. */
function readMoment(text: string | undefined, clockOffset: number | undefined): number | string | undefined {
  if (text === undefined) return undefined;
  if (/^\d{1,20}$/.test(text)) return Number(text) / 1e7;
  const ms = /^\d{4}-\d\d-\d\dT/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(ms)) return `must be ISO 8601 or in 100 ns; not ${text}`;
  return clockOffset === undefined
    ? 'must be in ticks: the time of day is unknown here'
    : (ms - clockOffset) / 1000;
}

/** A language as a BCP 47 tag: `eng` becomes `en`. */
export function normalise(language: string): string {
  try {
    return Intl.getCanonicalLocales(language.trim().replaceAll('_', '-'))[0]?.toLowerCase() ?? 'und';
  } catch {
    return language.trim().toLowerCase();
  }
}
