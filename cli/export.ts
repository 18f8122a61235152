import { stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { exportTitle } from '../demo/export/export-title.ts';
import type { ExportFormat } from '../demo/export/export-work.ts';
import { remoteTitle } from '../demo/export/remote-title.ts';
import { FolderTaken } from '../demo/export/static-folder.ts';
import { libraryTitle } from '../demo/origin/formats/library-title.ts';
import type { SmoothTitle } from '../demo/origin/formats/smooth-title.ts';
import { Library } from '../demo/origin/library.ts';
import { EXIT } from './exit-codes.ts';
import { CommandFailure } from './failure.ts';
import { numberOption, readArguments, runLong, usageFailure } from './long-command.ts';
import type { Outcome } from './outcome.ts';
import { bytesText } from './progress.ts';

const HELP = `smooth-player export <title.ism | URL> --out FOLDER [options]

  Writes a title as plain files: HLS and DASH with the same CMAF segments, or Smooth Streaming itself. Any web server,
  object storage or CDN can serve them; demo/hosting.md in the repository describes how to configure it. Media is not
  re-encoded, and memory use does not depend on the title's length.

  --out FOLDER          the output folder; it must be empty, or contain an incomplete run of the same export
  --formats LIST        any of hls, dash and smooth, separated by commas (hls,dash)
  --plain-names         file names without parentheses: video/300000/0.m4s
  --bitrate LOW-HIGH    only video levels in that range
  --language LIST       only audio and captions in these languages, separated by semicolons
  --start T, --end T    only this time range, in units of 100 ns
  --header NAME:VALUE   a header for requests to the title's own host; may be repeated
  --parallel N          number of concurrent requests (4)
  --force               delete other content of the folder
  --json                print the result as JSON
  --help                print this text

  After an interruption, run the same command again to continue.
`;

const FORMATS: readonly ExportFormat[] = ['hls', 'dash', 'smooth'];

/** `smooth-player export`. */
export async function exportCommand(args: readonly string[]): Promise<Outcome> {
  const { values, positionals } = readArguments('export', {
    args: [...args],
    allowPositionals: true,
    options: {
      out: { type: 'string' },
      formats: { type: 'string', default: 'hls,dash' },
      'plain-names': { type: 'boolean', default: false },
      bitrate: { type: 'string' },
      language: { type: 'string' },
      start: { type: 'string' },
      end: { type: 'string' },
      header: { type: 'string', multiple: true, default: [] },
      parallel: { type: 'string', default: '4' },
      force: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  } as const);
  if (values.help) return { text: HELP, code: EXIT.ok };
  const [source, ...others] = positionals;
  if (source === undefined || others.length > 0) throw usageFailure('export', 'Name one title.');
  const { out } = values;
  if (out === undefined) throw usageFailure('export', 'Specify the output folder: --out FOLDER.');
  const formats = readFormats('export', values.formats);
  const bounds = { min: 1, max: 64, isWhole: true };
  const parallel = numberOption('export', 'parallel', values.parallel, bounds);
  const headers = values.header.map(readHeader);
  const filter = new Map(
    Object.entries({
      bitrate: values.bitrate,
      language: values.language,
      starttime: values.start,
      endtime: values.end,
    }).flatMap(([name, value]): [string, string][] => (value === undefined ? [] : [[name, value]])),
  );
  return runLong({
    isJson: values.json,
    unit: 'bytes',
    output: out,
    resumption: 'Interrupted. Run the same command again to continue.',
    run: async ({ signal, progress, report }) => {
      const title = await openTitle(source, headers, signal);
      const how = { plainNames: values['plain-names'], mayOverwrite: values.force, parallel, progress };
      const result = await exportTitle({ title, out, formats, filter, ...how }, signal).catch(explainFolder);
      for (const what of result.leftOut) report(`left out: ${what}`);
      report(`${result.files} files, ${bytesText(result.bytes)} of media${kept(result.kept)}`);
      for (const name of result.entries) report(`${out}/${name}`);
      return { out, ...result };
    },
  });
}

/** Reads a list of formats. */
export function readFormats(command: string, text: string): readonly ExportFormat[] {
  const names = text.split(',').map((name) => name.trim().toLowerCase());
  const formats = FORMATS.filter((format) => names.includes(format));
  if (formats.length !== new Set(names).size)
    throw usageFailure(command, `--formats is a list of ${FORMATS.join(', ')}, not ${text}.`);
  return formats;
}

/** A folder with other content is an output failure. */
export function explainFolder(error: unknown): never {
  if (error instanceof FolderTaken)
    throw new CommandFailure(EXIT.output, `${error.message} --force deletes it.`);
  throw error;
}

const kept = (count: number): string => (count > 0 ? `, ${count} files kept from before` : '');

function readHeader(line: string): readonly [string, string] {
  const at = line.indexOf(':');
  if (at < 1) throw usageFailure('export', '--header takes NAME:VALUE.');
  return [line.slice(0, at).trim(), line.slice(at + 1).trim()];
}

async function openTitle(
  source: string,
  headers: readonly (readonly [string, string])[],
  signal: AbortSignal,
): Promise<SmoothTitle> {
  if (/^https?:\/\//i.test(source)) return remoteTitle(source, { headers, signal });
  const facts = await stat(source).catch(() => undefined);
  if (!facts?.isFile() || !/\.ism$/i.test(source))
    throw new CommandFailure(EXIT.input, `${source}: specify an .ism file, or the URL of a title.`);
  return libraryTitle(new Library(dirname(source)), `/${basename(source)}`);
}
