import { basename, dirname } from 'node:path';
import { parseArgs } from 'node:util';
import type { EncryptOptions } from './encrypt.ts';
import { packagePresentation } from './package.ts';

const HELP = `Makes a Smooth Streaming presentation of MP4 files, without encoding anything again.

  npm run package -- [options] level1.mp4 level2.mp4 …

Each file is one video level, in H.264; all show the same film and have key frames at the same times.

  --audio LANG:FILE     an audio stream (AAC) of its own, such as en:english.mp4; may be repeated.
                        Without it: the audio of the first level that has some.
  --out FOLDER/NAME.ism where to write NAME.ism, NAME.ismc, NAME_*.ismv and NAME_*.isma
  --name NAME           the presentation's name, when --out is a folder
  --fragment-seconds N  about how long a fragment is (2); it begins at a key frame
  --encrypt KID:KEY     encrypt with this key, 32 hexadecimal digits each, the id as it stands in GUIDs.
                        Repeated: the keys take turns, a fragment each.
  --piff VERSION        1.1 (default): uuid boxes, as IIS serves them; or 1.3: senc
  --licence-url URL     where the PlayReady header says that licences are
  --rotate-every N      fragments until the next key's turn (1)
  --clear-lead N        leave the first N fragments clear (0)
  --clear-stream NAME   leave this stream clear; may be repeated
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
      encrypt: { type: 'string', multiple: true, default: [] },
      piff: { type: 'string', default: '1.1' },
      'licence-url': { type: 'string' },
      'rotate-every': { type: 'string', default: '1' },
      'clear-lead': { type: 'string', default: '0' },
      'clear-stream': { type: 'string', multiple: true, default: [] },
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
    encryption: readEncryption(values),
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

function readEncryption(values: {
  readonly encrypt: readonly string[];
  readonly piff: string;
  readonly 'licence-url'?: string | undefined;
  readonly 'rotate-every': string;
  readonly 'clear-lead': string;
  readonly 'clear-stream': readonly string[];
}): EncryptOptions | undefined {
  const [first, ...others] = values.encrypt.map((value) => {
    const [, keyId, key] = /^([0-9a-f]{32}):([0-9a-f]{32})$/i.exec(value.replaceAll('-', '')) ?? [];
    if (keyId === undefined || key === undefined) {
      throw new Error('--encrypt takes KID:KEY, 32 hexadecimal digits each');
    }
    return { keyId: keyId.toLowerCase(), key: key.toLowerCase() };
  });
  if (first === undefined) return undefined;
  const { piff } = values;
  if (piff !== '1.1' && piff !== '1.3') throw new Error('--piff is 1.1 or 1.3');
  const [rotateEvery, clearLead] = [Number(values['rotate-every']), Number(values['clear-lead'])];
  if (!(Number.isInteger(rotateEvery) && rotateEvery >= 1)) throw new Error('--rotate-every is 1 or more');
  if (!(Number.isInteger(clearLead) && clearLead >= 0)) throw new Error('--clear-lead is 0 or more');
  return {
    keys: [first, ...others],
    piff,
    rotateEvery,
    clearLead,
    clearStreams: values['clear-stream'],
    licenceUrl: values['licence-url'],
  };
}

function readTarget(out: string | undefined, name: string | undefined): { folder: string; name: string } {
  if (out?.endsWith('.ism')) return { folder: dirname(out), name: basename(out, '.ism') };
  if (name === undefined || /[\\/]/.test(name)) {
    throw new Error('Say where to write: --out FOLDER/NAME.ism, or --out FOLDER --name NAME.');
  }
  return { folder: out ?? '.', name };
}
