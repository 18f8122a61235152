import { ERROR_HINTS, VIEWER_WORDS } from '../../base/error-words.ts';
import { addErrorTexts, addErrorWords } from '../../base/errors.ts';
import { OFFLINE_ERROR_TEXTS } from '../../base/offline-error-texts.ts';
import { pageUrl } from '../../net/page-url.ts';
import { manifestUrl } from '../../timeline/fragment-url.ts';
import {
  type CutSource,
  type Settings,
  type SmoothOptions,
  type SmoothSource,
  settingsOf,
} from '../options.ts';
import { Download, type DownloadHome } from './download.ts';
import { checkOptions, type DownloadOptions } from './download-options.ts';
import { type DownloadRecord, readRecord, writeRecord } from './download-record.ts';
import { type Folder, openRoot } from './folder.ts';
import { fileName } from './title-files.ts';

/** One object for each download in this page. */
const known = new Map<string, Download>();

/**
 * Starts to store a title, or resumes; returns an existing download of the same source. Resolves once it is known what will be stored.
 * Rejects with the error that stops it until then, and with `option-invalid`.
 */
export async function download(
  source: string | URL | SmoothSource | CutSource,
  options: DownloadOptions = {},
  settings: () => Settings,
): Promise<Download> {
  addWords();
  checkOptions(options);
  options.signal?.throwIfAborted();
  const given: Partial<SmoothSource> =
    typeof source === 'string' || source instanceof URL ? { url: String(source) } : source;
  const clips = given.clips?.map((clip) => ({ ...clip, url: absolute(clip.url) }));
  const url = absolute(given.url ?? clips?.[0]?.url ?? '');
  const { headers, drm, alternatives } = given;
  const id = await fileName(clips ? `${url}?${encodeURIComponent(JSON.stringify(clips))}` : url);
  const root = await openRoot();
  const home = await homeOf(root, id);
  const before = known.get(id) ?? (await open(home, settings));
  const record = recordOf(url, clips, given, options);
  const found = before ?? new Download(home, record, settings);
  known.set(id, found);
  // Not awaited: the browser may ask the user.
  navigator.storage.persist?.().catch(() => {});
  try {
    if (!before) await writeRecord(home.folder, record);
    const run = { ...(headers && { headers }), ...(drm && { drm }), ...(alternatives && { alternatives }) };
    await found.begin(run, settings, options.signal);
  } catch (error) {
    // A download that could not start leaves nothing behind.
    if (found.bytes === 0 && !before) {
      await found.remove();
      known.delete(id);
    }
    throw error;
  }
  return found;
}

/** All downloads of this origin, newest first. */
export async function listDownloads(options: SmoothOptions = {}): Promise<readonly Download[]> {
  addWords();
  const settings = settingsOf(options);
  const root = await openRoot();
  const found: Download[] = [];
  for (const id of await root.folders()) {
    const one = known.get(id) ?? (await open(await homeOf(root, id), () => settings));
    if (!one || one.state === 'removed') continue;
    known.set(id, one);
    found.push(one);
  }
  return found.toSorted((a, b) => b.createdAt.getTime() - a.createdAt.getTime());
}

/** It may fail before a title has been loaded. */
function addWords(): void {
  addErrorTexts(OFFLINE_ERROR_TEXTS);
  addErrorWords(VIEWER_WORDS, ERROR_HINTS);
}

const absolute = (url: string): string => manifestUrl(url, globalThis.document?.baseURI);

const homeOf = async (root: Folder, id: string): Promise<DownloadHome> => ({
  id,
  folder: await root.folder(id),
  discard: async () => {
    known.delete(id);
    await root.remove(id);
  },
});

async function open(home: DownloadHome, settings: () => Settings): Promise<Download | undefined> {
  const record = await readRecord(home.folder);
  return record && new Download(home, record, settings);
}

function recordOf(
  url: string,
  clips: DownloadRecord['clips'],
  source: Partial<SmoothSource>,
  { quality, tracks, textTracks = [], files = [], title }: DownloadOptions,
): DownloadRecord {
  const named = [url, ...(source.alternatives ?? []).map(absolute), ...(clips ?? []).map((clip) => clip.url)];
  return {
    version: 1,
    url,
    clips,
    title: title ?? source.title,
    origins: [...new Set(named.map((one) => new URL(one).origin))],
    wishes: { quality, tracks },
    textTracks: textTracks.map((track) => ({ ...track, ...(track.url && { url: pageUrl(track.url) }) })),
    files: files.map(pageUrl),
    createdAt: Date.now(),
    bytes: 0,
    fraction: 0,
    redirects: {},
    missing: [],
    isComplete: false,
  };
}
