import { type Seconds, seconds } from '../base/time.ts';
import { allowedLevels } from '../heuristics/allowed-levels.ts';
import { chooseQuality, type LevelFacts, type QualityInput } from '../heuristics/choose-quality.ts';
import type { Chunk, QualityLevel } from '../manifest/presentation.ts';
import type { LevelChoice } from './deliver-fragment.ts';
import type { Feed } from './feed.ts';
import type { Line } from './line.ts';
import type { Settings } from './options.ts';

/** What the viewer and the page want of the playback now. */
export interface Wishes {
  readonly settings: Settings;
  /** The viewer's own choice of quality; beats everything. */
  readonly manual: QualityLevel | undefined;
  readonly allow: ((level: LevelFacts) => boolean) | undefined;
}

/** Sound takes no more than a small part of the line, and never the picture's. */
const AUDIO_SHARE = 0.1;

/** Asks the heuristics for the level of each next fragment, and remembers the one before. */
export class LevelChooser {
  readonly #media: HTMLMediaElement;
  readonly #line: Line;
  readonly #wishes: () => Wishes;
  readonly #current = new Map<Feed, QualityLevel>();

  constructor(media: HTMLMediaElement, line: Line, wishes: () => Wishes) {
    this.#media = media;
    this.#line = line;
    this.#wishes = wishes;
  }

  /** Bits per second of all levels in use. */
  get bitrate(): number {
    return [...this.#current.values()].reduce((sum, { bitrate }) => sum + bitrate, 0);
  }

  fetched(feed: Feed, level: QualityLevel): void {
    this.#current.set(feed, level);
  }

  /** The feed goes on with another stream: its levels are others. */
  forget(feed: Feed): void {
    this.#current.delete(feed);
  }

  /** `goal`: how far the buffer is filled. `reserved`: bit/s of the line that belong to the other stream. */
  choose(feed: Feed, chunk: Chunk, goal: Seconds, reserved: number): LevelChoice {
    return feed.type === 'audio' ? this.#chooseSound(feed) : this.#choosePicture(feed, chunk, goal, reserved);
  }

  #choosePicture(feed: Feed, chunk: Chunk, bufferGoal: Seconds, reserved: number): LevelChoice {
    const { levels } = feed.playable;
    const { manual, allow, settings } = this.#wishes();
    if (manual && levels.includes(manual)) return { level: manual, reason: 'manual' };
    const { maxBitrate, maxHeight, capToSize, start, choose = chooseQuality } = settings.heuristics;
    const viewport = capToSize ? viewportOf(this.#media) : undefined;
    const allowed = allowedLevels(levels, { maxBitrate, maxHeight, viewport, allow });
    const { estimate } = this.#line;
    const input: QualityInput = {
      levels: allowed,
      current: this.#current.get(feed),
      estimate: Math.max(0, (estimate ?? start) - reserved),
      measured: estimate !== undefined,
      bufferAhead: feed.bufferAhead,
      bufferGoal,
      chunkDuration: seconds(feed.timeline.endOf(chunk) - feed.timeline.startOf(chunk)),
    };
    const { level, reason } = choose(input);
    return { level: allowed.find(({ bitrate }) => bitrate === level.bitrate) ?? allowed[0], reason };
  }

  #chooseSound(feed: Feed): LevelChoice {
    const { levels } = feed.playable;
    const usable = (this.#line.estimate ?? this.#wishes().settings.heuristics.start) * AUDIO_SHARE;
    const level = levels.findLast(({ bitrate }) => bitrate <= usable) ?? levels[0];
    return { level, reason: levels.length === 1 ? 'only' : 'fits' };
  }
}

/** Device pixels that the picture is shown in; `undefined` while it isn't shown, or in its own window. */
function viewportOf(media: HTMLMediaElement): { width: number; height: number } | undefined {
  const { clientWidth, clientHeight } = media;
  if (document.pictureInPictureElement === media || clientWidth === 0 || clientHeight === 0) return undefined;
  return { width: clientWidth * devicePixelRatio, height: clientHeight * devicePixelRatio };
}
