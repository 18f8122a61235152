import { base64FromBytes, hexFromBytes } from '../../../src/base/bytes.ts';
import { type Timescale, toSeconds } from '../../../src/base/time.ts';
import type { Chunk, Presentation, QualityLevel, Stream } from '../../../src/manifest/presentation.ts';
import { largest, smallest } from '../live/bigints.ts';
import { attributes } from '../xml-attributes.ts';
import { guid } from './cmaf-init.ts';
import { isChapters } from './is-chapters.ts';
import type { TitleFilter } from './title-filter.ts';

/** Another template for the fragments of a stream. */
export type TemplateOf = (stream: Stream) => string;

/** The Smooth manifest after filtering. Attributes of streams and levels stay as written. */
export function writeFilteredManifest(
  presentation: Presentation,
  filter: TitleFilter,
  urls?: TemplateOf,
): string {
  const { timescale, isLive, duration, dvrWindow, lookAhead, protection, streams } = presentation;
  const edge = Math.max(0, ...streams.map((stream) => toSeconds(stream.chunks.end, stream.timescale)));
  const goesOn = isLive && !filter.endsLive;
  const kept = streams.flatMap((stream) => {
    const levels = stream.levels.filter((level) => filter.keepsTrack(stream, level));
    const chunks = withPayloads(stream, filter.cut([...stream.chunks], stream, edge));
    return levels.length > 0 ? [{ stream, levels, chunks }] : [];
  });
  const span = filter.isSpan ? spanOf(kept, timescale) : undefined;
  const length = filter.isSpan ? (span ? span.end - span.start : 0n) : (duration ?? 0n);
  const root = attributes({
    MajorVersion: 2,
    MinorVersion: 0,
    TimeScale: timescale,
    Duration: goesOn ? 0 : length,
    IsLive: goesOn ? 'TRUE' : undefined,
    LookAheadFragmentCount: goesOn ? lookAhead : undefined,
    DVRWindowLength: goesOn ? (dvrWindow ?? 0n) : undefined,
  });
  const headers = protection.map(
    ({ systemId, data }) =>
      `    <ProtectionHeader${attributes({ SystemID: guid(systemId) })}>${base64FromBytes(data)}</ProtectionHeader>`,
  );
  return [
    '<?xml version="1.0" encoding="utf-8"?>',
    `<SmoothStreamingMedia${root}>`,
    ...(headers.length > 0 ? ['  <Protection>', ...headers, '  </Protection>'] : []),
    ...kept.map((one) => {
      const current = span && !goesOn ? currentChapter(one, span, timescale) : [];
      return streamIndex({ ...one, chunks: [...current, ...one.chunks] }, urls);
    }),
    '</SmoothStreamingMedia>',
    '',
  ].join('\n');
}

interface KeptStream {
  readonly stream: Stream;
  readonly levels: readonly QualityLevel[];
  readonly chunks: readonly KeptChunk[];
}

interface KeptChunk {
  readonly start: bigint;
  readonly duration: bigint;
  /** What the manifest contains of it. */
  readonly payload: Uint8Array | undefined;
}

function withPayloads({ embedded = [] }: Stream, chunks: readonly Chunk[]): readonly KeptChunk[] {
  const payloads = new Map<bigint, Uint8Array>(embedded.map(({ start, data }) => [start, data]));
  return chunks.map(({ start, duration }) => ({ start, duration, payload: payloads.get(start) }));
}

/** In ticks of the presentation. */
interface Span {
  readonly start: bigint;
  readonly end: bigint;
}

/** The chapter that lasts into the span: it begins with the span. */
function currentChapter({ stream, chunks }: KeptStream, span: Span, timescale: Timescale): KeptChunk[] {
  if (stream.type !== 'text' || !isChapters(stream)) return [];
  const at = (time: bigint) => (time * stream.timescale) / timescale;
  const from = at(span.start);
  const next = chunks[0]?.start ?? at(span.end);
  const all = withPayloads(stream, [...stream.chunks]);
  const current = all.findLast(({ start, payload }) => payload !== undefined && start < next);
  if (!current || next <= from) return [];
  const start = largest(current.start, [from]);
  const left = current.start + current.duration - start;
  return [{ ...current, start, duration: left > 0n ? left : current.duration }];
}

/** From the first chunk of video and audio to the end of the last; `undefined` if there is none. */
function spanOf(kept: readonly KeptStream[], timescale: Timescale): Span | undefined {
  const spans = kept.flatMap(({ stream, chunks }) => {
    const [first, last] = [chunks[0], chunks.at(-1)];
    if (stream.type === 'text' || !first || !last) return [];
    const at = (time: bigint) => (time * timescale) / stream.timescale;
    return [{ start: at(first.start), end: at(last.start + last.duration) }];
  });
  const [one] = spans;
  if (!one) return undefined;
  const starts = spans.map(({ start }) => start);
  const ends = spans.map(({ end }) => end);
  return { start: smallest(one.start, starts), end: largest(one.end, ends) };
}

function streamIndex({ stream, levels, chunks }: KeptStream, urls: TemplateOf | undefined): string {
  const tag = attributes({
    ...Object.fromEntries(stream.attributes),
    ...(urls && stream.urlTemplate !== undefined && { Url: urls(stream) }),
    Chunks: chunks.length,
    QualityLevels: levels.length,
  });
  const written = levels.map((level) => {
    const own = attributes({
      Index: level.index,
      Bitrate: level.bitrate,
      FourCC: level.fourCC,
      MaxWidth: level.width,
      MaxHeight: level.height,
      SamplingRate: level.samplingRate,
      Channels: level.channels,
      NALUnitLengthField: level.nalUnitLength === 4 ? undefined : level.nalUnitLength,
      CodecPrivateData: hexFromBytes(level.codecPrivateData).toUpperCase(),
    });
    if (level.customAttributes.length === 0) return `    <QualityLevel${own}/>`;
    const pairs = level.customAttributes.map(
      ({ name, value }) => `<Attribute${attributes({ Name: name, Value: value })}/>`,
    );
    return `    <QualityLevel${own}><CustomAttributes>${pairs.join('')}</CustomAttributes></QualityLevel>`;
  });
  const places = chunks.map(({ start, duration, payload }) => {
    const place = `    <c t="${start}" d="${duration}"`;
    return payload ? `${place}><f>${base64FromBytes(payload)}</f></c>` : `${place}/>`;
  });
  return [`  <StreamIndex${tag}>`, ...written, ...places, '  </StreamIndex>'].join('\n');
}
