import { basename } from 'node:path';
import { ALL_FORMATS, EncodedPacketSink, FilePathSource, Input, type InputTrack } from 'mediabunny';
import {
  DEFAULT_TIMESCALE,
  rescale,
  subtractTicks,
  type Ticks,
  ticks,
  timescale,
} from '../../src/base/time.ts';
import { checkMovie } from './check-movie.ts';

/** A video or audio frame of a file, without its bytes. */
export interface SourceSample {
  /** Presentation time, relative to the first picture. */
  readonly time: Ticks;
  readonly duration: Ticks;
  /** In bytes. */
  readonly size: number;
  readonly isKey: boolean;
}

export interface VideoFormat {
  readonly kind: 'video';
  readonly width: number;
  readonly height: number;
  /** With square pixels: anamorphic pictures are shown wider or higher than they are coded. */
  readonly display: { readonly width: number; readonly height: number };
  /** Body of `avcC`. ISO/IEC 14496-15, 5.3.3.1. */
  readonly config: Uint8Array;
}

export interface AudioFormat {
  readonly kind: 'audio';
  /** Hz. */
  readonly sampleRate: number;
  readonly channels: number;
  /** AudioSpecificConfig. ISO/IEC 14496-3, 1.6.2.1. */
  readonly config: Uint8Array;
}

/** A track to package: its samples in decoding order, and access to their bytes. */
export interface SourceTrack<Format> {
  /** Its file's name, for messages. */
  readonly file: string;
  readonly format: Format;
  /** From the file (ISO 639-2); `undefined` if unknown. */
  readonly language: string | undefined;
  readonly samples: readonly SourceSample[];
  /** Of audio that lies before the first picture and is left out. */
  readonly leftOut?: Ticks;
  /** The bytes of each sample, in the same order. */
  read(): AsyncGenerator<Uint8Array, void, unknown>;
}

/** A track that allows access to single pictures. */
export interface PictureSource extends SourceTrack<VideoFormat> {
  /** The bytes of selected samples, by their indexes in `samples`, in ascending order. */
  pick(places: readonly number[]): AsyncGenerator<Uint8Array, void, unknown>;
}

/** A file that is open for reading until it is closed. */
export interface SourceFile {
  readonly video: PictureSource | undefined;
  readonly audio: SourceTrack<AudioFormat> | undefined;
  close(): void;
}

/** Opens an MP4 file and lists the samples of its first H.264 and AAC tracks, without reading their bytes. */
export async function openSource(path: string): Promise<SourceFile> {
  const input = new Input({ source: new FilePathSource(path), formats: ALL_FORMATS });
  try {
    const video = await readVideo(input, basename(path));
    const audio = await readAudio(input, basename(path), video?.start ?? ticks(0));
    const chosen = [video, audio].flatMap((found) => found?.id ?? []);
    await checkMovie(path, chosen);
    return { video: video?.track, audio: audio?.track, close: () => input.dispose() };
  } catch (cause) {
    input.dispose();
    const { message } = cause instanceof Error ? cause : { message: String(cause) };
    // mediabunny's answer to a file that is shorter than any media file.
    const problem = /^Assertion failed/.test(message) ? 'it is empty, or not a media file' : message;
    throw new Error(`${basename(path)} can't be read: ${problem}`, { cause });
  }
}

async function readVideo(input: Input, file: string) {
  const source = await input.getPrimaryVideoTrack();
  if (source === null) return undefined;
  const codec = await source.getCodec();
  if (codec !== 'avc') throw new Error(`its video is ${codec ?? 'unknown'}, only H.264 is supported`);
  const config = bytesOf((await source.getDecoderConfig())?.description);
  if (config === undefined) throw new Error('its video has no parameter sets');
  if ((await source.getRotation()) !== 0)
    throw new Error('its video has to be rotated, which titles can\'t express: use "encode"');
  const [width, height] = [await source.getCodedWidth(), await source.getCodedHeight()];
  const display = {
    width: await source.getSquarePixelWidth(),
    height: await source.getSquarePixelHeight(),
  };
  const listed = await listSamples(source);
  let start = listed[0]?.time ?? ticks(0);
  for (const { time } of listed) if (time < start) start = time;
  const track: PictureSource = {
    file,
    format: { kind: 'video', width, height, display, config },
    language: languageOf(await source.getLanguageCode()),
    samples: listed.map((sample) => ({ ...sample, time: subtractTicks(sample.time, start) })),
    read: () => readBytes(source, 0),
    pick: (places) => pickBytes(source, places),
  };
  return { id: source.id, track, start };
}

/**
 * Audio counts from the file's first picture too. Frames that begin before it are dropped: those are the encoder's
 * priming, and moving a frame to 0 would shift the whole stream.
 */
async function readAudio(input: Input, file: string, zero: Ticks) {
  const source = await input.getPrimaryAudioTrack();
  if (source === null) return undefined;
  const codec = await source.getCodec();
  if (codec !== 'aac') throw new Error(`its audio is ${codec ?? 'unknown'}, only AAC is supported`);
  const config = bytesOf((await source.getDecoderConfig())?.description);
  if (config === undefined) throw new Error('its audio has no AudioSpecificConfig');
  const [sampleRate, channels] = [await source.getSampleRate(), await source.getNumberOfChannels()];
  const listed = (await listSamples(source)).map((s) => ({ ...s, time: subtractTicks(s.time, zero) }));
  const kept = listed.findIndex(({ time }) => time >= 0n);
  const track: SourceTrack<AudioFormat> = {
    file,
    format: { kind: 'audio', sampleRate, channels, config },
    language: languageOf(await source.getLanguageCode()),
    samples: kept === -1 ? [] : listed.slice(kept),
    leftOut: subtractTicks(listed[kept]?.time ?? ticks(0), listed[0]?.time ?? ticks(0)),
    read: () => readBytes(source, kept),
  };
  return { id: source.id, track };
}

/** Times are exact: each is converted from the file's units separately, so that rounding errors don't add up. */
async function listSamples(track: InputTrack): Promise<SourceSample[]> {
  const rate = await track.getTimeResolution();
  const toOurs = (time: number) =>
    rescale(ticks(Math.round(time * rate)), timescale(rate), DEFAULT_TIMESCALE);
  const samples: SourceSample[] = [];
  for await (const packet of new EncodedPacketSink(track).packets(undefined, undefined, {
    metadataOnly: true,
  })) {
    const time = toOurs(packet.timestamp);
    const duration = subtractTicks(toOurs(packet.timestamp + packet.duration), time);
    samples.push({ time, duration, size: packet.byteLength, isKey: packet.type === 'key' });
  }
  return lengthenLast(samples);
}

/** For a picture alone, in ticks. */
const USUAL_DURATION = ticks(400_000);

/** Muxers that don't know how long the last sample lasts write 0: it lasts as long as the one before it. */
function lengthenLast(samples: readonly SourceSample[]): SourceSample[] {
  const [last, before] = samples.toSorted((a, b) => Number(b.time - a.time));
  if (last === undefined || last.duration > 0n) return [...samples];
  const duration = before ? subtractTicks(last.time, before.time) : USUAL_DURATION;
  return samples.map((sample) => (sample === last ? { ...sample, duration } : sample));
}

async function* readBytes(track: InputTrack, skip: number): AsyncGenerator<Uint8Array, void, unknown> {
  let index = 0;
  for await (const packet of new EncodedPacketSink(track).packets()) {
    if (index++ >= skip) yield packet.data;
  }
}

async function* pickBytes(
  track: InputTrack,
  places: readonly number[],
): AsyncGenerator<Uint8Array, void, unknown> {
  const sink = new EncodedPacketSink(track);
  const wanted = new Set(places);
  let index = 0;
  for await (const { timestamp } of sink.packets(undefined, undefined, { metadataOnly: true })) {
    const packet = wanted.has(index++) ? await sink.getPacket(timestamp) : null;
    if (packet !== null) yield packet.data;
  }
}

function bytesOf(source: AllowSharedBufferSource | undefined): Uint8Array | undefined {
  if (source === undefined) return undefined;
  return ArrayBuffer.isView(source)
    ? new Uint8Array(source.buffer, source.byteOffset, source.byteLength)
    : new Uint8Array(source);
}

const languageOf = (code: string): string | undefined => (code === 'und' ? undefined : code);
