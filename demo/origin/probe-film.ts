import { programPath, runProgram } from './run-program.ts';

/** The properties of a film that encoding depends on. */
export interface FilmFacts {
  /** Display size: upright and with square pixels. */
  readonly width: number;
  readonly height: number;
  readonly seconds: number;
  /** Frames per second, as a fraction. */
  readonly rate: string;
  /** The audio streams that ffmpeg can decode. */
  readonly audio: readonly {
    /** Among all streams of the file. */
    readonly index: number;
    /** `undefined` if the file doesn't specify it. */
    readonly language: string | undefined;
  }[];
  /** Indexes of the other audio streams. */
  readonly undecodableAudio: readonly number[];
}

/** The part of ffprobe's output for a stream that is used. */
interface ProbedStream {
  readonly index: number;
  readonly codec_type?: string;
  readonly codec_name?: string;
  readonly width?: number;
  readonly height?: number;
  readonly avg_frame_rate?: string;
  readonly sample_aspect_ratio?: string;
  readonly tags?: { readonly language?: string };
  readonly side_data_list?: readonly { readonly rotation?: number }[];
}

/** Runs ffprobe, and asks ffmpeg what it can decode. */
export async function probeFilm(film: string, signal: AbortSignal): Promise<FilmFacts> {
  const args = ['-v', 'error', '-of', 'json', '-show_streams', '-show_format', programPath(film)];
  const printed = JSON.parse(await runProgram('ffprobe', args, signal)) as {
    readonly streams?: readonly ProbedStream[];
    readonly format?: { readonly duration?: string };
  };
  const streams = printed.streams ?? [];
  const video = streams.find((stream) => stream.codec_type === 'video');
  const audio = streams.filter(({ codec_type }) => codec_type === 'audio');
  const { width = 0, height = 0 } = video ?? {};
  if (video === undefined || width === 0 || height === 0) throw new Error(`${film} has no video.`);
  const across = Math.round(width * fraction(video.sample_aspect_ratio, ':', 1));
  const isOnItsSide =
    video.side_data_list?.some(({ rotation = 0 }) => Math.abs(rotation) % 180 === 90) ?? false;
  const decodable = await decodableAudio(signal);
  const isDecodable = ({ codec_name = '' }: ProbedStream) => decodable.has(codec_name);
  const rate = fraction(video.avg_frame_rate, '/', 25);
  return {
    width: isOnItsSide ? height : across,
    height: isOnItsSide ? across : height,
    seconds: Number(printed.format?.duration ?? 0),
    rate: rate > 60.1 ? '60' : rate === 25 ? '25' : (video.avg_frame_rate ?? '25'),
    audio: audio
      .filter(isDecodable)
      .map(({ index, tags }) => ({ index, language: knownLanguage(tags?.language) })),
    undecodableAudio: audio.filter((stream) => !isDecodable(stream)).map(({ index }) => index),
  };
}

function fraction(text: string | undefined, separator: string, fallback: number): number {
  const [above = 0, below = 0] = (text ?? '').split(separator).map(Number);
  return above > 0 && below > 0 ? above / below : fallback;
}

/** Names of audio codecs, as in `codec_name`. They are listed behind flags: `D` decoding, `E` encoding, `A` audio. */
async function decodableAudio(signal: AbortSignal): Promise<ReadonlySet<string>> {
  const listed = await runProgram('ffmpeg', ['-v', 'error', '-codecs'], signal);
  return new Set([...listed.matchAll(/^ D.A... (\S+)/gm)].map(([, name = '']) => name));
}

const knownLanguage = (code: string | undefined) => (code === 'und' ? undefined : code);
