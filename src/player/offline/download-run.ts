import { childController } from '../../base/async.ts';
import { isSmoothError, SmoothError } from '../../base/errors.ts';
import { toSeconds } from '../../base/time.ts';
import { allowedLevels } from '../../heuristics/allowed-levels.ts';
import type { Presentation, QualityLevel } from '../../manifest/presentation.ts';
import { malformed, readBoxHeader } from '../../mp4/box.ts';
import { isTypeSupported } from '../../mse/media-source.ts';
import { appRequest } from '../../net/app-request.ts';
import { fetchWhole } from '../../net/fetch-whole.ts';
import { pageUrl } from '../../net/page-url.ts';
import { lacksConfiguration } from '../../transmux/configuration.ts';
import { requestFragment, unpackFragment } from '../fragment/fetch-fragment.ts';
import { type FragmentRequest, urlOf } from '../fragment/fragment-request.ts';
import { type Settings, type SmoothSource, savesData } from '../options.ts';
import { mimeTypeOf, selectStreams } from '../select-streams.ts';
import { completeTitle } from '../title/complete-title.ts';
import { fragmentOf } from '../title/fragment-of.ts';
import { loadTitle } from '../title/load-title.ts';
import type { Title } from '../title/title.ts';
import { chooseStreams } from './choose-streams.ts';
import type { DownloadRecord } from './download-record.ts';
import { fetchPatiently } from './fetch-patiently.ts';
import { type Part, planParts, Tally } from './plan-parts.ts';
import { StoredTitle } from './stored-source.ts';
import { fileName, type TitleFiles } from './title-files.ts';

/** The input of one run of a download. */
export interface DownloadJob {
  readonly files: TitleFiles;
  readonly record: () => DownloadRecord;
  /** Changes the record; it is written to disk every few seconds. */
  readonly update: (change: Partial<DownloadRecord>) => void;
  /** The app's current settings. */
  readonly settings: () => Settings;
  /** Passed by the app for this run, and never stored: headers, alternatives, keys. */
  readonly given: Omit<SmoothSource, 'url'>;
  /** Called once it is known what will be stored. */
  readonly planned: () => void;
}

/** Fragments that are requested at the same time: one for each stream of most titles, and one more. */
const AT_ONCE = 3;
const FRAGMENT_MS = 300_000;
const MAX_FILE_BYTES = 64 * 1024 * 1024;
/** If the servers lack more than this share of the fragments, the download fails. */
const MAY_MISS = 0.05;
const FRAME_RATE = 30;

/** Stores everything that isn't stored yet. Resolves when the title is complete; throws the error that stopped it. */
export async function runDownload(job: DownloadJob, signal: AbortSignal): Promise<void> {
  const title = await openTitle(job, signal);
  const { presentation } = title;
  const chosen = job.record().chosen ?? (await choose(presentation, job));
  if (chosen.length === 0) {
    throw new SmoothError('download-refused', { reason: 'nothing-chosen', problem: 'no track was chosen' });
  }
  const { duration, timescale } = presentation;
  job.update({
    chosen,
    duration: duration === undefined ? undefined : toSeconds(duration, timescale),
  });
  const parts = planParts(presentation, chosen);
  const tally = new Tally(parts.reduce((sum, { nominalBytes }) => sum + nominalBytes, 0));
  const left = await partsLeft(parts, title, tally, job);
  report(tally, job);
  await checkRoom(tally);
  job.planned();
  await storeFiles(title, job, signal);
  await storeParts(left, parts.length, title, tally, job, signal);
  job.update({ isComplete: true });
}

/** Loads the manifest from the store, or from the network and stores it. */
async function openTitle(job: DownloadJob, signal: AbortSignal): Promise<Title> {
  const { url, clips, redirects } = job.record();
  const stored = new StoredTitle(
    job.files,
    job.record,
    async () => false,
    (from, to) => job.update({ redirects: { ...job.record().redirects, [from]: to } }),
  );
  const settings = stored.adapt(job.settings());
  const { alternatives } = job.given;
  // If an alternative served the manifest, the first host may serve fragments by now.
  const hosts = alternatives && redirects[url] ? [...alternatives, url] : alternatives;
  const source = { ...job.given, url, clips, ...(hosts && { alternatives: hosts }) };
  const title = await loadTitle(source, settings, () => {}, signal);
  if (!clips) await storeUnderOwnUrl(title, job);
  const { isLive, protection, streams } = title.presentation;
  if (isLive) {
    throw new SmoothError('download-refused', { reason: 'live', problem: 'it is live' });
  }
  const clearKeys = job.given.drm?.clearKeys ?? job.settings().drm.clearKeys;
  if (protection.length > 0 && !clearKeys) {
    throw new SmoothError('download-refused', {
      reason: 'protected',
      problem: 'it is protected, and licences are not stored',
    });
  }
  return streams.some(lacksConfiguration) ? completeTitle(title, settings, signal) : title;
}

/** Playback requests the manifest at the record's URL, also if an alternative served it. */
async function storeUnderOwnUrl({ url: loaded }: Title, { files, record, update }: DownloadJob) {
  const { url, redirects } = record();
  if (loaded === (redirects[url] ?? url)) return;
  const [asked] = Object.entries(redirects).find(([, target]) => target === loaded) ?? [loaded];
  const manifest = await files.read(asked);
  if (!manifest) return;
  await files.store(url, new Uint8Array(await manifest.arrayBuffer()));
  update({ redirects: { ...redirects, [url]: loaded } });
}

async function choose(presentation: Presentation, { record, settings }: DownloadJob) {
  const playable = selectStreams(presentation, isTypeSupported);
  const { heuristics } = settings();
  const smooth = new Set<QualityLevel>();
  for (const level of playable.video.flatMap(({ levels }) => levels)) {
    if (await playsSmoothly(level)) smooth.add(level);
  }
  return chooseStreams(presentation, playable, record().wishes, (levels) => {
    const allowed = allowedLevels(levels, {
      maxBitrate: heuristics.maxBitrate,
      maxHeight: heuristics.maxHeight,
      savesData: savesData(settings()),
      viewport: undefined,
      allow: undefined,
    });
    return allowed.findLast((level) => smooth.has(level)) ?? allowed[0];
  });
}

/** What `mediaCapabilities` says; true if it says nothing. */
async function playsSmoothly(level: QualityLevel): Promise<boolean> {
  const { width, height, bitrate } = level;
  if (!width || !height) return true;
  const video = { contentType: mimeTypeOf('video', level), width, height, bitrate, framerate: FRAME_RATE };
  try {
    return (await navigator.mediaCapabilities.decodingInfo({ type: 'media-source', video })).smooth;
  } catch {
    return true;
  }
}

/** The request for a part, to one of the title's hosts. */
function requestFor(
  { stream, level, chunk }: Part,
  title: Title,
  host: string,
  isRetry: boolean,
): FragmentRequest {
  return fragmentOf(title, { stream, level, chunk, host, isRetry, wholeMs: FRAGMENT_MS });
}

/** Counts the parts that are stored already, and returns the others. */
async function partsLeft(
  parts: readonly Part[],
  title: Title,
  tally: Tally,
  { files, record }: DownloadJob,
): Promise<readonly Part[]> {
  const sizes = await files.sizes();
  const missing = new Set(record().missing);
  const left: Part[] = [];
  for (const part of parts) {
    const name = await fileName(urlOf(requestFor(part, title, title.url, false)));
    const size = sizes.get(name);
    if (size !== undefined || missing.has(name)) tally.add(part.nominalBytes, size);
    else left.push(part);
  }
  return left;
}

function report(tally: Tally, { update }: DownloadJob): void {
  const { bytes, fraction, estimatedBytes } = tally;
  update({ bytes, fraction, estimatedBytes });
}

/** Throws `storage-full` if the browser's estimate says that the rest doesn't fit. */
async function checkRoom({ estimatedBytes, bytes }: Tally): Promise<void> {
  const needed = estimatedBytes - bytes;
  const { quota, usage } = await navigator.storage.estimate();
  if (quota === undefined || usage === undefined || quota - usage >= needed) return;
  throw new SmoothError('storage-full', { needed, available: Math.max(0, quota - usage) });
}

/** External files: text tracks, storyboards. */
async function storeFiles(title: Title, job: DownloadJob, signal: AbortSignal): Promise<void> {
  const { textTracks, files } = job.record();
  const urls = [...textTracks.flatMap(({ url }) => url ?? []), ...files].map(pageUrl);
  const { network } = job.settings();
  for (const url of urls) {
    if (await job.files.read(url)) continue;
    const ask = (host: string, isRetry: boolean) =>
      fetchWhole(
        {
          ...appRequest(host, title.trust, network),
          maxBytes: MAX_FILE_BYTES,
          cache: isRetry ? 'reload' : 'default',
        },
        signal,
      );
    const answer = await fetchPatiently(
      { hosts: () => [url], ask, attempts: network.attempts, failed: () => {} },
      signal,
    );
    if (!answer) throw new SmoothError('network-status', { url, status: 404 });
    await job.files.store(url, answer.bytes);
  }
}

/** Stores several parts at a time, in playback order; the first failure stops all. */
async function storeParts(
  left: readonly Part[],
  count: number,
  title: Title,
  tally: Tally,
  job: DownloadJob,
  signal: AbortSignal,
): Promise<void> {
  const queue = left[Symbol.iterator]();
  const stop = childController(signal);
  const work = async () => {
    for (const part of queue) {
      const url = urlOf(requestFor(part, title, title.url, false));
      const bytes = await fetchPart(part, title, job, stop.signal);
      if (bytes) await job.files.store(url, bytes);
      else await noteMissing(part, url, count, job);
      tally.add(part.nominalBytes, bytes?.byteLength);
      report(tally, job);
      stop.signal.throwIfAborted();
    }
  };
  const workers = Array.from({ length: AT_ONCE }, () => work().catch((error) => stop.abort(error)));
  // Writes in progress are completed.
  await Promise.all(workers);
  stop.dispose();
  if (stop.signal.aborted) throw withNeed(stop.signal.reason, tally);
}

function withNeed(error: unknown, { estimatedBytes, bytes }: Tally): unknown {
  if (!isSmoothError(error, 'storage-full')) return error;
  return new SmoothError(
    'storage-full',
    { ...error.details, needed: estimatedBytes - bytes },
    { cause: error },
  );
}

/** `undefined` if no host has it. */
function fetchPart(
  part: Part,
  title: Title,
  { settings }: DownloadJob,
  signal: AbortSignal,
): Promise<Uint8Array | undefined> {
  const { hosts } = title;
  return fetchPatiently(
    {
      hosts: () => hosts?.inOrder(performance.now()) ?? [title.url],
      ask: async (host, isRetry) => {
        const response = await requestFragment(requestFor(part, title, host, isRetry), settings(), signal);
        const pieces: Uint8Array[] = [];
        for await (const piece of response.body) pieces.push(piece);
        const bytes = await unpackFragment(pieces);
        if (part.stream.type !== 'text') checkFragment(bytes);
        hosts?.served(host, performance.now());
        return bytes;
      },
      attempts: settings().network.attempts,
      failed: (host) => hosts?.failed(host, performance.now()),
    },
    signal,
  );
}

/** Throws if it isn't a fragment but a page of a captive portal or a proxy. Other faults are repaired in playback. */
function checkFragment(bytes: Uint8Array): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const header = readBoxHeader(view, 0);
  if (!header || header.size > bytes.byteLength || !/^[\x20-\x7e]{4}$/.test(header.type)) {
    throw malformed(header?.type ?? 'box', 0, 'not a fragment');
  }
}

/** The servers don't have this fragment; playback continues across the hole. Throws if there are too many. */
async function noteMissing(
  { stream, chunk }: Part,
  url: string,
  count: number,
  job: DownloadJob,
): Promise<void> {
  const name = await fileName(url);
  const missing = [...job.record().missing, name];
  if (missing.length > Math.max(1, count * MAY_MISS)) {
    throw new SmoothError('fragments-unavailable', {
      stream: stream.name,
      start: String(chunk.start),
      attempts: missing.length,
    });
  }
  job.update({ missing });
}
