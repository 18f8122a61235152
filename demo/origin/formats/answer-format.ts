import { createHash } from 'node:crypto';
import { type Ticks, ticks, toSeconds } from '../../../src/base/time.ts';
import { isFilmStrip } from '../../../src/manifest/main-stream.ts';
import type { QualityLevel, Stream } from '../../../src/manifest/presentation.ts';
import { type ErrorResponse, isErrorResponse } from '../live/live-title.ts';
import { BRIEFLY, IMMUTABLE, type Resource, sizeOf, stretchOf } from '../resource.ts';
import { chapterList } from './chapter-list.ts';
import { initSegment } from './cmaf-init.ts';
import { cmafSegment } from './cmaf-segment.ts';
import { mpd, withServerTime } from './dash.ts';
import type { FormatRequest, Parameters } from './format-request.ts';
import { hlsKeys } from './hls-keys.ts';
import { mediaPlaylist } from './media-playlist.ts';
import {
  captionGrid,
  type MediaChunk,
  type MediaLevel,
  type MediaStream,
  type MediaTitle,
  mediaTitle,
} from './media-title.ts';
import { multivariantPlaylist } from './multivariant-playlist.ts';
import { levelKey, SMOOTH_NAMES, streamKeys } from './segment-names.ts';
import { stppInit, stppSegment } from './stpp.ts';
import { type NamedFilter, readFilter, type TitleFilter } from './title-filter.ts';
import type { Snapshot, TitleReader } from './title-reader.ts';
import { webVttSegment } from './webvtt.ts';
import { writeFilteredManifest } from './write-filtered.ts';

export const MIME = {
  smooth: 'text/xml',
  hls: 'application/vnd.apple.mpegurl',
  dash: 'application/dash+xml',
  vtt: 'text/vtt; charset=utf-8',
  json: 'application/json',
  jpeg: 'image/jpeg',
} as const;

/** MIME types of CMAF, by stream type. */
export const SEGMENT_MIME = { video: 'video/mp4', audio: 'audio/mp4', text: 'application/mp4' } as const;

/** The same as for a live manifest. */
const LIVE = 'public, max-age=1';
/** Captions may arrive after their chunk has been requested. */
const LIVE_TEXT = 'public, max-age=5';
/** The next event at the same URL may have other codecs or captions. */
const EVENT = 'public, max-age=60';

type Filters = Readonly<Record<string, NamedFilter>>;

/** Answers HLS and DASH requests of a title. `undefined`: there is no such title. */
export async function answerFormat(
  reader: TitleReader,
  request: FormatRequest,
  filters: Filters,
): Promise<Resource | ErrorResponse | undefined> {
  const snapshot = await reader.snapshot(request.kind === 'segment');
  if (!snapshot) return undefined;
  if (request.kind === 'segment') return segment(reader, snapshot, request);
  const filter = readFilter(request.parameters, filters, wallOffset(snapshot));
  if (typeof filter === 'string') return errorResponse(400, `Malformed request: ${filter}.`);
  const { presentation, clock, facts } = snapshot;
  const title = mediaTitle({ presentation, clock, facts, filter });
  switch (request.kind) {
    case 'multivariant':
      return multivariant(reader, snapshot, title, spanOf(request.parameters, filter));
    case 'mpd':
      return manifestOfDash(reader, snapshot, title);
    case 'playlist':
      return playlist(reader, snapshot, title, { request, span: spanOf(request.parameters, filter) });
    case 'chapters':
      return text(chapterList(await reader.events(snapshot, title), title), MIME.json, title);
    case 'smooth':
      return text(writeFilteredManifest(presentation, filter), MIME.smooth, title);
    default:
      return request satisfies never;
  }
}

/** Milliseconds since 1970 minus those on the streams' clock. */
function wallOffset({ clock, presentation: { timescale } }: Snapshot): number | undefined {
  if (clock.zeroAt === undefined) return undefined;
  return clock.zeroAt - Number((clock.shiftOf(timescale) * 1000n) / timescale);
}

/** Parameters of a request that have to be in the URLs of media playlists too; levels and languages only affect the multivariant playlist. */
function spanOf(parameters: Parameters, { isSpan }: TitleFilter): string {
  if (!isSpan) return '';
  return ['filter', 'starttime', 'endtime']
    .flatMap((name) => {
      const value = parameters.get(name);
      return value === undefined ? [] : `,${name}=${encodeURIComponent(value)}`;
    })
    .join('');
}

async function multivariant(
  reader: TitleReader,
  snapshot: Snapshot,
  title: MediaTitle,
  span: string,
): Promise<Resource | ErrorResponse> {
  const facts = new Map<QualityLevel, Awaited<ReturnType<typeof factsOf>>>();
  const factsOf = async (stream: Stream, level: QualityLevel) => ({
    probe: await reader.probe(snapshot, stream, level),
    rates: await reader.rates(snapshot, stream, level),
  });
  for (const { stream, levels } of [...title.video, ...title.audio])
    for (const { level } of levels) facts.set(level, await factsOf(stream, level));
  if (facts.size === 0) return errorResponse(404, 'The filter leaves nothing that HLS can contain.');
  const { chapters } = await reader.events(snapshot, title);
  const levelFacts = (_: MediaStream, { level }: MediaLevel) => {
    const found = facts.get(level);
    if (!found) throw new Error('A level was not examined.');
    return found;
  };
  const hasChapters = chapters.length > 0;
  const listed = multivariantPlaylist(title, { names: SMOOTH_NAMES, span, levelFacts, hasChapters });
  return text(listed, MIME.hls, title);
}

async function manifestOfDash(
  reader: TitleReader,
  snapshot: Snapshot,
  title: MediaTitle,
): Promise<Resource | ErrorResponse> {
  const probes = new Map<QualityLevel, Awaited<ReturnType<TitleReader['probe']>>>();
  for (const { stream, levels } of [...title.video, ...title.audio])
    for (const { level } of levels) probes.set(level, await reader.probe(snapshot, stream, level));
  if (probes.size === 0) return errorResponse(404, 'The filter leaves nothing that DASH can contain.');
  const probeOf = (_: MediaStream, { level }: MediaLevel) =>
    probes.get(level) ?? { level, encryption: undefined, frameRate: undefined };
  const events = await reader.events(snapshot, title);
  const publishedAt = snapshot.changedAt;
  const keepsClock = reader.hasLiveViewers;
  const listed = mpd(title, { names: SMOOTH_NAMES, probeOf, publishedAt, keepsClock, ...events });
  const resource = text(listed, MIME.dash, title);
  if (!title.isLive) return resource;
  return { ...resource, parts: [Buffer.from(withServerTime(listed, Date.now()))] };
}

async function playlist(
  reader: TitleReader,
  snapshot: Snapshot,
  title: MediaTitle,
  asked: { readonly request: Extract<FormatRequest, { kind: 'playlist' }>; readonly span: string },
): Promise<Resource | ErrorResponse> {
  const { level: wanted, stream: name, isKeyFrames } = asked.request;
  const media = [...title.video, ...title.audio, ...title.captions].find(({ key }) => isSame(key, name));
  const level = media?.levels.find(({ place }) => isSame(place.level, wanted));
  if (!media || !level) return errorResponse(404, 'There is no such stream or level.');
  const isText = media.stream.type === 'text';
  const { encryption } = isText
    ? { encryption: undefined }
    : await reader.probe(snapshot, media.stream, level.level);
  const isLeading = media === title.video[0] || (title.video.length === 0 && media === title.audio[0]);
  const { splices } = await reader.events(snapshot, title);
  const listed = mediaPlaylist(title, media, level, {
    names: SMOOTH_NAMES,
    isKeyFrames,
    span: asked.span,
    targetDuration: reader.targetDuration(snapshot.title),
    keys: encryption ? hlsKeys(encryption, snapshot.presentation.protection) : [],
    splices: isLeading && !isKeyFrames ? splices : [],
    isDated: splices.length > 0,
  });
  return text(listed, MIME.hls, title);
}

type SegmentRequest = Extract<FormatRequest, { kind: 'segment' }>;

async function segment(
  reader: TitleReader,
  snapshot: Snapshot,
  request: SegmentRequest,
): Promise<Resource | ErrorResponse | undefined> {
  const { presentation } = snapshot;
  const keys = streamKeys(presentation.streams);
  const stream = presentation.streams.find((one) => isSame(keys.get(one) ?? '', request.stream));
  const level = stream?.levels.find((one) => isSame(levelKey(stream, one), request.level));
  if (!stream || !level) return errorResponse(404, 'There is no such stream or level.');
  if (stream.type === 'text') return textSegment(reader, snapshot, stream, request);
  if (request.form === 'vtt') return errorResponse(404, 'This stream has no captions.');
  if (request.form === 'cmaf' && isFilmStrip(stream))
    return errorResponse(404, 'This stream has only images: request them as JPEG.');
  const probe = await reader.probe(snapshot, stream, level);
  if (request.time === 'init') {
    const bytes = initSegment(stream, probe, presentation.protection);
    return bytesResource(bytes, SEGMENT_MIME[stream.type], snapshot.title.isEvent ? EVENT : IMMUTABLE);
  }
  const shift = snapshot.clock.shiftOf(stream.timescale);
  const start = ticks(request.time + shift);
  const noun = request.isKeyFrames ? 'keyframes' : 'fragments';
  const resource = await reader.source.fragment({ stream, level, time: start, noun });
  if (!resource || isErrorResponse(resource)) return resource;
  if (request.form === 'jpeg') return picture(stream, resource);
  const listed = stream.chunks.from(start);
  const duration = listed?.start === start ? listed.duration : ticks(0);
  const made = await cmafSegment({
    resource,
    presentation,
    stream,
    probe,
    chunk: { start, duration },
    shift,
  });
  return {
    ...resource,
    ...made,
    contentType: SEGMENT_MIME[stream.type],
    etag: `${resource.etag}-${shift.toString(36)}`,
  };
}

/** The image in a fragment of a film strip. */
function picture(stream: Stream, resource: Resource): Resource | ErrorResponse {
  if (!isFilmStrip(stream)) return errorResponse(404, 'This stream has no images.');
  const from = (resource.mdatAt ?? -8) + 8;
  const parts = stretchOf(resource.parts, from, sizeOf(resource) - from);
  const { mdatAt: _, ...rest } = resource;
  return { ...rest, parts, contentType: MIME.jpeg, etag: `${resource.etag}-jpeg` };
}

async function textSegment(
  reader: TitleReader,
  { title, clock, presentation }: Snapshot,
  stream: Stream,
  { form, time }: SegmentRequest,
): Promise<Resource | ErrorResponse> {
  const { timescale, language } = stream;
  if (form === 'jpeg') return errorResponse(404, 'This stream has no images.');
  if (time === 'init') {
    const init = stppInit(Number(timescale), language);
    return bytesResource(init, SEGMENT_MIME.text, title.isEvent ? EVENT : IMMUTABLE);
  }
  const media = title.captions.find((one) => one.stream === stream);
  const chunk = media && captionGrid(title, media).chunks.find(({ start }) => start === time);
  if (!chunk) return errorResponse(404, 'There is no such chunk of captions.');
  const shift = toSeconds(clock.shiftOf(timescale), timescale);
  const span = spanOfChunk(chunk, timescale);
  const cues = await reader.cues(stream, span.start + shift, span.end + shift);
  const moved = cues.map((cue) => ({ ...cue, start: cue.start - shift, end: cue.end - shift }));
  const cacheControl = presentation.isLive ? LIVE_TEXT : title.isEvent ? EVENT : IMMUTABLE;
  if (form === 'vtt') return bytesResource(Buffer.from(webVttSegment(moved, span)), MIME.vtt, cacheControl);
  const { start, duration, number } = chunk;
  const bytes = stppSegment(moved, { ...span, time: start, duration, number });
  return bytesResource(bytes, SEGMENT_MIME.text, cacheControl);
}

const spanOfChunk = ({ start, duration }: MediaChunk, timescale: Stream['timescale']) => ({
  start: toSeconds(start, timescale),
  end: toSeconds((start + duration) as Ticks, timescale),
});

const isSame = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();

const text = (listed: string, contentType: string, { isLive }: MediaTitle): Resource =>
  bytesResource(Buffer.from(listed), contentType, isLive ? LIVE : BRIEFLY);

const bytesResource = (bytes: Buffer, contentType: string, cacheControl: string): Resource => ({
  parts: [bytes],
  contentType,
  cacheControl,
  etag: createHash('sha1').update(bytes).digest('base64url').slice(0, 16),
});

const errorResponse = (status: number, sentence: string): ErrorResponse => ({
  status,
  sentence,
  headers: {},
});
