import { type Ticks, toSeconds } from '../../src/base/time.ts';
import type { QualityLevel, Stream } from '../../src/manifest/presentation.ts';
import { fragmentUrl } from '../../src/timeline/fragment-url.ts';
import { bytesOf } from '../origin/formats/title-reader.ts';
import { type TemplateOf, writeFilteredManifest } from '../origin/formats/write-filtered.ts';
import { isErrorResponse } from '../origin/live/live-title.ts';
import { fragmentOf } from './export-media.ts';
import type { ExportWork } from './export-work.ts';
import { inParallel } from './in-parallel.ts';

const BASE_PATH = '/title.ism/';
const BASE = `http://export.invalid${BASE_PATH}Manifest`;

/** Writes the manifest, and unchanged fragments at the URLs that it lists. Returns the manifest's name. */
export async function exportSmooth(work: ExportWork): Promise<readonly string[]> {
  const { snapshot, filter, parallel, signal } = work.task;
  const { streams } = snapshot.presentation;
  const edge = Math.max(0, ...streams.map(({ chunks, timescale }) => toSeconds(chunks.end, timescale)));
  for (const stream of streams.filter(({ urlTemplate }) => urlTemplate !== undefined)) {
    const chunks = filter.cut([...stream.chunks], stream, edge);
    for (const level of stream.levels.filter((one) => filter.keepsTrack(stream, one))) {
      await inParallel(chunks, parallel, signal, async ({ start }) => {
        if (stream.embedded && !(await isThere(work, stream, level, start))) return;
        const name = fragmentName(work, stream, level, start);
        const bytes = await work.write(name, async () => {
          const { parts } = await fragmentOf(work, stream, level, start);
          return parts;
        });
        work.advance(`${stream.name} ${level.bitrate}`, bytes);
      });
    }
  }
  await work.replace('Manifest', await manifestOf(work));
  return ['Manifest'];
}

/** Content that is in the manifest itself need not exist as fragments. */
async function isThere({ task }: ExportWork, stream: Stream, level: QualityLevel, time: Ticks) {
  const resource = await task.reader.source.fragment({ stream, level, time, noun: 'fragments' });
  return resource !== undefined && !isErrorResponse(resource);
}

async function manifestOf({ task }: ExportWork): Promise<string | Buffer> {
  const { plainNames, isFiltered, snapshot, filter, reader } = task;
  if (plainNames) return writeFilteredManifest(snapshot.presentation, filter, plainTemplate);
  if (isFiltered) return writeFilteredManifest(snapshot.presentation, filter);
  const resource = await reader.source.manifest();
  if (!resource) throw new Error('The manifest no longer exists.');
  return bytesOf(resource);
}

function fragmentName(work: ExportWork, stream: Stream, level: QualityLevel, start: Ticks): string {
  const urlTemplate = work.task.plainNames ? plainTemplate(stream) : stream.urlTemplate;
  const { origin, pathname } = new URL(fragmentUrl(BASE, { ...stream, urlTemplate }, level, start));
  if (origin !== new URL(BASE).origin || !pathname.startsWith(BASE_PATH))
    throw new Error(`The fragments of ${stream.name} are not below the manifest: use --plain-names.`);
  return decodeURIComponent(pathname.slice(BASE_PATH.length));
}

/** File names of fragments without parentheses; attributes distinguish levels of equal bitrate. */
const plainTemplate: TemplateOf = ({ name, levels }) => {
  const isTold = new Set(levels.map(({ bitrate }) => bitrate)).size < levels.length;
  const folder = name.replace(/[^\w.-]/g, '_');
  return `${folder}/{bitrate}${isTold ? ',{CustomAttributes}' : ''}/{start time}.ismf`;
};
