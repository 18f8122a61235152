import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ladderFor, type Rung } from './ladder.ts';
import { packagePresentation } from './package.ts';
import { probeFilm } from './probe-film.ts';
import { runProgram } from './run-program.ts';

export interface EncodeOptions {
  readonly film: string;
  /** Where the presentation goes, and its name. */
  readonly folder: string;
  readonly name: string;
  readonly report: (line: string) => void;
  /** Told of how far a step is, from 0 to 1. */
  readonly progress: (step: string, done: number) => void;
}

/** Encodes a film in several qualities with ffmpeg, and packages them. Works in a temporary folder. */
export async function encodePresentation(options: EncodeOptions, signal: AbortSignal): Promise<void> {
  const { film, folder, name, report, progress } = options;
  const about = await probeFilm(film, signal);
  const run = (args: readonly string[], step: string) =>
    encode(['-i', film, ...args], about.seconds, (done) => progress(step, done), signal);
  const rungs = ladderFor(about.width, about.height);
  const work = await mkdtemp(join(tmpdir(), 'encode-'));
  try {
    const audio: { language: string | undefined; path: string }[] = [];
    for (const [i, language] of about.languages.entries()) {
      const path = join(work, `audio-${i}.mp4`);
      const step = `audio ${i + 1} of ${about.languages.length}`;
      await run([...audioArguments(i), path], step);
      audio.push({ language, path });
    }
    const videos: string[] = [];
    for (const [i, rung] of rungs.entries()) {
      const path = join(work, `${rung.height}p.mp4`);
      const step = `${rung.height}p, ${rung.kilobits} kbit/s (${i + 1} of ${rungs.length})`;
      await run([...videoArguments(rung, about.rate), path], step);
      videos.push(path);
    }
    await packagePresentation({ videos, audio, folder, name, fragmentSeconds: 2, report });
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** The filter gives a steady rate from 0 on, also where the source's first picture is late. */
function videoArguments({ width, height, kilobits }: Rung, rate: string): string[] {
  return [
    ...['-map', '0:v:0', '-an', '-sn', '-dn'],
    ...['-vf', `fps=fps=${rate}:start_time=0,scale=${width}:${height},setsar=1,format=yuv420p`],
    ...['-c:v', 'libx264', '-preset', 'fast'],
    ...['-b:v', `${kilobits}k`, '-maxrate', `${Math.round(1.5 * kilobits)}k`, '-bufsize', `${3 * kilobits}k`],
    // Key frames at the same times in every level, and nowhere else.
    ...['-force_key_frames', 'expr:gte(t,n_forced*2)', '-sc_threshold', '0', '-g', '600'],
  ];
}

/** The filter fills with silence what is missing at the start. */
function audioArguments(index: number): string[] {
  return [
    ...['-map', `0:a:${index}`, '-vn', '-sn', '-dn', '-af', 'aresample=async=1:first_pts=0'],
    ...['-c:a', 'aac', '-b:a', '128k', '-ac', '2', '-ar', '48000'],
  ];
}

async function encode(
  args: readonly string[],
  seconds: number,
  progress: (done: number) => void,
  signal: AbortSignal,
): Promise<void> {
  const quietly = ['-v', 'error', '-nostdin', '-nostats', '-progress', 'pipe:1', '-y'];
  progress(0);
  await runProgram('ffmpeg', [...quietly, ...args], signal, (line) => {
    const microseconds = Number(/^out_time_us=(\d+)$/.exec(line)?.[1] ?? Number.NaN);
    if (seconds > 0 && microseconds >= 0) progress(Math.min(1, microseconds / 1e6 / seconds));
  });
  progress(1);
}
