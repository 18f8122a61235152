import { basename, dirname, extname } from 'node:path';
import { encodePresentation } from '../demo/origin/encode.ts';
import { EXIT } from './exit-codes.ts';
import { FILM_STRIP_OPTIONS, readFilmStripOptions, withStripSeconds } from './film-strip-option.ts';
import { readArguments, runLong, usageFailure } from './long-command.ts';
import type { Outcome } from './outcome.ts';

const HELP = `smooth-player encode film.mp4 [--out FOLDER/NAME.ism]

  Encodes a film in up to eight qualities with ffmpeg, and packages them as a Smooth Streaming title. The largest
  level has the film's own size, at most 1080 lines; there is a key frame every 2 s; each audio stream becomes AAC.

  --out FOLDER/NAME.ism where to write NAME.ism, NAME.ismc, NAME_*.ismv and NAME_*.isma;
                        default: the current folder, with the film's name
  --film-strip [N]      add preview pictures for the seek bar, about every N seconds (10); see package --help
  --film-strip-width N  their width in pixels (160)
  --json                print the result as JSON
  --help                print this text

  After an interruption, run the same command again to continue with the current level.
`;

/** `smooth-player encode`. */
export async function encodeCommand(args: readonly string[]): Promise<Outcome> {
  const { values, positionals } = readArguments('encode', {
    args: withStripSeconds(args),
    allowPositionals: true,
    options: {
      ...FILM_STRIP_OPTIONS,
      out: { type: 'string' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  } as const);
  if (values.help) return { text: HELP, code: EXIT.ok };
  const [film, ...others] = positionals;
  if (film === undefined || others.length > 0) throw usageFailure('encode', 'Name one film.');
  const out = values.out ?? `${basename(film, extname(film))}.ism`;
  if (!out.endsWith('.ism')) throw usageFailure('encode', '--out names a file that ends in .ism.');
  const target = { folder: dirname(out), name: basename(out, '.ism') };
  const filmStrip = readFilmStripOptions('encode', values);
  return runLong({
    isJson: values.json,
    unit: 'seconds',
    output: target.folder,
    resumption: 'Interrupted. Run the same command again to continue with the current level.',
    run: async ({ signal, progress, report }) => {
      const lines: string[] = [];
      const reportLine = (line: string) => {
        lines.push(line);
        report(line);
      };
      await encodePresentation({ film, ...target, filmStrip, report: reportLine, progress }, signal);
      return { presentation: out, report: lines };
    },
  });
}
