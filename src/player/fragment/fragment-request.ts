import type { Ticks } from '../../base/time.ts';
import type { Chunk, QualityLevel, Stream } from '../../manifest/presentation.ts';
import type { BytesResponse } from '../../net/fetch-bytes.ts';
import type { Need } from '../../net/read-pieces.ts';
import type { Trust } from '../../net/trust.ts';
import { fragmentUrl } from '../../timeline/fragment-url.ts';
import type { Encryption, EncryptionReader } from '../../transmux/encryption.ts';
import type { EditSamples } from '../../transmux/movie-fragment.ts';

/** One request for one chunk at one level. */
export interface FragmentRequest {
  /** The title's host to use: the URL of its manifest. */
  readonly host: string;
  /** The base of the fragment's URL, if it isn't the host's manifest. */
  readonly base?: string;
  readonly trust: Trust;
  readonly stream: Stream;
  readonly level: QualityLevel;
  readonly chunk: Chunk;
  /** Origin of the segments' times, in the stream's ticks. */
  readonly zero: Ticks;
  /** The played part of the stream, in its ticks, if it is a clip's. */
  readonly bounds?: { readonly begin: Ticks; readonly end: Ticks };
  /** Set for titles that are known to be protected. */
  readonly readEncryption: EncryptionReader | undefined;
  /** The encryption in the stream's init segments; `undefined` before any encrypted fragment. */
  readonly encryption: Encryption | undefined;
  /** What was subtracted from the composition offsets of the level's last fragment. */
  readonly shiftBefore?: Ticks | undefined;
  /** Limit for the headers in milliseconds, if the options' own limit is longer. */
  readonly firstByteMs?: number;
  /** Limit without a byte in milliseconds, if the options' own limit is longer. */
  readonly progressMs?: number;
  /** Limit for the whole body in milliseconds. */
  readonly wholeMs: number;
  /** How soon its bytes are needed, as of now; default: in pieces. */
  readonly need?: () => Need;
  /** Whether this URL was requested before: the HTTP cache may have stored a bad response. */
  readonly isRetry: boolean;
  /** The requested byte range; default: everything. */
  readonly range?: { readonly from: number; readonly to: number };
  /** Whether it is for a still picture, in addition to playback. */
  readonly isPicture?: boolean;
  /** The response to the same request, if it was sent before the manifest was complete. */
  readonly early?: (request: FragmentRequest, signal: AbortSignal) => Promise<BytesResponse> | undefined;
  /** Prepares the buffer for it. */
  readonly adjust?: (buffer: SourceBuffer) => void;
  /** Changes samples before they are written. */
  readonly edit?: EditSamples;
}

/** The URL of a fragment. Throws `source-invalid`. */
export const urlOf = ({ host, base = host, stream, level, chunk }: FragmentRequest): string =>
  fragmentUrl(base, stream, level, chunk.start);

/** Limit for a fragment of this many seconds, in milliseconds: on a slower network it could not be played anyway. */
export const wholeLimit = (duration: number): number => Math.max(10_000, 3000 * duration);
