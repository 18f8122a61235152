import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { libraryTitle } from '../origin/formats/library-title.ts';
import { Library } from '../origin/library.ts';
import { type PackageOptions, packagePresentation } from '../origin/package.ts';
import { fingerprint, WorkFolder } from '../origin/work-folder.ts';
import { type ExportResult, exportTitle } from './export-title.ts';
import type { ExportFormat } from './export-work.ts';
import { StaticFolder } from './static-folder.ts';

/** Packages files, and writes the title as plain files into `folder/name.ism/`. Continues after an interruption. */
export async function packageStatic(
  options: PackageOptions,
  formats: readonly ExportFormat[],
  signal: AbortSignal,
): Promise<ExportResult> {
  const { folder, name, audio, fragmentSeconds, text, filmStrip, encryption, progress = () => {} } = options;
  const inputs = await Promise.all(inputFiles(options).map(fingerprint));
  const task = { inputs, audio, fragmentSeconds, text, filmStrip, encryption };
  const work = await WorkFolder.open(join(folder, `.${name}.static`), task);
  const isPackaged = await stat(work.at(`${name}.ism`)).catch(() => undefined);
  if (!isPackaged) await packagePresentation({ ...options, folder: work.path }, signal);
  const out = join(folder, `${name}.ism`);
  const result = await exportTitle(
    {
      title: libraryTitle(new Library(work.path), `/${name}.ism`),
      out,
      formats,
      plainNames: false,
      filter: new Map(),
      // By an interrupted run, with other files.
      mayOverwrite: await StaticFolder.isIncomplete(out),
      parallel: 4,
      progress,
    },
    signal,
  );
  await work.remove();
  return result;
}

function inputFiles({ videos, audio, text }: PackageOptions): readonly string[] {
  const texts = text ? [...text.text, ...text.events].map(({ path }) => path) : [];
  const chapters = text?.chapters === undefined ? [] : [text.chapters];
  return [...videos, ...audio.map(({ path }) => path), ...texts, ...chapters];
}
