import { bytesFromBase64 } from '../../base/bytes.ts';
import { type CueImage, TEXT_LIMITS } from '../cue.ts';
import { readPng } from '../png.ts';
import type { TextRepairs } from '../repair.ts';
import type { TtmlElement } from './document.ts';
import { idOf } from './specified-style.ts';

const EMBEDDED = /^data:image\/png;base64,/i;
const SUBSAMPLE = /^urn:mpeg:14496-30:subs:(\d{1,5})$/i;

/** The images that a document may show: its own, and those in the same sample. Nothing is ever fetched. */
export class ImageStore {
  /** Base64, by id. */
  readonly #embedded = new Map<string, string>();
  readonly #subsamples: readonly Uint8Array[];
  readonly #decoded = new Map<string, CueImage | undefined>();
  readonly #repairs: TextRepairs;
  #bytes = 0;

  /** `subsamples`: of the sample, the document itself being the first. ISO/IEC 14496-30, 7.2. */
  constructor(subsamples: readonly Uint8Array[], repairs: TextRepairs) {
    this.#subsamples = subsamples;
    this.#repairs = repairs;
  }

  /** SMPTE ST 2052-1, 5.4.1 (`smpte:image`); TTML 2, 9.1.4 (`data`). */
  declare(element: TtmlElement): void {
    const id = idOf(element);
    const type = element.attributes.get('imagetype') ?? element.attributes.get('type') ?? 'png';
    if (id === undefined || !/png/i.test(type) || this.#embedded.has(id)) return;
    this.#embedded.set(id, textIn(element));
  }

  /** The image of a reference, `#id`, a subsample or a `data:` URL; `undefined` for external ones. */
  find(reference: string, alt: string | undefined): CueImage | undefined {
    const source = reference.trim();
    const known = this.#decoded.get(source);
    if (known || this.#decoded.has(source)) return known;
    const image = this.#read(source, alt);
    this.#decoded.set(source, image);
    return image;
  }

  #read(source: string, alt: string | undefined): CueImage | undefined {
    const [, number] = SUBSAMPLE.exec(source) ?? [];
    const base64 = EMBEDDED.test(source)
      ? source.slice(source.indexOf(',') + 1)
      : this.#embedded.get(source.replace(/^#/, ''));
    if (number === undefined && base64 === undefined) {
      this.#repairs.add('external-resource');
      return undefined;
    }
    const size = base64 === undefined ? 0 : (base64.length / 4) * 3;
    if (this.#decoded.size >= TEXT_LIMITS.images || this.#bytes + size > TEXT_LIMITS.imageBytes) {
      this.#repairs.add('cut-off');
      return undefined;
    }
    const data = base64 === undefined ? this.#subsamples[Number(number)] : bytesFromBase64(base64);
    this.#bytes += data?.length ?? 0;
    const image = data && readPng(data, alt);
    if (!image) this.#repairs.add('image-invalid');
    return image;
  }
}

/** Text directly in an element, or in its chunks. */
export function textIn({ children }: TtmlElement): string {
  return children
    .map((child) => (typeof child === 'string' ? child : child.name === 'chunk' ? textIn(child) : ''))
    .join('');
}
