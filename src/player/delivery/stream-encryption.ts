import type { Stream } from '../../manifest/presentation.ts';
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

/**
 * The encryption in the init segments of streams. A stream's first fragment decides; a clear fragment in a protected title
 * may be just a clear lead.
 */
export class StreamEncryption {
  readonly #isProtected: boolean;
  readonly #decided = new Map<Stream, Encryption | 'clear'>();

  /** `isProtected`: whether the manifest has a `Protection`. */
  constructor(isProtected: boolean) {
    this.#isProtected = isProtected;
  }

  /** `undefined`: clear, or not decided yet. */
  of(stream: Stream): Encryption | undefined {
    const decided = this.#decided.get(stream);
    return decided === 'clear' ? undefined : decided;
  }

  /** Whether another fragment has to be examined before this one can be appended. */
  isUndecided(stream: Stream, { isEncrypted, isEmpty }: FragmentReport): boolean {
    return this.#isProtected && !isEncrypted && !isEmpty && !this.#decided.has(stream);
  }

  /** Examines the stream's last chunk: in a title with a clear lead that one is encrypted. */
  async decide(request: FragmentRequest, settings: Settings, signal: AbortSignal): Promise<void> {
    const { stream } = request;
    const chunk = stream.chunks.at(stream.chunks.length - 1) ?? request.chunk;
    const peeked = await peekFragment({ ...request, chunk, level: stream.levels[0] }, settings, signal);
    this.#decided.set(stream, peeked?.encryption ?? 'clear');
  }

  /** The protection for a segment made from this fragment. */
  protectionOf(stream: Stream, { encryption, keyIds }: FragmentReport): SegmentProtection {
    if (encryption && !this.of(stream)) this.#decided.set(stream, encryption);
    const track = encryption || !HAS_CLEAR_SEGMENTS ? this.of(stream) : undefined;
    return { track, keyIds };
  }
}
