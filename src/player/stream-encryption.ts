import type { Stream } from '../manifest/presentation.ts';
import type { Encryption } from '../transmux/encryption.ts';
import type { FragmentReport } from '../transmux/fragment-transmuxer.ts';
import type { SegmentProtection } from './segment-writer.ts';

/**
 * What the init segments of streams say of encryption. A stream's first fragment decides; browsers don't go from a clear
 * init segment to an encrypted one, so a clear fragment in a protected title may be no more than a clear lead.
 */
export class StreamEncryption {
  readonly #isProtected: boolean;
  readonly #decided = new Map<Stream, Encryption | 'clear'>();

  /** `isProtected`: whether the manifest has a `Protection`. */
  constructor(isProtected: boolean) {
    this.#isProtected = isProtected;
  }

  /** `undefined`: clear, or not decided. */
  of(stream: Stream): Encryption | undefined {
    const decided = this.#decided.get(stream);
    return decided === 'clear' ? undefined : decided;
  }

  /** Whether another fragment has to be looked at before this one can be passed on. */
  isOpen(stream: Stream, { isEncrypted, isEmpty }: FragmentReport): boolean {
    return this.#isProtected && !isEncrypted && !isEmpty && !this.#decided.has(stream);
  }

  decide(stream: Stream, encryption: Encryption | undefined): void {
    this.#decided.set(stream, encryption ?? 'clear');
  }

  /** What a segment made of this fragment is appended with. */
  protectionOf(stream: Stream, { encryption }: FragmentReport): SegmentProtection {
    if (encryption && !this.of(stream)) this.decide(stream, encryption);
    const track = this.of(stream);
    return { track, keyId: encryption?.keyId };
  }
}
