import type { Seconds } from '../../base/time.ts';
import type { Picture } from './picture-source.ts';

/** Bytes of decoded pictures that are kept. */
const MOST_BYTES = 6 * 1024 * 1024;
const BYTES_PER_PIXEL = 4;

/** Decoded pictures; those furthest from the viewer's position are removed first. */
export class PictureCache {
  readonly #pictures: Picture[] = [];
  #bytes = 0;

  get bytes(): number {
    return this.#bytes;
  }

  /** The picture for this time. */
  at(time: Seconds): Picture | undefined {
    return this.#pictures.find(({ start, end }) => start <= time && time < end);
  }

  /** The nearest one that is no further than `within` seconds away. */
  near(time: Seconds, within: number): Picture | undefined {
    const distance = (picture: Picture) => distanceTo(picture, time);
    const [nearest] = this.#pictures.toSorted((a, b) => distance(a) - distance(b));
    return nearest && distance(nearest) <= within ? nearest : undefined;
  }

  /** Stores a picture, replacing any for the same time. `looked`: the viewer's position. */
  add(picture: Picture, looked: Seconds): void {
    this.#drop((one) => one.start < picture.end && one.end > picture.start);
    this.#pictures.push(picture);
    this.#bytes += bytesOf(picture);
    while (this.#bytes > MOST_BYTES && this.#pictures.length > 1) {
      const furthest = this.#pictures
        .filter((one) => one !== picture)
        .reduce((a, b) => (distanceTo(b, looked) > distanceTo(a, looked) ? b : a));
      this.#drop((one) => one === furthest);
    }
  }

  clear(): void {
    this.#drop(() => true);
  }

  #drop(isDropped: (picture: Picture) => boolean): void {
    for (let i = this.#pictures.length - 1; i >= 0; i--) {
      const picture = this.#pictures[i];
      if (!picture || !isDropped(picture)) continue;
      this.#pictures.splice(i, 1);
      this.#bytes -= bytesOf(picture);
      picture.image.close();
    }
  }
}

const bytesOf = ({ image }: Picture): number => image.width * image.height * BYTES_PER_PIXEL;

const distanceTo = ({ start, end }: Picture, time: Seconds): number =>
  time < start ? start - time : Math.max(0, time - end);
