import { isSmoothError, SmoothError } from '../base/errors.ts';
import type { Ticks } from '../base/time.ts';
import type { Chunk, QualityLevel, Stream } from '../manifest/presentation.ts';
import type { SampleTable } from '../mp4/fragment.ts';
import { type BytesResponse, fetchBytes } from '../net/fetch-bytes.ts';
import type { LineMeter, Transfer } from '../net/line-meter.ts';
import { fragmentUrl } from '../timeline/fragment-url.ts';
import type { Encryption, EncryptionReader } from '../transmux/encryption.ts';
import { type FragmentReport, FragmentTransmuxer } from '../transmux/fragment-transmuxer.ts';
import type { Title } from './load-title.ts';
import type { Settings } from './options.ts';

/** No fragment of a real title is larger. */
const MAX_FRAGMENT_BYTES = 64 * 1024 * 1024;

/** One request for one chunk at one level. */
export interface FragmentErrand {
  readonly title: Title;
  /** Which of the title's hosts to ask: the URL of its manifest. */
  readonly host: string;
  /** What the fragment's URL is relative to, where that isn't the host's manifest. */
  readonly base?: string;
  readonly stream: Stream;
  readonly level: QualityLevel;
  readonly chunk: Chunk;
  /** In the stream's ticks: what the segments' times count from. */
  readonly zero: Ticks;
  /** There for titles that are known to be protected. */
  readonly readEncryption: EncryptionReader | undefined;
  /** What the stream's init segments say; `undefined` while no encrypted fragment of it was seen. */
  readonly encryption: Encryption | undefined;
  /** What was taken from the composition offsets of the level's last fragment. */
  readonly shiftBefore?: Ticks | undefined;
  /** From the request on, in milliseconds. */
  readonly wholeMs: number;
  /** Whether it is waited for: there is next to nothing to play. */
  readonly isUrgent?: boolean;
  /** Whether this URL was asked for before: what an HTTP cache holds of it may be what was wrong. */
  readonly isRetry: boolean;
  /** Makes the buffer ready for it. */
  readonly adjust?: (buffer: SourceBuffer) => void;
  /** Changes samples before they are written down. */
  readonly edit?: (samples: SampleTable) => SampleTable;
}

export interface FragmentPorts {
  readonly settings: Settings;
  readonly meter: LineMeter;
  /** Takes a piece of the media segment as it comes. */
  deliver(piece: Uint8Array, report: FragmentReport): void;
  /** Told after each piece; throws to give the download up. */
  progress(response: BytesResponse, received: number): void;
}

export interface FetchedFragment {
  readonly url: string;
  readonly transfer: Transfer;
  readonly report: FragmentReport;
}

/**
 * Fetches one fragment once and hands on the media segment it becomes, piece by piece as it arrives. What was
 * delivered before it throws is not to be trusted. Throws the network's errors, `fragment-malformed` and `SEALED`.
 */
export async function fetchFragment(
  errand: FragmentErrand,
  { settings, meter, deliver, progress }: FragmentPorts,
  signal: AbortSignal,
): Promise<FetchedFragment> {
  const url = urlOf(errand);
  const response = await request(errand, settings, signal);
  const transmuxer = transmuxerOf(errand);
  try {
    const transfer = await meter.measure(response, (piece, received) => {
      const parts = transmuxer.push(piece);
      const { report } = transmuxer;
      if (report) for (const part of parts) deliver(part, report);
      progress(response, received);
    });
    return { url, transfer, report: transmuxer.finish() };
  } catch (error) {
    if (!isSmoothError(error, 'fragment-malformed')) throw error;
    throw new SmoothError('fragment-malformed', { ...error.details, url }, { cause: error });
  }
}

const urlOf = ({ host, base = host, stream, level, chunk }: FragmentErrand): string =>
  fragmentUrl(base, stream, level, chunk.start);

/** Asks for the errand's fragment. */
export function request(
  errand: FragmentErrand,
  { network }: Settings,
  signal: AbortSignal,
): Promise<BytesResponse> {
  const { title, host } = errand;
  const url = urlOf(errand);
  const { origin } = new URL(url);
  const isTrusted = origin === new URL(host).origin || network.allowedOrigins.includes(origin);
  return fetchBytes(
    {
      url,
      limits: { ...network.timeout, whole: errand.wholeMs },
      maxBytes: MAX_FRAGMENT_BYTES,
      cache: errand.isRetry ? 'reload' : 'default',
      credentials: isTrusted || network.credentials === 'omit' ? network.credentials : 'same-origin',
      headers: isTrusted ? title.headers : undefined,
      isUrgent: errand.isUrgent,
      hooks: network,
      observe: network.observe,
    },
    signal,
  );
}

/** What makes a media segment of it. */
export const transmuxerOf = (errand: FragmentErrand): FragmentTransmuxer => {
  const { start, duration } = errand.chunk;
  return new FragmentTransmuxer({ ...errand, start, duration, origin: errand.zero });
};

/** Whether the line or the server as a whole may be at fault, and not this fragment. */
export const mayBeOutage = (error: SmoothError): boolean =>
  isSmoothError(error, 'network-failed') || isSmoothError(error, 'network-timeout');
