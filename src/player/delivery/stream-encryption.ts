import type { Ticks } from '../../base/time.ts';
import type { Presentation, Stream } from '../../manifest/presentation.ts';
import type { Encryption } from '../../transmux/encryption.ts';
import type { FragmentReport } from '../../transmux/fragment-transmuxer.ts';
import type { FragmentRequest } from '../fragment/fragment-request.ts';
import { peekFragment } from '../fragment/peek-fragment.ts';
import type { Settings } from '../options.ts';

/** What a segment needs besides its level. */
export interface SegmentProtection {
  /** For the init segment; `undefined` for a clear one. */
  readonly track: Encryption | undefined;
  /** Of the segment's samples; none if they are clear. */
  readonly keyIds: readonly string[];
}

/** Pieces of a segment, in order. */
export type ProtectedPieces = (readonly [Uint8Array, SegmentProtection])[];

/**
 * Gecko rejects clear samples in a track whose sample entry is encrypted, whatever their sample group says, and plays them after
 * a clear init segment. Other browsers play them, but don't switch from a clear init segment to an encrypted one.
 */
const HAS_CLEAR_SEGMENTS = globalThis.CSS?.supports('-moz-appearance', 'none') ?? false;

/** Timeouts in milliseconds: while another fragment is examined, this one is not appended. */
const PEEK_LIMITS = { firstByteMs: 3000, progressMs: 2000 };
/** How many fragments of a stream are examined at most. */
const MOST_PEEKS = 3;

/**
 * The encryption in the init segments of streams. A stream's first fragment decides; a clear fragment in a protected title
 * may be just a clear lead.
 */
export class StreamEncryption {
  readonly #title: Pick<Presentation, 'isLive' | 'protection'>;
  readonly #decided = new Map<Stream, Encryption | 'clear'>();
  /** How many attempts to decide have failed. */
  readonly #failed = new Map<Stream, number>();
  /** The fragment for which the last of them failed. */
  #undecidable: Ticks | undefined;

  constructor(title: Pick<Presentation, 'isLive' | 'protection'>) {
    this.#title = title;
  }

  /** `undefined`: clear, or not decided yet. */
  of(stream: Stream): Encryption | undefined {
    const decided = this.#decided.get(stream);
    return decided === 'clear' ? undefined : decided;
  }

  /** Whether another fragment has to be examined before this one can be appended. */
  isUndecided({ stream, chunk }: FragmentRequest, { isEncrypted, isEmpty }: FragmentReport): boolean {
    const mayBeEncrypted = this.#title.protection.length > 0 && !isEncrypted && !isEmpty;
    return mayBeEncrypted && !this.#decided.has(stream) && chunk.start !== this.#undecidable;
  }

  /**
   * Examines the stream's last chunk: in a title with a clear lead that one is encrypted. A live title's may not be
   * available yet. If there is no answer, only this fragment is taken for clear, and the next one has another chunk
   * examined; after the last attempt, the stream is taken for clear until a fragment is encrypted.
   */
  async decide(request: FragmentRequest, settings: Settings, signal: AbortSignal): Promise<void> {
    const { stream, chunk: own } = request;
    const failed = this.#failed.get(stream) ?? 0;
    const last = Math.max(0, stream.chunks.length - (this.#title.isLive ? 2 : 1));
    const middle = Math.ceil((own.index + last) / 2);
    const chunk = stream.chunks.at([last, middle][failed] ?? own.index + 1) ?? own;
    const peek = { ...request, ...(failed > 0 && PEEK_LIMITS), chunk, level: stream.levels[0] };
    const peeked = await peekFragment(peek, settings, signal);
    if (peeked) this.#decided.set(stream, peeked.encryption ?? 'clear');
    else if (failed + 1 >= MOST_PEEKS) this.#decided.set(stream, 'clear');
    else this.#failed.set(stream, failed + 1);
    this.#undecidable = own.start;
  }

  /** The protection for a segment made from this fragment. */
  protectionOf(stream: Stream, { encryption, keyIds }: FragmentReport): SegmentProtection {
    if (encryption && !this.of(stream)) this.#decided.set(stream, encryption);
    const track = encryption || !HAS_CLEAR_SEGMENTS ? this.of(stream) : undefined;
    return { track, keyIds };
  }
}
