import { type Seconds, seconds } from '../base/time.ts';
import { chooseAudio } from '../heuristics/choose-audio.ts';
import type { LevelFacts } from '../heuristics/choose-quality.ts';
import type { Chunk, QualityLevel } from '../manifest/presentation.ts';
import type { LevelChoice } from './delivery-ports.ts';
import type { Feed } from './feed.ts';
import type { Held } from './inventory.ts';
import type { Line } from './line.ts';
import type { Settings } from './options.ts';
import { PictureLevels } from './picture-levels.ts';

/** What the viewer and the page want of the playback now. */
export interface Wishes {
  readonly settings: Settings;
  /** The viewer's own choice of quality; beats everything. */
  readonly manual: QualityLevel | undefined;
  readonly allow: ((level: LevelFacts) => boolean) | undefined;
}

/** What a choice depends on besides the stream. */
export interface Circumstances {
  /** Those that may be shown. */
  readonly levels: readonly [QualityLevel, ...QualityLevel[]];
  /** How far the buffer is filled. */
  readonly bufferGoal: Seconds;
  /** Bits per second of the line that belong to the other stream. */
  readonly reserved: number;
}

/** Asks the heuristics for the level of each next fragment, and remembers the ones before. */
export class LevelChooser {
  readonly #media: HTMLMediaElement;
  readonly #line: Line;
  readonly #wishes: () => Wishes;
  readonly #current = new Map<Feed, QualityLevel>();
  #picture: PictureLevels;

  constructor(media: HTMLMediaElement, line: Line, wishes: () => Wishes) {
    this.#media = media;
    this.#line = line;
    this.#wishes = wishes;
    this.#picture = new PictureLevels(line);
  }

  /** Bits per second of all levels in use. */
  get bitrate(): number {
    return [...this.#current.values()].reduce((sum, { bitrate }) => sum + bitrate, 0);
  }

  /** That of the newest fragment. */
  levelOf(feed: Feed): QualityLevel | undefined {
    return this.#current.get(feed);
  }

  /** A fragment of so many bytes came whole. */
  fetched(feed: Feed, { level, start, end }: Held, bytes: number): void {
    this.#current.set(feed, level);
    if (feed.type === 'video') this.#picture.came(level, end - start, bytes);
  }

  /** The feed goes on with another stream: its levels are others. */
  forget(feed: Feed): void {
    this.#current.delete(feed);
    if (feed.type === 'video') this.#picture = new PictureLevels(this.#line);
  }

  choose(feed: Feed, chunk: Chunk, { levels, bufferGoal, reserved }: Circumstances): LevelChoice {
    const { stream } = feed.playable;
    const { manual, allow, settings } = this.#wishes();
    if (feed.type === 'audio') return this.#chooseAudio(settings, levels);
    return this.#picture.choose(settings, {
      levels,
      manual,
      allow,
      current: this.#current.get(feed),
      bufferAhead: feed.bufferAhead,
      bufferGoal,
      chunkDuration: seconds(feed.timeline.endOf(chunk) - feed.timeline.startOf(chunk)),
      bytesOf: ({ index }) => bytesOfKib(stream.chunks.sizeHint(chunk.index, index)),
      reserved,
      viewport: viewportOf(this.#media),
    });
  }

  #chooseAudio({ heuristics }: Settings, levels: Circumstances['levels']): LevelChoice {
    const input = { levels, estimate: this.#line.estimate ?? this.#line.expected ?? heuristics.start };
    const choice = chooseAudio(input);
    const { level, reason } = choice;
    const output = { bitrate: level.bitrate, reason };
    this.#line.decisions.note('chooseAudio', performance.now() / 1000, input, output);
    return choice;
  }

  /** What to ask for instead of going on with a download; `undefined` to go on. */
  instead(
    feed: Feed,
    { level }: LevelChoice,
    received: number,
    expected: number | undefined,
  ): LevelChoice | undefined {
    const { bufferAhead, type } = feed;
    return type === 'video' ? this.#picture.instead({ level, received, expected, bufferAhead }) : undefined;
  }
}

const bytesOfKib = (kib: number | undefined) => (kib === undefined ? undefined : kib * 1024);

/** Device pixels that the picture is shown in; `undefined` while it isn't shown, or in its own window. */
function viewportOf(media: HTMLMediaElement): { width: number; height: number } | undefined {
  const { clientWidth, clientHeight } = media;
  if (document.pictureInPictureElement === media || clientWidth === 0 || clientHeight === 0) return undefined;
  return { width: clientWidth * devicePixelRatio, height: clientHeight * devicePixelRatio };
}
