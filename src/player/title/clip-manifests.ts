import { readMended } from '../../manifest/mend-manifest.ts';
import { splitStreams } from '../../manifest/split-streams.ts';
import { unpack } from '../../manifest/unpack.ts';
import { appRequest } from '../../net/app-request.ts';
import { fetchWhole } from '../../net/fetch-whole.ts';
import { withRetries } from '../../net/retry.ts';
import { lacksConfiguration } from '../../transmux/configuration.ts';
import type { Settings } from '../options.ts';
import { completeTitle } from './complete-title.ts';
import { MAX_MANIFEST_BYTES, shouldRetryManifest } from './manifest-retry.ts';
import type { Title, TitleSource } from './title.ts';

/** Returns a function that loads the title a clip is part of; a title with several clips is loaded once. */
export function clipTitles(bare: TitleSource, settings: Settings, signal: AbortSignal) {
  const loads = new Map<string, Promise<Title>>();
  return (url: string): Promise<Title> => {
    const load = loads.get(url) ?? loadClipTitle(url, bare, settings, signal);
    loads.set(url, load);
    return load;
  };
}

async function loadClipTitle(
  url: string,
  bare: TitleSource,
  settings: Settings,
  signal: AbortSignal,
): Promise<Title> {
  const { network } = settings;
  const load = async (attempt: number): Promise<Title> => {
    const request = { ...appRequest(url, bare.trust, network), maxBytes: MAX_MANIFEST_BYTES };
    const response = await fetchWhole({ ...request, ...(attempt > 0 && { cache: 'reload' }) }, signal);
    const presentation = readMended(await unpack(response.bytes), response.url, attempt > 0);
    return { ...bare, url: response.url, presentation };
  };
  const title = await withRetries(
    load,
    { attempts: network.attempts, shouldRetry: shouldRetryManifest },
    signal,
  );
  return configured(title, settings, signal);
}

/** The title with its camera angles and languages apart, and with the codec configurations that its manifest lacks. */
export async function configured(title: Title, settings: Settings, signal: AbortSignal): Promise<Title> {
  const split = { ...title, presentation: splitStreams(title.presentation) };
  return split.presentation.streams.some(lacksConfiguration) ? completeTitle(split, settings, signal) : split;
}
