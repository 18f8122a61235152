import { basename, dirname } from 'node:path';
import { packageStatic } from '../demo/export/package-static.ts';
import type { EncryptOptions } from '../demo/origin/encrypt.ts';
import { packagePresentation } from '../demo/origin/package.ts';
import { EXIT } from './exit-codes.ts';
import { explainFolder, readFormats } from './export.ts';
import { FILM_STRIP_OPTIONS, readFilmStripOptions, withStripSeconds } from './film-strip-option.ts';
import { numberOption, readArguments, runLong, usageFailure } from './long-command.ts';
import type { Outcome } from './outcome.ts';

const HELP = `smooth-player package [options] level1.mp4 level2.mp4 …

  Packages MP4 files as a Smooth Streaming title, without re-encoding. Each file is one video level, in H.264; all
  show the same film and have key frames at the same times.

  --audio LANG:FILE     a separate audio stream (AAC), such as en:english.mp4; may be repeated.
                        Default: the audio of the first level that has any.
  --text LANG:FILE      subtitles, such as en:english.vtt: WebVTT, SubRip or TTML; may be repeated
  --chapters FILE       chapters, in the same formats
  --events NAME:FILE    messages of a sparse stream, such as scte35:breaks.json; may be repeated. A JSON list of
                        { "time": seconds, "duration": seconds, and "text" or "data" in base64 }
  --film-strip [N]      preview pictures for the seek bar, from the key frames of the largest level about every N
                        seconds (10): a stream of JPEG (subtype ZOET). Requires ffmpeg. dash.js and RxPlayer play
                        titles with such a stream and ignore it.
  --film-strip-width N  their width in pixels (160); the height follows from the aspect ratio
  --out FOLDER/NAME.ism where to write NAME.ism, NAME.ismc, NAME_*.ismv, NAME_*.isma and NAME_*.ismt
  --name NAME           the title's name, if --out is a folder
  --static              write plain files instead, which any web server can serve without an origin: a folder
                        NAME.ism with the manifest, and a file for each fragment URL
  --formats LIST        with --static: any of smooth, hls and dash (smooth)
  --fragment-seconds N  approximate fragment duration (2); a fragment begins at a key frame
  --encrypt KID:KEY     encrypt with this key, 32 hexadecimal digits each, the id as written in
                        GUIDs. If repeated, the keys rotate with each fragment.
  --piff VERSION        1.1 (default): uuid boxes, as IIS serves them; or 1.3: senc
  --licence-url URL     the licence URL in the PlayReady header
  --rotate-every N      number of fragments per key (1)
  --clear-lead N        leave the first N fragments clear (0)
  --clear-stream NAME   leave this stream clear; may be repeated
  --json                print the result as JSON
  --help                print this text

  After an interruption, run the same command again to continue.
`;

/** `smooth-player package`. */
export async function packageCommand(args: readonly string[]): Promise<Outcome> {
  const { values, positionals } = readArguments('package', {
    args: withStripSeconds(args),
    allowPositionals: true,
    options: {
      ...FILM_STRIP_OPTIONS,
      audio: { type: 'string', multiple: true, default: [] },
      text: { type: 'string', multiple: true, default: [] },
      chapters: { type: 'string' },
      events: { type: 'string', multiple: true, default: [] },
      out: { type: 'string' },
      name: { type: 'string' },
      static: { type: 'boolean', default: false },
      formats: { type: 'string', default: 'smooth' },
      'fragment-seconds': { type: 'string', default: '2' },
      encrypt: { type: 'string', multiple: true, default: [] },
      piff: { type: 'string', default: '1.1' },
      'licence-url': { type: 'string' },
      'rotate-every': { type: 'string', default: '1' },
      'clear-lead': { type: 'string', default: '0' },
      'clear-stream': { type: 'string', multiple: true, default: [] },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  } as const);
  if (values.help) return { text: HELP, code: EXIT.ok };
  if (positionals.length === 0) throw usageFailure('package', 'Name at least one MP4 file.');
  const target = readTarget(values.out, values.name);
  const options = {
    videos: positionals,
    audio: values.audio.map(readAudioOption),
    text: {
      text: values.text.map((value) => {
        const [language, path] = named('--text', 'LANG:FILE, such as en:english.vtt', value);
        return { language, path };
      }),
      chapters: values.chapters,
      events: values.events.map((value) => {
        const [name, path] = named('--events', 'NAME:FILE, such as scte35:breaks.json', value);
        return { name, path };
      }),
    },
    ...target,
    fragmentSeconds: numberOption('package', 'fragment-seconds', values['fragment-seconds'], {
      min: 0.1,
      max: 60,
    }),
    filmStrip: readFilmStripOptions('package', values),
    encryption: readEncryption(values),
  };
  const formats = readFormats('package', values.formats);
  return runLong({
    isJson: values.json,
    unit: 'bytes',
    output: target.folder,
    resumption: 'Interrupted. Run the same command again to continue with the next file.',
    run: async ({ signal, progress, report }) => {
      const files: string[] = [];
      const reportLine = (line: string) => {
        files.push(line);
        report(line);
      };
      const presentation = `${target.folder}/${target.name}.ism`;
      const how = { ...options, report: reportLine, progress };
      if (!values.static) {
        await packagePresentation(how, signal);
        return { presentation, report: files };
      }
      const exported = await packageStatic(how, formats, signal).catch(explainFolder);
      for (const name of exported.entries) reportLine(`${presentation}/${name}`);
      return { presentation, report: files, ...exported };
    },
  });
}

function readAudioOption(value: string): { language: string; path: string } {
  const [language, path] = named('--audio', 'LANG:FILE, such as en:english.mp4', value);
  return { language, path };
}

/** The part before the first colon, and the file after it. */
function named(option: string, form: string, value: string): [name: string, path: string] {
  const [, name, path] = /^([A-Za-z0-9-]{2,}):(.+)$/.exec(value) ?? [];
  if (name === undefined || path === undefined)
    throw usageFailure('package', `${option} takes ${form}, not ${value}`);
  return [name, path];
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
      throw usageFailure('package', '--encrypt takes KID:KEY, 32 hexadecimal digits each.');
    }
    return { keyId: keyId.toLowerCase(), key: key.toLowerCase() };
  });
  if (first === undefined) return undefined;
  const { piff } = values;
  if (piff !== '1.1' && piff !== '1.3') throw usageFailure('package', '--piff must be 1.1 or 1.3.');
  const count = (name: 'rotate-every' | 'clear-lead', min: number) =>
    numberOption('package', name, values[name], { min, max: Number.POSITIVE_INFINITY, isWhole: true });
  return {
    keys: [first, ...others],
    piff,
    rotateEvery: count('rotate-every', 1),
    clearLead: count('clear-lead', 0),
    clearStreams: values['clear-stream'],
    licenceUrl: values['licence-url'],
  };
}

function readTarget(out: string | undefined, name: string | undefined): { folder: string; name: string } {
  if (out?.endsWith('.ism')) return { folder: dirname(out), name: basename(out, '.ism') };
  if (name === undefined || /[\\/]/.test(name)) {
    throw usageFailure('package', 'Specify the output: --out FOLDER/NAME.ism, or --out FOLDER --name NAME.');
  }
  return { folder: out ?? '.', name };
}
