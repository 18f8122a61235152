import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { parameterSets } from './parameter-sets.ts';
import { programPath, runProgram } from './run-program.ts';
import type { PictureSource } from './source-track.ts';

/**
 * Decodes key frames with ffmpeg into `1.jpg`, `2.jpg` and so on, in an empty folder. They are passed to it as a
 * separate stream: it reads nothing else of the source, and returns one picture for each.
 */
export async function decodeKeyFrames(
  source: PictureSource,
  places: readonly number[],
  {
    folder,
    width,
    progress,
    signal,
  }: {
    readonly folder: string;
    /** Picture width; the height is even. */
    readonly width: number;
    readonly progress: (pictures: number) => void;
    readonly signal: AbortSignal | undefined;
  },
): Promise<void> {
  const { display } = source.format;
  const height = 2 * Math.max(1, Math.round((width * display.height) / display.width / 2));
  // Artificial times, so that no picture is dropped or duplicated.
  const filter = `setpts=N/(25*TB),scale=${width}:${height},setsar=1,format=yuvj420p`;
  const args = [
    ...['-v', 'error', '-nostats', '-progress', 'pipe:1', '-y'],
    ...['-f', 'h264', '-r', '25', '-i', 'pipe:0', '-vf', filter, '-r', '25'],
    ...['-c:v', 'mjpeg', '-q:v', '5', '-flags', '+bitexact'],
    ...['-f', 'image2', join(programPath(folder).replaceAll('%', '%%'), '%d.jpg')],
  ];
  const onLine = (line: string) => {
    const count = Number(/^frame=\s*(\d+)$/.exec(line)?.[1] ?? 0);
    if (count > 0) progress(count);
  };
  const input = startCoded(source, places);
  await runProgram('ffmpeg', args, signal, { onLine, input }).catch((cause: Error) => {
    throw /^ffmpeg failed/.test(cause.message) ? undecodable(source, cause.message, cause) : cause;
  });
  const made = (await readdir(folder)).length;
  if (made !== places.length)
    throw undecodable(source, `ffmpeg decodes ${made} of ${places.length} key frames.`);
}

const undecodable = ({ file }: PictureSource, why: string, cause?: Error): Error =>
  new Error(`Cannot make a film strip of ${file}: ${why}`, { cause });

/** Samples as an elementary stream: start codes instead of lengths, and parameter sets. */
async function* startCoded(source: PictureSource, places: readonly number[]): AsyncGenerator<Uint8Array> {
  const { lengthSize, startCoded: sets } = parameterSets(source.format.config);
  for await (const sample of source.pick(places)) {
    const bytes = Buffer.from(sample.buffer, sample.byteOffset, sample.byteLength);
    yield sets;
    for (let at = 0; at + lengthSize <= bytes.length; ) {
      const from = at + lengthSize;
      at = from + bytes.readUIntBE(at, lengthSize);
      yield Buffer.of(0, 0, 0, 1);
      yield bytes.subarray(from, at);
    }
  }
}
