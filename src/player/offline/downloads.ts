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
import { Download } from './download.ts';
import { checkOptions, type DownloadOptions } from './download-options.ts';
import { type DownloadRecord, readRecord, writeRecord } from './download-record.ts';
import { type Folder, openRoot } from './folder.ts';
import { fileName } from './title-files.ts';

/** One object for each download in this page: the latest opening of each, by id. */
const openings = new Map<string, Promise<Download | undefined>>();

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
  let isNew = false;
  const create = () => {
    isNew = true;
    return recordOf(url, clips, given, options);
  };
  const found = await openOnce(root, id, settings, create);
  // Not awaited: the browser may ask the user.
  navigator.storage.persist?.().catch(() => {});
  try {
    const run = { ...(headers && { headers }), ...(drm && { drm }), ...(alternatives && { alternatives }) };
    await found.begin(run, settings, options.signal);
  } catch (error) {
    // A download that could not start leaves nothing behind.
    if (found.bytes === 0 && isNew) await found.remove().catch(() => {});
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
    // One that can't be read doesn't hide the others.
    const one = await openOnce(root, id, () => settings).catch(() => undefined);
    if (one) found.push(one);
  }
  return found.toSorted((a, b) => b.createdAt.getTime() - a.createdAt.getTime());
}

/** It may fail before a title has been loaded. */
function addWords(): void {
  addErrorTexts(OFFLINE_ERROR_TEXTS);
  addErrorWords(VIEWER_WORDS, ERROR_HINTS);
}

const absolute = (url: string): string => manifestUrl(url, globalThis.document?.baseURI);

/** Finds a download: the page's object, or else what is stored, or else a new one of this record. One caller at a time for each id. */
function openOnce(
  root: Folder,
  id: string,
  settings: () => Settings,
  create: () => DownloadRecord,
): Promise<Download>;
function openOnce(root: Folder, id: string, settings: () => Settings): Promise<Download | undefined>;
function openOnce(
  root: Folder,
  id: string,
  settings: () => Settings,
  create?: () => DownloadRecord,
): Promise<Download | undefined> {
  const earlier = openings.get(id)?.catch(() => undefined);
  const opening = (async () => {
    const before = await earlier;
    return before && !(await before.isRemoved()) ? before : open(root, id, settings, create);
  })();
  openings.set(id, opening);
  return opening;
}

async function open(
  root: Folder,
  id: string,
  settings: () => Settings,
  create?: () => DownloadRecord,
): Promise<Download | undefined> {
  const home = { id, folder: await root.folder(id), discard: () => root.remove(id) };
  const stored = await readRecord(home.folder);
  if (stored || !create) return stored && new Download(home, stored, settings);
  const record = create();
  try {
    await writeRecord(home.folder, record);
  } catch (error) {
    await home.discard().catch(() => {});
    throw error;
  }
  return new Download(home, record, settings);
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
