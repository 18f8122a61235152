import type { Ticks } from '../../src/base/time.ts';
import type { Fragment } from './cut.ts';
import type { FilmStrip } from './film-strip.ts';
import { parameterSets } from './parameter-sets.ts';
import type { ServedTrack } from './server-manifest.ts';
import type { AudioFormat, VideoFormat } from './source-track.ts';
import type { TextStream } from './text/package-text.ts';
import { type Attributes, attributes } from './xml-attributes.ts';

/** One file of the title: a quality level of a stream. */
export interface PackagedLevel {
  readonly file: string;
  readonly trackId: number;
  /** Bits a second; unique in its stream. */
  readonly bitrate: number;
  readonly format: VideoFormat | AudioFormat;
}

export interface PackagedStream {
  readonly kind: 'video' | 'audio';
  /** As in `Fragments(name=…)`. */
  readonly name: string;
  readonly language: string | undefined;
  /** Times of all its levels. */
  readonly fragments: readonly Fragment[];
  /** The best first. */
  readonly levels: readonly PackagedLevel[];
}

/** A stream in a server manifest. */
interface ServedStream {
  readonly kind: ServedTrack['kind'];
  readonly name: string;
  readonly language: string | undefined;
  readonly subtype?: string | undefined;
  readonly parent?: string | undefined;
  readonly scheme?: string | undefined;
  readonly isInManifest?: boolean;
  readonly levels: readonly Pick<PackagedLevel, 'file' | 'trackId' | 'bitrate'>[];
}

const ELEMENTS = { video: 'video', audio: 'audio', text: 'textstream' } as const;

/** An `.ism`: the file and track of each bitrate of each stream. */
export function writeServerManifest(clientManifest: string, streams: readonly ServedStream[]): string {
  const tracks = streams.flatMap(({ kind, name, language, levels, ...text }) =>
    levels.map(({ file, trackId, bitrate }) => {
      const params: [string, string | number | undefined][] = [
        ['trackID', trackId],
        ['trackName', name],
        ['Subtype', text.subtype],
        ['parentTrackName', text.parent],
        ['manifestOutput', text.isInManifest ? 'true' : undefined],
        ['Scheme', text.scheme],
      ];
      return [
        `      <${ELEMENTS[kind]}${attributes({ src: file, systemBitrate: bitrate, systemLanguage: language })}>`,
        ...params
          .filter(([, value]) => value !== undefined)
          .map(
            ([param, value]) => `        <param${attributes({ name: param, value, valuetype: 'data' })}/>`,
          ),
        `      </${ELEMENTS[kind]}>`,
      ].join('\n');
    }),
  );
  return `<?xml version="1.0" encoding="utf-8"?>
<smil xmlns="http://www.w3.org/2001/SMIL20/Language">
  <head>
    <meta${attributes({ name: 'clientManifestRelativePath', content: clientManifest })}/>
  </head>
  <body>
    <switch>
${tracks.join('\n')}
    </switch>
  </body>
</smil>
`;
}

/** An `.ismc`, the manifest that players load. [MS-SSTR] 2.2.2. */
export function writeClientManifest(
  duration: Ticks,
  streams: readonly PackagedStream[],
  texts: readonly TextStream[] = [],
  strips: readonly FilmStrip[] = [],
): string {
  const root = { MajorVersion: 2, MinorVersion: 0, TimeScale: 10_000_000, Duration: duration };
  return `<?xml version="1.0" encoding="utf-8"?>
<SmoothStreamingMedia${attributes(root)}>
${[...streams.map(streamIndex), ...texts.map(textIndex), ...strips.map(stripIndex)].join('\n')}
</SmoothStreamingMedia>
`;
}

function streamIndex({ kind, name, language, fragments, levels }: PackagedStream): string {
  const formats = levels.flatMap(({ format }) => (format.kind === 'video' ? [format] : []));
  const width = formats.length > 0 ? Math.max(...formats.map((format) => format.width)) : undefined;
  const height = formats.length > 0 ? Math.max(...formats.map((format) => format.height)) : undefined;
  const [largest] = formats.toSorted((a, b) => b.width * b.height - a.width * a.height);
  const stream = attributes({
    Type: kind,
    Name: name,
    Language: language,
    Chunks: fragments.length,
    QualityLevels: levels.length,
    MaxWidth: width,
    MaxHeight: height,
    DisplayWidth: largest?.display.width,
    DisplayHeight: largest?.display.height,
    Url: `QualityLevels({bitrate})/Fragments(${name}={start time})`,
  });
  const qualities = levels.map(
    (level, index) => `    <QualityLevel${attributes(qualityLevel(level, index))}/>`,
  );
  return [`  <StreamIndex${stream}>`, ...qualities, ...chunkElements(fragments), '  </StreamIndex>'].join(
    '\n',
  );
}

/** The first `t` is always given: if audio begins after the first picture it isn't 0. Gaps need one too. */
function chunkElements(fragments: readonly Pick<Fragment, 'time' | 'duration'>[]): string[] {
  let expected: Ticks | undefined;
  return fragments.map(({ time, duration }) => {
    const isImplied = time === expected;
    expected = (time + duration) as Ticks;
    return `    <c${attributes({ t: isImplied ? undefined : time, d: duration })}/>`;
  });
}

/** A stream of JPEG pictures. [MS-SSTR] 2.2.2.3. */
function stripIndex({ kind, name, subtype, fragments, levels }: FilmStrip): string {
  const stream = attributes({
    Type: kind,
    Subtype: subtype,
    Name: name,
    Chunks: fragments.length,
    QualityLevels: levels.length,
    Url: `QualityLevels({bitrate})/Fragments(${name}={start time})`,
  });
  const qualities = levels.map(({ bitrate, format }, index) => {
    const level = { Index: index, Bitrate: bitrate, FourCC: 'JPEG' };
    const size = { MaxWidth: format.width, MaxHeight: format.height };
    return `    <QualityLevel${attributes({ ...level, ...size, CodecPrivateData: '' })}/>`;
  });
  return [`  <StreamIndex${stream}>`, ...qualities, ...chunkElements(fragments), '  </StreamIndex>'].join(
    '\n',
  );
}

/** A stream of text, or of messages, which are in the manifest too. [MS-SSTR] 2.2.2.3 and 2.2.2.6.1. */
function textIndex({ name, language, subtype, parent, isInManifest, scheme, ...stream }: TextStream): string {
  const { fragments, levels } = stream;
  const own = attributes({
    Type: 'text',
    Subtype: subtype,
    Name: name,
    Language: language,
    Chunks: fragments.length,
    QualityLevels: levels.length,
    ParentStreamIndex: parent,
    ManifestOutput: isInManifest ? 'TRUE' : undefined,
    Url: `QualityLevels({bitrate})/Fragments(${name}={start time})`,
  });
  const custom =
    scheme &&
    `<CustomAttributes><Attribute${attributes({ Name: 'Scheme', Value: scheme })}/></CustomAttributes>`;
  const qualities = levels.map(({ bitrate, format }, index) => {
    const own = attributes({ Index: index, Bitrate: bitrate, FourCC: format.fourCC, CodecPrivateData: '' });
    return custom ? `    <QualityLevel${own}>${custom}</QualityLevel>` : `    <QualityLevel${own}/>`;
  });
  const chunks = fragments.map(({ time, duration, payload }) => {
    const place = attributes({ t: time, d: duration });
    if (!isInManifest) return `    <c${place}/>`;
    return `    <c${place}><f i="0">${Buffer.from(payload).toString('base64')}</f></c>`;
  });
  return [`  <StreamIndex${own}>`, ...qualities, ...chunks, '  </StreamIndex>'].join('\n');
}

/** [MS-SSTR] 2.2.2.5. */
function qualityLevel({ bitrate, format }: PackagedLevel, index: number): Attributes {
  if (format.kind === 'video') {
    const { lengthSize, startCoded } = parameterSets(format.config);
    return {
      Index: index,
      Bitrate: bitrate,
      FourCC: 'H264',
      MaxWidth: format.width,
      MaxHeight: format.height,
      NALUnitLengthField: lengthSize === 4 ? undefined : lengthSize,
      CodecPrivateData: hex(startCoded),
    };
  }
  return {
    Index: index,
    Bitrate: bitrate,
    FourCC: isHighEfficiency(format.config) ? 'AACH' : 'AACL',
    SamplingRate: format.sampleRate,
    Channels: format.channels,
    BitsPerSample: 16,
    PacketSize: 4,
    AudioTag: 255,
    CodecPrivateData: hex(format.config),
  };
}

/** Object types 5 and 29: AAC with band replication. ISO/IEC 14496-3, 1.5.1.1. */
function isHighEfficiency(config: Uint8Array): boolean {
  const objectType = (config[0] ?? 0) >> 3;
  return objectType === 5 || objectType === 29;
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex').toUpperCase();
