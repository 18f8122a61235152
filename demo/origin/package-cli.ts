import { basename, dirname } from 'node:path';
import { parseArgs } from 'node:util';
import { packagePresentation } from './package.ts';

const HELP = `Makes a Smooth Streaming presentation of MP4 files, without encoding anything again.

  npm run package -- [options] level1.mp4 level2.mp4 …

Each file is one video level, in H.264; all show the same film and have key frames at the same times.

  --audio LANG:FILE     an audio stream (AAC) of its own, such as en:english.mp4; may be repeated.
                        Without it: the audio of the first level that has some.
  --out FOLDER/NAME.ism where to write NAME.ism, NAME.ismc, NAME_*.ismv and NAME_*.isma
  --name NAME           the presentation's name, when --out is a folder
  --fragment-seconds N  about how long a fragment is (2); it begins at a key frame
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
    options: {
      audio: { type: 'string', multiple: true, default: [] },
      out: { type: 'string' },
      name: { type: 'string' },
      'fragment-seconds': { type: 'string', default: '2' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    console.log(HELP);
    return;
  }
  if (positionals.length === 0) throw new Error(`Name at least one MP4 file.\n\n${HELP}`);
  const fragmentSeconds = Number(values['fragment-seconds']);
  if (!(fragmentSeconds >= 0.1 && fragmentSeconds <= 60)) {
    throw new Error('--fragment-seconds is a number from 0.1 to 60');
  }
  await packagePresentation({
    videos: positionals,
    audio: values.audio.map(readAudioOption),
    ...readTarget(values.out, values.name),
    fragmentSeconds,
    report: (line) => console.log(line),
  });
}

function readAudioOption(value: string): { language: string; path: string } {
  const match = /^([A-Za-z0-9-]{2,}):(.+)$/.exec(value);
  const [, language, path] = match ?? [];
  if (language === undefined || path === undefined) {
    throw new Error(`--audio takes LANG:FILE, such as en:english.mp4; not ${value}`);
  }
  return { language, path };
}

function readTarget(out: string | undefined, name: string | undefined): { folder: string; name: string } {
  if (out?.endsWith('.ism')) return { folder: dirname(out), name: basename(out, '.ism') };
  if (name === undefined || /[\\/]/.test(name)) {
    throw new Error('Say where to write: --out FOLDER/NAME.ism, or --out FOLDER --name NAME.');
  }
  return { folder: out ?? '.', name };
}
