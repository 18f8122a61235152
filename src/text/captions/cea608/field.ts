import type { Seconds } from '../../../base/time.ts';
import type { ScreenChange } from '../screen.ts';
import { blocksOf } from './blocks.ts';
import { Channel608 } from './channel.ts';
import { basicCharacter } from './characters.ts';

/** With no code for so many seconds a caption is erased: its end was lost. 47 CFR 79.101. */
const TIMEOUT = 16;

interface Tuned {
  readonly id: string;
  readonly channel: Channel608;
  /** When a code for it came last. */
  lastCodeAt: number;
  shownRevision: number;
}

/** One field of CEA-608: pairs of bytes, of which codes say what channel they are for. */
export class Field608 {
  readonly #channels: readonly [Tuned, Tuned];
  /** The one that characters are for. */
  #current: Tuned | undefined;
  /** A control code that may be sent again, to be sure that it arrives. */
  #last: number | undefined;
  /** Extended data services: no captions until the next code for them. */
  #isAside = false;
  readonly #found = new Set<string>();

  constructor(field: 1 | 2) {
    const tuned = (id: string): Tuned => ({ id, channel: new Channel608(), lastCodeAt: 0, shownRevision: 0 });
    this.#channels = field === 1 ? [tuned('CC1'), tuned('CC2')] : [tuned('CC3'), tuned('CC4')];
  }

  /** Channels that something came for. */
  get found(): ReadonlySet<string> {
    return this.#found;
  }

  /** Takes a pair as it came, with its parity. CTA-608, 4 and 8. */
  push(time: Seconds, written: number, writtenSecond: number): void {
    const [first, second] = [written & 0x7f, writtenSecond & 0x7f];
    if (first === 0 && second === 0) return;
    const isControl = first >= 0x10 && first < 0x20;
    if (isControl || (first > 0 && first < 0x10)) {
      // Half a code says nothing.
      if (!hasOddParity(written) || !hasOddParity(writtenSecond)) return;
      if (isControl) this.#control(time, first, second);
      else this.#isAside = true;
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

  /** What has changed on screen up to a moment. */
  *changes(time: Seconds): Generator<ScreenChange> {
    for (const tuned of this.#channels) {
      if (time - tuned.lastCodeAt > TIMEOUT) tuned.channel.erase();
      if (tuned.shownRevision === tuned.channel.revision) continue;
      tuned.shownRevision = tuned.channel.revision;
      yield { channel: tuned.id, time, blocks: blocksOf(tuned.channel.shown, tuned.channel.epoch) };
    }
  }

  /** Behind a seek nothing is known, and nothing on screen. */
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
    // The third one is a code of its own again.
    this.#last = isRepeated ? undefined : code;
    if (isRepeated || second < 0x20) return;
    this.#isAside = false;
    this.#current = this.#channels[(first & 8) === 0 ? 0 : 1];
    this.#current.lastCodeAt = time;
    this.#current.channel.control(first & 0x17, second);
    this.#found.add(this.#current.id);
  }
}

function hasOddParity(byte: number): boolean {
  let bits = byte;
  bits ^= bits >> 4;
  bits ^= bits >> 2;
  bits ^= bits >> 1;
  return (bits & 1) === 1;
}
