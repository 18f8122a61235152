import type { ManifestChunk } from '../client-manifest.ts';
import { attributes, escapeXml } from '../xml-attributes.ts';
import { largest, smallest } from './bigints.ts';
import type { LiveSource, LiveStream } from './live-source.ts';

/** A stream with the chunks to list. */
export interface Listing {
  readonly stream: LiveStream;
  readonly chunks: readonly ManifestChunk[];
}

export interface LiveFacts {
  readonly isLive: boolean;
  readonly lookAhead: number;
  /** In 100 ns; 0: everything. */
  readonly window: bigint;
}

/** The current manifest of a title. [MS-SSTR] 2.2.2; attributes as IIS writes them. */
export function writeLiveManifest(
  listings: readonly Listing[],
  protection: LiveSource['protection'],
  { isLive, lookAhead, window }: LiveFacts,
): string {
  const root = attributes({
    MajorVersion: 2,
    MinorVersion: 0,
    TimeScale: 10_000_000,
    Duration: isLive ? 0 : durationOf(listings),
    IsLive: isLive ? 'TRUE' : undefined,
    LookAheadFragmentCount: isLive ? lookAhead : undefined,
    DVRWindowLength: isLive ? window : undefined,
    CanSeek: 'TRUE',
    CanPause: 'TRUE',
  });
  const headers = protection.map(
    ({ systemId, data }) =>
      `    <ProtectionHeader${attributes({ SystemID: systemId })}>${escapeXml(data)}</ProtectionHeader>`,
  );
  return [
    '<?xml version="1.0" encoding="utf-8"?>',
    `<SmoothStreamingMedia${root}>`,
    ...(headers.length > 0 ? ['  <Protection>', ...headers, '  </Protection>'] : []),
    ...listings.map(streamIndex),
    '</SmoothStreamingMedia>',
    '',
  ].join('\n');
}

function streamIndex({ stream, chunks }: Listing): string {
  const own = {
    ...Object.fromEntries(stream.attributes),
    Name: stream.name,
    TimeScale: stream.timescale === 10_000_000n ? undefined : stream.timescale,
    Chunks: chunks.length,
    QualityLevels: stream.levels.length,
  };
  const levels = stream.levels.map(({ attributes: written, custom }) => {
    const tag = `QualityLevel${attributes(Object.fromEntries(written))}`;
    if (custom.length === 0) return `    <${tag}/>`;
    const pairs = custom.map(([Name, Value]) => `<Attribute${attributes({ Name, Value })}/>`);
    return `    <${tag}><CustomAttributes>${pairs.join('')}</CustomAttributes></QualityLevel>`;
  });
  const places = chunks.map(({ time, duration, payload }) => {
    const place = `    <c t="${time}" d="${duration}"`;
    return payload === undefined ? `${place}/>` : `${place}><f i="0">${payload}</f></c>`;
  });
  return [`  <StreamIndex${attributes(own)}>`, ...levels, ...places, '  </StreamIndex>'].join('\n');
}

/** From the first chunk of any stream to the end of the last, in 100 ns. A message may be about a later time. */
function durationOf(listings: readonly Listing[]): bigint {
  const spans = listings.flatMap(({ stream: { timescale, attributes: own }, chunks }) => {
    if (own.has('ParentStreamIndex')) return [];
    const [first] = chunks;
    const last = chunks.at(-1);
    const inTicks = (value: bigint) => (value * 10_000_000n) / timescale;
    return first && last ? [{ start: inTicks(first.time), end: inTicks(last.time + last.duration) }] : [];
  });
  const [first] = spans;
  if (!first) return 0n;
  const start = smallest(
    first.start,
    spans.map((span) => span.start),
  );
  return (
    largest(
      first.end,
      spans.map(({ end }) => end),
    ) - start
  );
}
