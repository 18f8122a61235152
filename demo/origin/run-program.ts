import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';

export interface ProgramPipes {
  /** Called with each line of output. */
  readonly onLine?: (line: string) => void;
  /** The program's input; default none. */
  readonly input?: AsyncIterable<Uint8Array>;
}

/**
 * A path as an argument of ffmpeg's programs: relative ones may be taken for an option or, if they contain a colon, for a
 * URL.
 */
export const programPath = (path: string): string => resolve(path);

/** Runs one of ffmpeg's programs to its end. Returns its output, except lines passed to `onLine`. */
export function runProgram(
  program: 'ffmpeg' | 'ffprobe',
  args: readonly string[],
  signal: AbortSignal | undefined,
  { onLine, input }: ProgramPipes = {},
): Promise<string> {
  return new Promise((fulfil, reject) => {
    const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'pipe'], ...(signal && { signal }) });
    pipeline(input ?? [], child.stdin).catch((cause: unknown) => {
      // A program that stops reading reports why when it ends.
      if (isBrokenPipe(cause)) return;
      reject(cause);
      child.kill();
    });
    let [printed, complaints] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      printed += text;
      if (onLine === undefined) return;
      const lines = printed.split('\n');
      printed = lines.pop() ?? '';
      lines.forEach(onLine);
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      complaints = (complaints + text).slice(-2000);
    });
    child.once('error', (cause) =>
      reject(isMissing(cause) ? new Error(howToInstall(program), { cause }) : cause),
    );
    child.once('close', (code) => {
      if (code === 0) fulfil(printed);
      else reject(new Error(`${program} failed.\n${complaints.trim()}`));
    });
  });
}

const isMissing = (cause: Error): boolean => 'code' in cause && cause.code === 'ENOENT';

const isBrokenPipe = (cause: unknown): boolean =>
  cause instanceof Error &&
  'code' in cause &&
  ['EPIPE', 'ECONNRESET', 'ERR_STREAM_PREMATURE_CLOSE', 'ERR_STREAM_DESTROYED'].includes(String(cause.code));

function howToInstall(program: string): string {
  const ways: Partial<Record<NodeJS.Platform, string>> = {
    darwin: 'brew install ffmpeg',
    win32: 'winget install Gyan.FFmpeg',
    linux: 'sudo apt install ffmpeg, or the equivalent of your distribution',
  };
  const way = ways[process.platform] ?? 'see https://ffmpeg.org/download.html';
  return `${program} isn't installed, but is required for encoding and film strips. Install ffmpeg (${way}) and try again.`;
}
