import { base64FromBytes, hexFromBytes } from '../../../src/base/bytes.ts';
import { toSeconds } from '../../../src/base/time.ts';
import type { Chunk, Presentation, QualityLevel, Stream } from '../../../src/manifest/presentation.ts';
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
    return levels.length > 0 ? [streamIndex(stream, levels, chunks, urls)] : [];
  });
  const root = attributes({
    MajorVersion: 2,
    MinorVersion: 0,
    TimeScale: timescale,
    Duration: goesOn ? 0 : (duration ?? 0n),
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
    ...kept,
    '</SmoothStreamingMedia>',
    '',
  ].join('\n');
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
