import type { Ticks } from '../../base/time.ts';
import type { Chunk, QualityLevel, Stream } from '../../manifest/presentation.ts';
import type { SampleTable } from '../../mp4/fragment.ts';
import type { Trust } from '../../net/trust.ts';
import { fragmentUrl } from '../../timeline/fragment-url.ts';
import type { Encryption, EncryptionReader } from '../../transmux/encryption.ts';

/** One request for one chunk at one level. */
export interface FragmentRequest {
  /** Which of the title's hosts to ask: the URL of its manifest. */
  readonly host: string;
  /** What the fragment's URL is relative to, where that isn't the host's manifest. */
  readonly base?: string;
  readonly trust: Trust;
  readonly stream: Stream;
  readonly level: QualityLevel;
  readonly chunk: Chunk;
  /** In the stream's ticks: what the segments' times count from. */
  readonly zero: Ticks;
  /** What is played of the stream, in its ticks, where it is a clip's. */
  readonly bounds?: { readonly begin: Ticks; readonly end: Ticks };
  /** There for titles that are known to be protected. */
  readonly readEncryption: EncryptionReader | undefined;
  /** What the stream's init segments say; `undefined` while no encrypted fragment of it was seen. */
  readonly encryption: Encryption | undefined;
  /** What was taken from the composition offsets of the level's last fragment. */
  readonly shiftBefore?: Ticks | undefined;
  /** Most milliseconds to the headers, if the options' own limit is longer. */
  readonly firstByteMs?: number;
  /** Most milliseconds without a byte, likewise. */
  readonly progressMs?: number;
  /** Most milliseconds from the request to the end of the body. */
  readonly wholeMs: number;
  /** Whether it is waited for: there is next to nothing to play. */
  readonly isUrgent?: boolean;
  /** Whether this URL was asked for before: what an HTTP cache holds of it may be what was wrong. */
  readonly isRetry: boolean;
  /** Which of its bytes; all unless given. */
  readonly range?: { readonly from: number; readonly to: number };
  /** Whether it is for a still picture, beside playback. */
  readonly isPicture?: boolean;
  /** Makes the buffer ready for it. */
  readonly adjust?: (buffer: SourceBuffer) => void;
  /** Changes samples before they are written down. */
  readonly edit?: (samples: SampleTable) => SampleTable;
}

/** Where a fragment is to be had. Throws `source-invalid`. */
export const urlOf = ({ host, base = host, stream, level, chunk }: FragmentRequest): string =>
  fragmentUrl(base, stream, level, chunk.start);
