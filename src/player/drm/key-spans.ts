/** From the start of a key's first media to the end of its last, in seconds on the media element's clock. */
interface Span {
  readonly from: number;
  readonly to: number;
}

/** Media whose key is missing counts as reached from this many seconds before. */
const KEY_MISSING_WITHIN = 0.5;
/** In seconds: a live chunk may last longer than its manifest guesses. */
const MAY_LAST_LONGER = 30;

/** Which part of a title needs which key, as far as it was fetched. */
export class KeySpans {
  readonly #spans = new Map<string, Span>();

  /** Adds media with this key; `to` is infinite if nothing can follow it. */
  extend(keyId: string, from: number, to: number): void {
    const span = this.#spans.get(keyId) ?? { from, to };
    this.#spans.set(keyId, { from: Math.min(span.from, from), to: Math.max(span.to, to) });
  }

  /** Whether it is known from where on nothing can follow. */
  get hasEnd(): boolean {
    return [...this.#spans.values()].some(({ to }) => !Number.isFinite(to));
  }

  /** Whether playback is where a key is missing, or up to `within` seconds before. */
  isKeyMissing(position: number, isUsable: (keyId: string) => boolean, within = KEY_MISSING_WITHIN): boolean {
    return [...this.#spans].some(
      ([keyId, { from, to }]) => !isUsable(keyId) && position + within >= from && position < to,
    );
  }

  delete(keyId: string): void {
    this.#spans.delete(keyId);
  }

  /** Forgets the keys whose media ends before `from`, and returns them. */
  takeBefore(from: number): readonly string[] {
    const passed = [...this.#spans].filter(([, { to }]) => to + MAY_LAST_LONGER < from);
    return passed.map(([keyId]) => {
      this.#spans.delete(keyId);
      return keyId;
    });
  }
}
