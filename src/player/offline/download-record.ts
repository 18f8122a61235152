import { SmoothError } from '../../base/errors.ts';
import type { ClipSource } from '../options.ts';
import type { TextSource } from '../text/side-loaded.ts';
import type { Folder } from './folder.ts';

/** Which tracks: by id (name of the stream) or language (BCP 47), one or several; `all`, or `none`. An empty list means none. */
export type TrackWish = string | readonly string[];

/** What the app asked to store. */
export interface DownloadWishes {
  readonly quality?: number | string | undefined;
  readonly tracks?:
    | { readonly video?: TrackWish; readonly audio?: TrackWish; readonly text?: TrackWish }
    | undefined;
}

/** A stream to store, at one of its levels. */
export interface ChosenStream {
  readonly name: string;
  /** `QualityLevel.index` and `bitrate`. */
  readonly level: number;
  readonly bitrate: number;
}

/** The state of a download, stored with its files as JSON. */
export interface DownloadRecord {
  readonly version: 1;
  /** Of the manifest. */
  readonly url: string;
  readonly clips?: readonly ClipSource[] | undefined;
  readonly title?: string | undefined;
  /** Origins of the URLs that the page passed, for the `trusted` argument of hooks. */
  readonly origins: readonly string[];
  readonly wishes: DownloadWishes;
  readonly textTracks: readonly TextSource[];
  /** URLs of further files. */
  readonly files: readonly string[];
  /** In milliseconds since 1970. */
  readonly createdAt: number;
  /** Absent until the manifest has been read. */
  readonly chosen?: readonly ChosenStream[] | undefined;
  /** In seconds. */
  readonly duration?: number | undefined;
  readonly bytes: number;
  readonly estimatedBytes?: number | undefined;
  /** 0 to 1. */
  readonly fraction: number;
  /** Redirects of manifest requests. */
  readonly redirects: Readonly<Record<string, string>>;
  /** File names of fragments that no server has. */
  readonly missing: readonly string[];
  readonly isComplete: boolean;
}

const FILE = 'download.json';

/** `undefined` if there is none, or it isn't valid. Throws `storage-unavailable`. */
export async function readRecord(folder: Folder): Promise<DownloadRecord | undefined> {
  // A file that is replaced meanwhile can't be read.
  const text = await textOf(folder).catch(() => textOf(folder));
  if (!text) return undefined;
  try {
    const record = JSON.parse(text) as DownloadRecord;
    return record.version === 1 && typeof record.url === 'string' ? record : undefined;
  } catch {
    return undefined;
  }
}

async function textOf(folder: Folder): Promise<string | undefined> {
  const file = await folder.read(FILE);
  return file?.text().catch((error: unknown) => {
    throw new SmoothError('storage-unavailable', { problem: String(error) }, { cause: error });
  });
}

export const writeRecord = (folder: Folder, record: DownloadRecord): Promise<void> =>
  folder.write(FILE, new TextEncoder().encode(JSON.stringify(record)));
