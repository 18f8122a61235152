import type { Seconds } from '../../../base/time.ts';
import type { ScreenChange } from '../screen.ts';
import { blocksOf } from './blocks.ts';
import { Channel608 } from './channel.ts';
import { basicCharacter } from './characters.ts';

/** Without a code for this many seconds a caption is erased: its end was lost. 47 CFR 79.101. */
const TIMEOUT = 16;

interface Tuned {
  readonly id: string;
  readonly channel: Channel608;
  /** When a code for it was last received. */
  lastCodeAt: number;
  shownRevision: number;
}

/** One field of CEA-608: pairs of bytes, whose codes select a channel. */
export class Field608 {
  readonly #channels: readonly [Tuned, Tuned];
  /** The channel that receives characters. */
  #current: Tuned | undefined;
  /** A control code that may be repeated for reliability. */
  #last: number | undefined;
  /** Extended data services: no captions until the next caption code. */
  #isAside = false;
  readonly #field: 1 | 2;
  readonly #found = new Set<string>();

  constructor(field: 1 | 2) {
    this.#field = field;
    const tuned = (id: string): Tuned => ({ id, channel: new Channel608(), lastCodeAt: 0, shownRevision: 0 });
    this.#channels = field === 1 ? [tuned('CC1'), tuned('CC2')] : [tuned('CC3'), tuned('CC4')];
  }

  /** Channels with data. */
  get found(): ReadonlySet<string> {
    return this.#found;
  }

  /** Takes a pair with its parity bits. CTA-608, 4 and 8. */
  push(time: Seconds, written: number, writtenSecond: number): void {
    const [first, second] = [written & 0x7f, writtenSecond & 0x7f];
    if (first === 0 && second === 0) return;
    const isControl = first >= 0x10 && first < 0x20;
    if (isControl || (first > 0 && first < 0x10)) {
      // Half a code is meaningless.
      if (!hasOddParity(written) || !hasOddParity(writtenSecond)) return;
      if (isControl) {
        this.#control(time, first, second);
        return;
      }
      // Only the second field has them; in the first, it is noise. A code after them is no repetition.
      if (this.#field === 2) this.#isAside = true;
      this.#last = undefined;
      return;
    }
    this.#last = undefined;
    const current = this.#current;
    if (!current || this.#isAside) return;
    current.lastCodeAt = time;
    for (const byte of [written, writtenSecond]) {
      const code = hasOddParity(byte) ? byte & 0x7f : 0x7f;
      if (code >= 0x20) current.channel.write(basicCharacter(code));
    }
    if (!current.channel.shown.isEmpty) this.#found.add(current.id);
  }

  /** The changes on screen up to a time. */
  *changes(time: Seconds): Generator<ScreenChange> {
    for (const tuned of this.#channels) {
      if (time - tuned.lastCodeAt > TIMEOUT) tuned.channel.erase();
      if (tuned.shownRevision === tuned.channel.revision) continue;
      tuned.shownRevision = tuned.channel.revision;
      yield { channel: tuned.id, time, blocks: blocksOf(tuned.channel.shown, tuned.channel.epoch) };
    }
  }

  /** After a seek nothing is known, and nothing is on screen. */
  reset(): void {
    for (const tuned of this.#channels) {
      tuned.channel.reset();
      tuned.shownRevision = tuned.channel.revision;
    }
    this.#current = undefined;
    this.#last = undefined;
    this.#isAside = false;
  }

  #control(time: Seconds, first: number, second: number): void {
    const code = first * 256 + second;
    const isRepeated = code === this.#last;
    // The third one is a new code.
    this.#last = isRepeated ? undefined : code;
    if (isRepeated || second < 0x20) return;
    this.#isAside = false;
    this.#current = this.#channels[(first & 8) === 0 ? 0 : 1];
    this.#current.lastCodeAt = time;
    this.#current.channel.control(first & 0x17, second);
    if (!this.#current.channel.isText) this.#found.add(this.#current.id);
  }
}

function hasOddParity(byte: number): boolean {
  let bits = byte;
  bits ^= bits >> 4;
  bits ^= bits >> 2;
  bits ^= bits >> 1;
  return (bits & 1) === 1;
}
