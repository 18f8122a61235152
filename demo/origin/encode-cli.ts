import { basename, dirname, extname } from 'node:path';
import { parseArgs } from 'node:util';
import { encodePresentation } from './encode.ts';

const HELP = `Encodes a film in up to eight qualities with ffmpeg, and makes a Smooth Streaming presentation of them.

  npm run encode -- film.mp4 [--out FOLDER/NAME.ism]

Levels go from the film's own size, at most 1080 lines, down to a small one; key frames come every 2 s; each audio
stream becomes AAC.

  --out FOLDER/NAME.ism where to write NAME.ism, NAME.ismc, NAME_*.ismv and NAME_*.isma;
                        without it: in the current folder, by the film's name
  --help                this text`;

try {
  await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { out: { type: 'string' }, help: { type: 'boolean', default: false } },
  });
  if (values.help) {
    console.log(HELP);
    return;
  }
  const [film, ...others] = positionals;
  if (film === undefined || others.length > 0) throw new Error(`Name one film.\n\n${HELP}`);
  const out = values.out ?? `${basename(film, extname(film))}.ism`;
  if (!out.endsWith('.ism')) throw new Error('--out names a file that ends in .ism');
  // Interrupted, it still removes its temporary folder.
  const interrupted = new AbortController();
  process.once('SIGINT', () => interrupted.abort());
  const target = { folder: dirname(out), name: basename(out, '.ism') };
  const report = (line: string) => console.log(line);
  await encodePresentation({ film, ...target, report, progress: showProgress() }, interrupted.signal);
}

/** One line for each step; on a terminal it counts up in place, elsewhere it is printed in tenths. */
function showProgress(): (step: string, done: number) => void {
  let shown = '';
  return (step, done) => {
    const percent = process.stdout.isTTY ? Math.floor(done * 100) : Math.floor(done * 10) * 10;
    const line = `${step}: ${percent} %`;
    if (line === shown) return;
    shown = line;
    if (!process.stdout.isTTY) console.log(line);
    else process.stdout.write(`\r${line}${done >= 1 ? '\n' : ''}`);
  };
}
