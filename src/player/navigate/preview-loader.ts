import { childController, delay } from '../../base/async.ts';
import { type Seconds, seconds } from '../../base/time.ts';
import { idlePlaces } from './idle-places.ts';
import type { NavigationPorts } from './navigation-ports.ts';
import { PictureCache } from './picture-cache.ts';
import {
  FURTHEST,
  type Picture,
  type PictureSize,
  type PictureSource,
  type Place,
} from './picture-source.ts';
import { PreviewBudget } from './preview-budget.ts';
import type { Previews } from './previews.ts';

/** A host has six connections, and playback needs two. */
const AT_ONCE = 2;
/** A request for a position this many pictures from the pointer is cancelled if it blocks others. */
const NEAR = 2;
/** Checks again what had to wait. */
const WAIT_MS = 80;
/** A position without a picture isn't requested again for this long. */
const LEFT_ALONE_MS = 30_000;
/** A source that failed this often in a row is replaced by the next one. */
const MOST_FAILURES = 3;
/** All pictures are dropped this many milliseconds after the last request. */
const FORGOTTEN_MS = 30_000;
/** The pointer rests. */
const REST_MS = 300;
const REST_ON_SAVED_DATA_MS = 500;
const IDLE_EVERY_MS = 500;
const MOST_IDLE = 60;
/** A still that playback leaves no room for is given up after this time. */
const STILL_MS = 20_000;
/** The tolerance between the ends of neighbours, in seconds. */
const ROUNDING = 0.002;
/** The tolerance of times, in seconds. */
const INTO_SCENE = 0.04;
/** Pixels: these are small pictures. */
const WIDEST = 4096;
const USUAL_SIZE: PictureSize = { width: 160 };

interface Flight {
  readonly place: Place;
  readonly done: Promise<void>;
  readonly cancel: () => void;
}

/** Small pictures of positions in the title, as the pointer moves over the seek bar: the latest position wins. */
export class PreviewLoader implements Previews {
  readonly #ports: NavigationPorts;
  readonly #signal: AbortSignal;
  readonly #cache = new PictureCache();
  readonly #budget = new PreviewBudget();
  readonly #flights = new Map<string, Flight>();
  readonly #leftAlone = new Map<string, number>();
  #sources: readonly PictureSource[];
  #failures = 0;
  #size = USUAL_SIZE;
  #target: { readonly time: Seconds } | undefined;
  #idle: AbortController | undefined;
  #idleLeft = MOST_IDLE;
  #forget: ReturnType<typeof setTimeout> | undefined;
  #lastStill: Promise<unknown> = Promise.resolve();

  /** `sources`: the best first. */
  constructor(sources: readonly PictureSource[], ports: NavigationPorts, signal: AbortSignal) {
    this.#sources = sources;
    this.#ports = ports;
    this.#signal = signal;
    signal.addEventListener('abort', () => this.#end(), { once: true });
  }

  /** Other pictures are available from now on. */
  use(sources: readonly PictureSource[]): void {
    for (const { cancel } of this.#flights.values()) cancel();
    this.#sources = sources;
    this.#failures = 0;
    this.#leftAlone.clear();
    this.#cache.clear();
  }

  /** What can be shown at once: the picture of that time, or a nearby one until it is loaded. */
  nearest(moment: number): Picture | undefined {
    if (!isMoment(moment)) return undefined;
    const time = seconds(moment);
    const place = this.#source?.placeAt(time);
    return this.#cache.at(time) ?? this.#cache.near(time, place ? 3 * (place.end - place.start) : 0);
  }

  /** The picture of a time; `undefined` if there is none, or if another was requested meanwhile. */
  async at(moment: number, size: PictureSize = USUAL_SIZE): Promise<Picture | undefined> {
    const time = seconds(moment);
    if (!isMoment(time) || !isSize(size)) return undefined;
    const target = { time };
    this.#target = target;
    this.#idle?.abort();
    this.#remember();
    if (size.width !== this.#size.width) this.#cache.clear();
    this.#size = size;
    const isWanted = () => this.#target === target && !this.#signal.aborted;
    const picture = await this.#fetch(time, isWanted);
    if (isWanted()) void this.#fillWhileIdle(time);
    return isWanted() ? picture : undefined;
  }

  async still(moment: number): Promise<Picture | undefined> {
    if (!isMoment(moment)) return undefined;
    const still = this.#lastStill.then(() => this.#still(seconds(moment)));
    this.#lastStill = still.catch(() => {});
    return still;
  }

  async #still(time: Seconds): Promise<Picture | undefined> {
    this.#remember();
    const deadline = performance.now() + STILL_MS;
    while (!this.#signal.aborted && performance.now() < deadline) {
      const source = this.#source;
      const holding = source?.placeAt(time);
      // A picture that begins earlier may show another scene.
      const isBefore = holding !== undefined && holding.start < time - INTO_SCENE;
      const place = isBefore ? (source?.placeAt(seconds(holding.end + INTO_SCENE)) ?? holding) : holding;
      const known = place && this.#cache.at(place.start);
      if (known || !source || !place || this.#isLeftAlone(place)) return known;
      if (this.#flights.has(place.key) || !this.#mayStart(source, place)) await this.#pause();
      else {
        await this.#start(source, place).done;
        if (source === this.#source) return this.#cache.at(place.start);
      }
    }
    return undefined;
  }

  /** The pointer has left: nothing more is fetched. */
  leave(): void {
    this.#target = undefined;
    this.#idle?.abort();
  }

  get #source(): PictureSource | undefined {
    return this.#sources[0];
  }

  async #fetch(time: Seconds, isWanted: () => boolean): Promise<Picture | undefined> {
    const restUntil = performance.now() + (savesData() ? REST_ON_SAVED_DATA_MS : 0);
    while (isWanted()) {
      const source = this.#source;
      const place = source?.placeAt(time);
      const known = place && this.#pictureOf(place, time);
      if (known || !source || !place || this.#isLeftAlone(place)) return known;
      const flight = this.#flights.get(place.key);
      const mayAsk = source.isPrepared || performance.now() >= restUntil;
      if (flight) await Promise.race([flight.done, this.#pause()]);
      else if (!mayAsk || !this.#mayStart(source, place)) await this.#pause();
      else {
        await this.#start(source, place).done;
        // Once, whatever the result; another source may take over.
        if (source === this.#source && isWanted()) return this.#pictureOf(place, time);
      }
    }
    return undefined;
  }

  /** A time in a gap, or before the beginning, gets the next picture. */
  #pictureOf(place: Place, time: Seconds): Picture | undefined {
    const within = seconds(Math.min(Math.max(time, place.start), place.end - ROUNDING));
    return this.#cache.at(within) ?? this.#cache.near(within, ROUNDING);
  }

  #mayStart(source: PictureSource, place: Place): boolean {
    if (this.#flights.size >= AT_ONCE) {
      const far = [...this.#flights.values()].find((flight) => !isNear(flight.place, place));
      far?.cancel();
      return false;
    }
    return this.#budget.judge(source.expectedBytes(place), performance.now(), this.#ports.playback()).may;
  }

  #start(source: PictureSource, place: Place): Flight {
    const controller = childController(this.#signal);
    this.#budget.spend(source.expectedBytes(place));
    const done = source
      .load(place, this.#size, controller.signal)
      .then(
        (pictures) => this.#arrived(source, place, pictures),
        // Cancelled; or an error that isn't to be retried repeatedly.
        () => {
          if (!controller.signal.aborted) this.#arrived(source, place, []);
        },
      )
      .finally(() => {
        controller.dispose();
        this.#flights.delete(place.key);
      });
    const flight = { place, done, cancel: () => controller.abort() };
    this.#flights.set(place.key, flight);
    return flight;
  }

  #arrived(source: PictureSource, place: Place, pictures: readonly Picture[]): void {
    if (this.#signal.aborted || source !== this.#source) {
      for (const { image } of pictures) image.close();
      return;
    }
    for (const picture of pictures) this.#cache.add(picture, this.#target?.time ?? place.start);
    this.#failures = pictures.length > 0 ? 0 : this.#failures + 1;
    if (pictures.length === 0) this.#leftAlone.set(place.key, performance.now() + LEFT_ALONE_MS);
    if (this.#failures >= MOST_FAILURES && this.#sources.length > 1) {
      this.#sources = this.#sources.slice(1);
      this.#failures = 0;
    }
  }

  #isLeftAlone({ key }: Place): boolean {
    return (this.#leftAlone.get(key) ?? 0) > performance.now();
  }

  /** The pictures around the current one are likely to be next. */
  async #fillWhileIdle(time: Seconds): Promise<void> {
    const idle = childController(this.#signal);
    this.#idle = idle;
    try {
      await delay(REST_MS, idle.signal);
      for (const place of idlePlaces(time, this.#duration, (at) => this.#source?.placeAt(at))) {
        const { isFull, bufferAhead } = this.#ports.playback();
        const source = this.#source;
        if (!source || this.#idleLeft <= 0 || (!source.isPrepared && isMetered(this.#ports))) return;
        if (this.#cache.at(place.start) || this.#isLeftAlone(place) || this.#flights.has(place.key)) continue;
        if ((!isFull && bufferAhead < 10) || !this.#mayStart(source, place)) return;
        this.#idleLeft -= 1;
        await this.#start(source, place).done;
        await delay(IDLE_EVERY_MS, idle.signal);
      }
    } catch (error) {
      if (!idle.signal.aborted) throw error;
    } finally {
      idle.dispose();
    }
  }

  get #duration(): number {
    return this.#ports.media()?.duration ?? 0;
  }

  async #pause(): Promise<void> {
    await delay(WAIT_MS, this.#signal).catch(() => {});
  }

  #remember(): void {
    clearTimeout(this.#forget);
    this.#forget = setTimeout(() => this.#cache.clear(), FORGOTTEN_MS);
  }

  #end(): void {
    clearTimeout(this.#forget);
    this.#cache.clear();
  }
}

/** No title is longer, and no clock counts further. */
const isMoment = (time: number): boolean => Math.abs(time) <= FURTHEST;

const isSize = ({ width, height = 1 }: PictureSize): boolean =>
  width >= 1 && width <= WIDEST && height >= 1 && height <= WIDEST;

const isNear = (a: Place, b: Place): boolean =>
  Math.abs(a.start - b.start) <= NEAR * Math.max(a.end - a.start, b.end - b.start) + 1e-6;

/** The browser's network information, if available. */
interface NetworkInformation {
  readonly saveData?: boolean;
  readonly type?: string;
  readonly effectiveType?: string;
}

const connection = (): NetworkInformation => Reflect.get(navigator, 'connection') ?? {};

const savesData = (): boolean => connection().saveData === true;

/** Whether nothing is to be fetched in advance. */
function isMetered({ playback }: NavigationPorts): boolean {
  const { saveData, type, effectiveType } = connection();
  const { estimate } = playback();
  return Boolean(
    saveData ||
      type === 'cellular' ||
      (effectiveType && /2g|3g/.test(effectiveType)) ||
      (estimate !== undefined && estimate < 2_000_000),
  );
}
