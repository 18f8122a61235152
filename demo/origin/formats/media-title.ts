import { type Seconds, seconds, type Ticks, ticks, toSeconds } from '../../../src/base/time.ts';
import { isFilmStrip, isMain } from '../../../src/manifest/main-stream.ts';
import type { Chunk, Presentation, QualityLevel, Stream } from '../../../src/manifest/presentation.ts';
import { codecFamily } from '../../../src/transmux/codec.ts';
import { isCaptions } from './is-captions.ts';
import type { MediaClock } from './media-clock.ts';
import { type LevelPlace, levelKey, streamKeys } from './segment-names.ts';
import type { TitleFacts } from './smooth-title.ts';
import type { TitleFilter } from './title-filter.ts';

/** A title as HLS and DASH list it: the parts that they can represent, on their clock. */
export interface MediaTitle {
  readonly presentation: Presentation;
  /** Whether more chunks are to come. */
  readonly isLive: boolean;
  /** Whether it is or was live: its clock is the time of day. */
  readonly isEvent: boolean;
  readonly clock: MediaClock;
  readonly video: readonly MediaStream[];
  readonly audio: readonly MediaStream[];
  readonly captions: readonly MediaStream[];
  readonly thumbnails: readonly MediaStream[];
  /** What could not be listed, and why. */
  readonly leftOut: readonly string[];
  /** Start and end of everything that is listed, in seconds on the shifted clock. */
  readonly start: Seconds;
  readonly end: Seconds;
  readonly firstBitrate: number | undefined;
}

export interface MediaStream {
  readonly stream: Stream;
  readonly key: string;
  readonly levels: readonly MediaLevel[];
  /** On the shifted clock. */
  readonly chunks: readonly MediaChunk[];
}

export interface MediaLevel {
  readonly level: QualityLevel;
  readonly place: LevelPlace;
}

/** Times in the stream's ticks, on the shifted clock. */
export interface MediaChunk {
  readonly start: Ticks;
  readonly duration: Ticks;
  /** Sequence number in HLS. */
  readonly number: number;
}

/** No list of a real title is longer: a month of two-second chunks. */
const MAX_CHUNKS = 1_300_000;

interface Given {
  readonly presentation: Presentation;
  readonly clock: MediaClock;
  readonly facts: TitleFacts;
  readonly filter: TitleFilter;
}

/** Sorts the streams of a title, removes what is filtered out or not supported by either format, and shifts times. */
export function mediaTitle({ presentation, clock, facts, filter }: Given): MediaTitle {
  const leftOut: string[] = [];
  const keys = streamKeys(presentation.streams);
  const edge = Math.max(0, ...presentation.streams.map(endOf));
  const list = (stream: Stream, hasUse: (level: QualityLevel) => boolean): readonly MediaStream[] => {
    const key = keys.get(stream) ?? stream.name;
    const kept = stream.levels.filter((level) => filter.keepsTrack(stream, level));
    const levels = kept.filter(hasUse).map((level): MediaLevel => {
      return { level, place: { stream: key, level: levelKey(stream, level) } };
    });
    for (const { fourCC, bitrate } of kept.filter((level) => !hasUse(level)))
      leftOut.push(`${stream.name} at ${bitrate} bit/s: CMAF cannot contain ${fourCC || 'an unknown codec'}`);
    if (levels.length === 0) return [];
    if (stream.chunks.length > MAX_CHUNKS)
      throw new Error(`More than ${MAX_CHUNKS} chunks cannot be listed.`);
    const chunks = filter.cut([...stream.chunks], stream, edge);
    return [{ stream, key, levels, chunks: numbered(chunks, stream, clock, facts) }];
  };
  const isMedia = (level: QualityLevel) => codecFamily(level) !== undefined;
  const of = (type: Stream['type']) => presentation.streams.filter((one) => one.type === type);
  const video = of('video').filter((stream) => !isFilmStrip(stream));
  const main = video.filter((stream) => isMain(stream));
  for (const { name } of video.filter((stream) => !isMain(stream)))
    leftOut.push(`${name}: it accompanies another stream`);
  const parts = {
    video: main.flatMap((stream) => list(stream, isMedia)),
    audio: of('audio').flatMap((stream) => list(stream, isMedia)),
    captions: of('text')
      .filter(isCaptions)
      .flatMap((stream) => list(stream, () => true)),
    thumbnails: of('video')
      .filter(isFilmStrip)
      .flatMap((stream) => list(stream, () => true)),
  };
  const leading = [...parts.video, ...parts.audio];
  const spans = leading.flatMap(({ stream: { timescale }, chunks }) => {
    const [first] = chunks;
    const last = chunks.at(-1);
    const at = (time: Ticks) => toSeconds(time, timescale);
    return first && last ? [{ start: at(first.start), end: at(ticks(last.start + last.duration)) }] : [];
  });
  const isEvent = presentation.isLive || facts.numberOf !== undefined;
  return {
    presentation,
    isLive: presentation.isLive && !filter.endsLive,
    isEvent,
    clock,
    ...parts,
    leftOut,
    start: seconds(spans.length > 0 ? Math.min(...spans.map(({ start }) => start)) : 0),
    end: seconds(spans.length > 0 ? Math.max(...spans.map(({ end }) => end)) : 0),
    firstBitrate: filter.firstBitrate,
  };
}

function numbered(
  chunks: readonly Chunk[],
  stream: Stream,
  clock: MediaClock,
  { numberOf }: TitleFacts,
): readonly MediaChunk[] {
  const shift = clock.shiftOf(stream.timescale);
  return chunks.map(({ start, duration }, i) => ({
    start: ticks(start - shift),
    duration,
    number: numberOf ? numberOf(stream, start) : i,
  }));
}

const endOf = ({ chunks, timescale }: Stream): number => toSeconds(chunks.end, timescale);

/** The stream whose chunks everything else is aligned to. */
export const leadingStream = ({ video, audio }: MediaTitle): MediaStream | undefined => video[0] ?? audio[0];

/** Captions use the chunks of the video: theirs may be few or far apart. */
export function captionGrid(title: MediaTitle, media: MediaStream): MediaStream {
  const leading = leadingStream(title);
  if (!leading) return media;
  const from = leading.stream.timescale;
  const to = media.stream.timescale;
  const convert = (time: Ticks) => ticks((time * to) / from);
  const chunks = leading.chunks.map(({ start, duration, number }) => {
    const begin = convert(start);
    return { start: begin, duration: ticks(convert(ticks(start + duration)) - begin), number };
  });
  return { ...media, chunks };
}

/** The minimum of `EXT-X-TARGETDURATION`, over all playlists of a title. */
export function longestSeconds({ video, audio }: MediaTitle): number {
  const all = [...video, ...audio].flatMap(({ stream: { timescale }, chunks }) =>
    chunks.map(({ duration }) => toSeconds(duration, timescale)),
  );
  // In a loop, since a day's chunks are too many for arguments.
  return all.reduce((most, value) => Math.max(most, Math.round(value)), 1);
}
