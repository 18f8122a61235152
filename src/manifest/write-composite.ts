import { base64FromBytes, hexFromBytes } from '../base/bytes.ts';
import { DEFAULT_TIMESCALE, rescale, type Ticks } from '../base/time.ts';
import type { Chunk, Presentation, Protection, QualityLevel, Stream } from './presentation.ts';

/** A part of a title in a composite manifest. */
export interface WrittenClip {
  /** Of the title's manifest, absolute. */
  readonly url: string;
  readonly presentation: Presentation;
  /** On that presentation's clock, in ticks of 100 ns. */
  readonly begin: Ticks;
  readonly end: Ticks;
}

/** `AudioTag` values (WAVEFORMATEX), which Silverlight requires for audio. */
const AUDIO_TAGS: Readonly<Record<string, number>> = { AACL: 255, AACH: 255, WMAP: 354, 'EC-3': 65534 };
const BITS_PER_SAMPLE = 16;
const PACKET_SIZE = 4;

/**
 * The text of a composite manifest (`.csm`): the clips in order. Each lists the chunks of its title that it plays, as Silverlight
 * requires. It has one clock for a clip: streams must not have a `urlShift`. IIS Smooth Streaming, composite manifests.
 */
export function writeComposite(clips: readonly WrittenClip[]): string {
  const duration = clips.reduce((sum, { begin, end }) => sum + end - begin, 0n);
  const lines = [
    '<?xml version="1.0" encoding="utf-8"?>',
    element('SmoothStreamingMedia', { MajorVersion: 1, MinorVersion: 0, Duration: duration }),
    ...clips.flatMap(writeClip),
    '</SmoothStreamingMedia>',
  ];
  return `${lines.join('\n')}\n`;
}

function writeClip({ url, presentation, begin, end }: WrittenClip): string[] {
  const { protection, streams } = presentation;
  const common = protection.filter(({ scope }) => !scope);
  return [
    element('Clip', { Url: url, ClipBegin: begin, ClipEnd: end }),
    ...writeProtection(common),
    ...streams.flatMap((stream) => {
      const own = protection.filter(({ scope }) => scope === stream.attributes);
      return writeStream(stream, own, begin, end);
    }),
    '</Clip>',
  ];
}

function writeStream(stream: Stream, protection: readonly Protection[], begin: Ticks, end: Ticks): string[] {
  const { timescale, levels, attributes, name } = stream;
  const [from, to] = [
    rescale(begin, DEFAULT_TIMESCALE, timescale),
    rescale(end, DEFAULT_TIMESCALE, timescale),
  ];
  const chunks = chunksBetween(stream, from, to);
  const written = new Map<string, string | number>(attributes);
  for (const [attribute, value] of [
    ['Name', name],
    ['TimeScale', String(timescale)],
    ['Chunks', chunks.length],
    ['QualityLevels', levels.length],
  ] as const) {
    written.set(attribute, value);
  }
  return [
    element('StreamIndex', Object.fromEntries(written)),
    ...writeProtection(protection),
    ...levels.flatMap((level) => writeLevel(stream, level)),
    ...chunks.map((chunk) => writeChunk(stream, chunk)),
    '</StreamIndex>',
  ];
}

function chunksBetween({ chunks }: Stream, from: Ticks, to: Ticks): readonly Chunk[] {
  const found: Chunk[] = [];
  for (let chunk = chunks.from(from); chunk && chunk.start < to; chunk = chunks.at(chunk.index + 1))
    found.push(chunk);
  return found;
}

/** What the manifest itself carries of a text stream stays in it. */
function writeChunk({ embedded = [], wrapsTimes }: Stream, { start, duration }: Chunk): string {
  const payload = embedded.find((one) => one.kind === 'fragment' && one.start === start);
  const tag = element('c', { t: wrapsTimes ? BigInt.asUintN(64, start) : start, d: duration }, !payload);
  return payload ? `${tag}<f i="0">${base64FromBytes(payload.data)}</f></c>` : tag;
}

function writeLevel({ type }: Stream, level: QualityLevel): string[] {
  const { index, bitrate, fourCC, codecPrivateData, width, height, samplingRate, channels } = level;
  const sound = {
    SamplingRate: samplingRate,
    Channels: channels,
    BitsPerSample: BITS_PER_SAMPLE,
    PacketSize: PACKET_SIZE,
    AudioTag: AUDIO_TAGS[fourCC],
  };
  const picture = {
    MaxWidth: width,
    MaxHeight: height,
    NALUnitLengthField: level.nalUnitLength === 4 ? undefined : level.nalUnitLength,
  };
  const attributes = {
    Index: index,
    Bitrate: bitrate,
    FourCC: fourCC,
    CodecPrivateData: hexFromBytes(codecPrivateData).toUpperCase(),
    ...(type === 'video' && picture),
    ...(type === 'audio' && sound),
  };
  const custom = level.customAttributes;
  if (custom.length === 0) return [element('QualityLevel', attributes, true)];
  const own = custom.map(({ name, value }) => element('Attribute', { Name: name, Value: value }, true));
  return [
    element('QualityLevel', attributes),
    `<CustomAttributes>${own.join('')}</CustomAttributes>`,
    '</QualityLevel>',
  ];
}

function writeProtection(protection: readonly Protection[]): string[] {
  if (protection.length === 0) return [];
  const headers = protection.map(
    ({ systemId, data }) =>
      `${element('ProtectionHeader', { SystemID: systemId })}${base64FromBytes(data)}</ProtectionHeader>`,
  );
  return [`<Protection>${headers.join('')}</Protection>`];
}

type Value = string | number | bigint | undefined;

function element(name: string, attributes: Readonly<Record<string, Value>>, isEmpty = false): string {
  const written = Object.entries(attributes).flatMap(([key, value]) =>
    value === undefined ? [] : ` ${key}="${escapeXml(String(value))}"`,
  );
  return `<${name}${written.join('')}${isEmpty ? '/' : ''}>`;
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

const escapeXml = (text: string): string =>
  text.replace(/[&<>"\n\r\t]/g, (character) => ENTITIES[character] ?? `&#${character.charCodeAt(0)};`);
