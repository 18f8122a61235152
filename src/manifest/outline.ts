/** A chunk as servers write it, with or without the sizes of its fragments. */
const CHUNK = String.raw`<c\s(?:[^<>]*\/>|[^<>]*[^<>/]>(?:\s*<f\s[^<>]*\/>)*\s*<\/c>)`;
/** A second chunk is kept because a first one may have no duration. */
const FURTHER_CHUNKS = new RegExp(String.raw`(${CHUNK}\s*${CHUNK})(?:\s*${CHUNK})+`, 'g');
/** Everything up to the last chunk. */
const UP_TO_CHUNK = new RegExp(String.raw`^[\s\S]*${CHUNK}`);
/** In characters; the headers of real streams are much smaller. */
const MOST = 262_144;

/**
 * What has arrived of a manifest, as a small manifest: each stream with its levels and its first chunks. Nothing is
 * checked, and what is yet to come may change what it means.
 */
export class ManifestOutline {
  #text = '';

  /** Adds the text that follows. */
  add(text: string): void {
    this.#text = (this.#text + text).replace(FURTHER_CHUNKS, '$1');
  }

  /** Whether there is too much in it that is not a plain chunk. */
  get isTooLarge(): boolean {
    return this.#text.length > MOST;
  }

  /** The manifest, as if it ended after the last chunk so far; `undefined` before the first chunk. */
  get text(): string | undefined {
    const known = UP_TO_CHUNK.exec(this.#text)?.[0];
    return known && `${known}</StreamIndex></SmoothStreamingMedia>`;
  }
}
