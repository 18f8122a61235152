/** So often the same chunk may break the media source before it is left out: again, another level, and no more. */
export const LEFT_OUT_AFTER = 3;

/** Which chunks the browser refused or failed to decode, and how often. Survives a rebuilt media source. */
export class Refusals {
  readonly #counts = new Map<string, number>();

  note(stream: string, chunk: number): void {
    this.#counts.set(`${stream} ${chunk}`, this.of(stream, chunk) + 1);
  }

  of(stream: string, chunk: number): number {
    return this.#counts.get(`${stream} ${chunk}`) ?? 0;
  }
}
