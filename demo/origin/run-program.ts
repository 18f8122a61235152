import { spawn } from 'node:child_process';

/** Runs one of ffmpeg's programs to its end. Gives what it printed, but for lines that `onLine` was told. */
export function runProgram(
  program: 'ffmpeg' | 'ffprobe',
  args: readonly string[],
  signal: AbortSignal,
  onLine?: (line: string) => void,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], signal });
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
      if (code === 0) resolve(printed);
      else reject(new Error(`${program} failed.\n${complaints.trim()}`));
    });
  });
}

const isMissing = (cause: Error): boolean => 'code' in cause && cause.code === 'ENOENT';

function howToInstall(program: string): string {
  const ways: Partial<Record<NodeJS.Platform, string>> = {
    darwin: 'brew install ffmpeg',
    win32: 'winget install Gyan.FFmpeg',
    linux: 'sudo apt install ffmpeg, or the like of your distribution',
  };
  const way = ways[process.platform] ?? 'see https://ffmpeg.org/download.html';
  return `${program} isn't installed, and encoding needs it. Install ffmpeg (${way}) and try again.`;
}
