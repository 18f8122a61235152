import { join } from 'node:path';
import type { FilmStripOptions } from './film-strip.ts';
import { ladderFor, type Rung } from './ladder.ts';
import { packagePresentation } from './package.ts';
import { probeFilm } from './probe-film.ts';
import { programPath, runProgram } from './run-program.ts';
import { fingerprint, WorkFolder } from './work-folder.ts';

export interface EncodeOptions {
  readonly film: string;
  /** The output folder, and the title's name. */
  readonly folder: string;
  readonly name: string;
  /** Preview pictures for a seek bar; default none. */
  readonly filmStrip?: FilmStripOptions | undefined;
  readonly report: (line: string) => void;
  /** Called with the progress of encoding over all levels, in seconds of film. */
  readonly progress: (progress: EncodeProgress) => void;
}

export interface EncodeProgress {
  readonly step: string;
  readonly done: number;
  readonly total: number;
}

/**
 * Encodes a film in several qualities with ffmpeg, and packages them. After an interruption, complete levels stay in a
 * work folder beside the result, and the next call continues from there.
 */
export async function encodePresentation(options: EncodeOptions, signal: AbortSignal): Promise<void> {
  const { film, folder, name, filmStrip, report } = options;
  const about = await probeFilm(film, signal);
  for (const index of about.undecodableAudio)
    report(`Stream ${index} is left out: ffmpeg can't decode this audio.`);
  const rungs = ladderFor(about.width, about.height);
  const work = await WorkFolder.open(join(folder, `.${name}.encode`), {
    film: await fingerprint(film),
    rungs,
    about,
  });
  const jobs = [
    ...about.audio.map(({ index }, i) => ({
      step: `audio ${i + 1} of ${about.audio.length}`,
      file: `audio-${i}.mp4`,
      args: audioArguments(index),
    })),
    ...rungs.map((rung, i) => ({
      step: `${rung.height}p, ${rung.kilobits} kbit/s (${i + 1} of ${rungs.length})`,
      file: `${rung.height}p.mp4`,
      args: videoArguments(rung, about.rate),
    })),
  ];
  const total = about.seconds * jobs.length;
  for (const [i, { step, file, args }] of jobs.entries()) {
    const progress = (seconds: number) =>
      options.progress({ step, done: about.seconds * i + Math.min(seconds, about.seconds), total });
    progress(0);
    await work.make(file, (path) => encode(film, path, { args, progress, signal }));
    progress(about.seconds);
  }
  const videos = rungs.map(({ height }) => work.at(`${height}p.mp4`));
  const audio = about.audio.map(({ language }, i) => ({ language, path: work.at(`audio-${i}.mp4`) }));
  const packaged = { videos, audio, folder, name, fragmentSeconds: 2, filmStrip, report };
  await packagePresentation(packaged, signal);
  await work.remove();
}

/**
 * Pictures that are marked as interlaced are deinterlaced. The filter `fps` produces a constant rate from 0 on, even if
 * the source's first picture is late.
 */
function videoArguments({ width, height, kilobits }: Rung, rate: string): string[] {
  const constant = `fps=fps=${rate}:start_time=0`;
  return [
    ...['-map', '0:v:0', '-an', '-sn', '-dn'],
    ...['-vf', `yadif=deint=interlaced,${constant},scale=${width}:${height},setsar=1,format=yuv420p`],
    ...['-c:v', 'libx264', '-preset', 'fast'],
    ...['-b:v', `${kilobits}k`, '-maxrate', `${Math.round(1.5 * kilobits)}k`, '-bufsize', `${3 * kilobits}k`],
    // Key frames at the same times in every level, and nowhere else.
    ...['-force_key_frames', 'expr:gte(t,n_forced*2)', '-sc_threshold', '0', '-g', '600'],
  ];
}

/** `index`: among all streams of the film. The filter fills gaps at the start with silence. */
function audioArguments(index: number): string[] {
  return [
    ...['-map', `0:${index}`, '-vn', '-sn', '-dn', '-af', 'aresample=async=1:first_pts=0'],
    ...['-c:a', 'aac', '-b:a', '128k', '-ac', '2', '-ar', '48000'],
  ];
}

async function encode(
  film: string,
  path: string,
  job: {
    readonly args: readonly string[];
    readonly progress: (seconds: number) => void;
    readonly signal: AbortSignal;
  },
): Promise<void> {
  const quietly = ['-v', 'error', '-nostdin', '-nostats', '-progress', 'pipe:1', '-y'];
  const onLine = (line: string) => {
    const microseconds = Number(/^out_time_us=(\d+)$/.exec(line)?.[1] ?? Number.NaN);
    if (microseconds >= 0) job.progress(microseconds / 1e6);
  };
  const files = ['-i', programPath(film), ...job.args, '-f', 'mp4', programPath(path)];
  await runProgram('ffmpeg', [...quietly, ...files], job.signal, { onLine });
}
