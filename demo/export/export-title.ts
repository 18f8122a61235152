import { mediaTitle } from '../origin/formats/media-title.ts';
import { PLAIN_NAMES, SMOOTH_NAMES } from '../origin/formats/segment-names.ts';
import type { SmoothTitle } from '../origin/formats/smooth-title.ts';
import { readFilter } from '../origin/formats/title-filter.ts';
import { TitleReader } from '../origin/formats/title-reader.ts';
import { exportDash, exportHls } from './export-lists.ts';
import { exportMedia } from './export-media.ts';
import { exportSmooth } from './export-smooth.ts';
import { type ExportFormat, type ExportProgress, ExportWork } from './export-work.ts';
import { StaticFolder } from './static-folder.ts';

export interface ExportOptions {
  readonly title: SmoothTitle;
  readonly out: string;
  readonly formats: readonly ExportFormat[];
  /** File names without parentheses, for hosts that don't accept these. */
  readonly plainNames: boolean;
  /** As in `Manifest(…)`: `bitrate`, `language`, `starttime`, `endtime`. */
  readonly filter: ReadonlyMap<string, string>;
  readonly mayOverwrite: boolean;
  /** Number of concurrent requests or reads. */
  readonly parallel: number;
  readonly progress: (progress: ExportProgress) => void;
}

/** The result of an export. */
export interface ExportResult {
  /** Files that players load first, relative to the folder. */
  readonly entries: readonly string[];
  readonly files: number;
  /** Files that already existed. */
  readonly kept: number;
  /** Total size of all media. */
  readonly bytes: number;
  /** Content that the formats can't represent. */
  readonly leftOut: readonly string[];
}

/**
 * Writes a title as files that any web server can serve: fragments at the URLs in its manifest, or CMAF segments with
 * playlists and an MPD. Media is streamed; files are written atomically, and after an interruption complete files are
 * not written again.
 */
export async function exportTitle(options: ExportOptions, signal: AbortSignal): Promise<ExportResult> {
  const { formats, plainNames, parallel, progress } = options;
  const reader = new TitleReader(options.title);
  const snapshot = await reader.snapshot();
  if (!snapshot) throw new Error('There is no title to export.');
  const { presentation, clock, facts } = snapshot;
  if (presentation.isLive) throw new Error('The title is live: it can be exported after it has ended.');
  const filter = readFilter(options.filter, {}, undefined);
  if (typeof filter === 'string') throw new Error(`The filter is not valid: ${filter}.`);
  const title = mediaTitle({ presentation, clock, facts, filter });
  const task = { etag: snapshot.etag, formats, plainNames, filter: [...options.filter] };
  const folder = await StaticFolder.open(options.out, task, options.mayOverwrite);
  const work = new ExportWork({
    ...{ reader, snapshot, title, filter, formats, plainNames, parallel, signal, progress, folder },
    isFiltered: options.filter.size > 0,
    names: plainNames ? PLAIN_NAMES : SMOOTH_NAMES,
  });
  await estimate(work);
  const isCmaf = formats.includes('hls') || formats.includes('dash');
  const media = isCmaf ? await exportMedia(work) : undefined;
  const entries = [
    ...(media && formats.includes('hls') ? await exportHls(work, media) : []),
    ...(formats.includes('dash') ? await exportDash(work) : []),
    ...(formats.includes('smooth') ? await exportSmooth(work) : []),
  ];
  await folder.complete();
  return { entries, ...work.counts, leftOut: isCmaf ? title.leftOut : [] };
}

/** The approximate amount of media to write, as measured or according to the manifest. */
async function estimate(work: ExportWork): Promise<void> {
  const { reader, snapshot, title, formats } = work.task;
  const isCmaf = formats.includes('hls') || formats.includes('dash');
  const rounds = (isCmaf ? 1 : 0) + (formats.includes('smooth') ? 1 : 0);
  const seconds = title.end - title.start;
  for (const { stream, levels } of [...title.video, ...title.audio]) {
    for (const { level } of levels) {
      const { average } = await reader.rates(snapshot, stream, level);
      work.expect((rounds * average * seconds) / 8);
    }
  }
}
