import { base64FromBytes, hexFromBytes } from '../../../src/base/bytes.ts';
import { type Timescale, toSeconds } from '../../../src/base/time.ts';
import type { Chunk, Presentation, QualityLevel, Stream } from '../../../src/manifest/presentation.ts';
import { largest, smallest } from '../live/bigints.ts';
import { attributes } from '../xml-attributes.ts';
import { guid } from './cmaf-init.ts';
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
    const chunks = filter.cut([...stream.chunks], stream, edge);
    return levels.length > 0 ? [{ stream, levels, chunks }] : [];
  });
  const length = filter.isSpan ? durationOf(kept, timescale) : (duration ?? 0n);
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
    ...kept.map(({ stream, levels, chunks }) => streamIndex(stream, levels, chunks, urls)),
    '</SmoothStreamingMedia>',
    '',
  ].join('\n');
}

interface KeptStream {
  readonly stream: Stream;
  readonly levels: readonly QualityLevel[];
  readonly chunks: readonly Chunk[];
}

/** From the first chunk of video and audio to the end of the last. */
function durationOf(kept: readonly KeptStream[], timescale: Timescale): bigint {
  const spans = kept.flatMap(({ stream, chunks }) => {
    const [first, last] = [chunks[0], chunks.at(-1)];
    if (stream.type === 'text' || !first || !last) return [];
    const at = (time: bigint) => (time * timescale) / stream.timescale;
    return [{ start: at(first.start), end: at(last.start + last.duration) }];
  });
  const [one] = spans;
  if (!one) return 0n;
  const start = smallest(
    one.start,
    spans.map((span) => span.start),
  );
  return (
    largest(
      one.end,
      spans.map(({ end }) => end),
    ) - start
  );
}

function streamIndex(
  stream: Stream,
  levels: readonly QualityLevel[],
  chunks: readonly Chunk[],
  urls: TemplateOf | undefined,
): string {
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
  const payloads = new Map((stream.embedded ?? []).map(({ start, data }) => [start, data]));
  const places = chunks.map(({ start, duration }) => {
    const payload = payloads.get(start);
    const place = `    <c t="${start}" d="${duration}"`;
    return payload ? `${place}><f>${base64FromBytes(payload)}</f></c>` : `${place}/>`;
  });
  return [`  <StreamIndex${tag}>`, ...written, ...places, '  </StreamIndex>'].join('\n');
}
