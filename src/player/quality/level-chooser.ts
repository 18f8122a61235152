import type { Seconds } from '../../base/time.ts';
import { chooseAudio } from '../../heuristics/choose-audio.ts';
import type { LevelFacts } from '../../heuristics/quality-input.ts';
import type { Chunk, QualityLevel, Stream } from '../../manifest/presentation.ts';
import type { Settings } from '../options.ts';
import type { BandwidthEstimator } from './bandwidth-estimator.ts';
import type { LevelChoice } from './level-choice.ts';
import type * as Planner from './planner.ts';
import { VideoLevels } from './video-levels.ts';

type Type = 'video' | 'audio';

/** The current choices of the viewer and the page. */
export interface Wishes {
  readonly settings: Settings;
  /** The viewer's choice of quality; overrides everything. */
  readonly manual: QualityLevel | undefined;
  readonly allow: ((level: LevelFacts) => boolean) | undefined;
}

/** The input of the choice of a stream's next level. */
export interface LevelQuestion {
  readonly type: Type;
  readonly stream: Stream;
  readonly chunk: Chunk;
  readonly chunkDuration: Seconds;
  /** The levels that may be shown. */
  readonly levels: readonly [QualityLevel, ...QualityLevel[]];
  readonly bufferAhead: Seconds;
  /** Seconds from the chunk's start to the picture that a viewer waits for, at the start and after a seek. */
  readonly awaited: Seconds | undefined;
  /** The buffer goal. */
  readonly bufferGoal: Seconds;
  /** Bandwidth needed by the other stream, in bits per second. */
  readonly reserved: number;
  /** The level at which the chunk has been requested already. */
  readonly begun?: QualityLevel | undefined;
}

/** Asks the heuristics for the level of each next fragment, and remembers the previous ones. */
export class LevelChooser {
  readonly #media: HTMLMediaElement;
  readonly #bandwidth: BandwidthEstimator;
  readonly #wishes: () => Wishes;
  readonly #current = new Map<Type, QualityLevel>();
  #video: VideoLevels;
  #planner: typeof Planner | undefined;

  constructor(media: HTMLMediaElement, bandwidth: BandwidthEstimator, wishes: () => Wishes) {
    this.#media = media;
    this.#bandwidth = bandwidth;
    this.#wishes = wishes;
    this.#video = this.#levels();
  }

  /** Loads what plans ahead; until then, and without it, the level is what the estimate carries. */
  async load(): Promise<void> {
    this.#planner = await import('./planner.ts');
  }

  #levels(): VideoLevels {
    return new VideoLevels(this.#bandwidth, () => this.#planner);
  }

  /** Bits per second of all levels in use. */
  get bitrate(): number {
    return [...this.#current.values()].reduce((sum, { bitrate }) => sum + bitrate, 0);
  }

  /** The level of the newest fragment. */
  levelOf(type: Type): QualityLevel | undefined {
    return this.#current.get(type);
  }

  /** A complete fragment of this many seconds and bytes was received. */
  onFragment(type: Type, level: QualityLevel, duration: number, bytes: number): void {
    this.#current.set(type, level);
    if (type === 'video') this.#video.learn(level, duration, bytes);
  }

  /** Another stream plays from now on, with other levels. */
  forget(type: Type): void {
    this.#current.delete(type);
    if (type === 'video') this.#video = this.#levels();
  }

  choose(question: LevelQuestion): LevelChoice {
    const { type, stream, chunk, levels, chunkDuration, bufferAhead, awaited, bufferGoal, reserved, begun } =
      question;
    const { manual, allow, settings } = this.#wishes();
    if (begun && !manual && (allow?.(begun) ?? true)) return { level: begun, reason: 'start' };
    if (type === 'audio') return this.#chooseAudio(settings, levels);
    return this.#video.choose(settings, {
      levels,
      manual,
      allow,
      current: this.#current.get(type),
      bufferAhead,
      awaited,
      bufferGoal,
      chunkDuration,
      bytesOf: ({ index }) => bytesOfKib(stream.chunks.sizeHint(chunk.index, index)),
      reserved,
      viewport: viewportOf(this.#media),
    });
  }

  #chooseAudio({ heuristics }: Settings, levels: LevelQuestion['levels']): LevelChoice {
    const { estimate, expected, decisions } = this.#bandwidth;
    const input = { levels, estimate: estimate ?? expected ?? heuristics.start };
    const choice = chooseAudio(input);
    const output = { bitrate: choice.level.bitrate, reason: choice.reason };
    decisions.note('chooseAudio', performance.now() / 1000, input, output);
    return choice;
  }

  /** What to request instead of continuing a video download; `undefined` to continue. */
  abandonFor(
    level: QualityLevel,
    received: number,
    expected: number | undefined,
    bufferAhead: Seconds,
  ): LevelChoice | undefined {
    return this.#video.abandonFor({ level, received, expected, bufferAhead });
  }
}

const bytesOfKib = (kib: number | undefined) => (kib === undefined ? undefined : kib * 1024);

/** Size of the video on screen in device pixels; `undefined` while it isn't visible, or in a separate window. */
function viewportOf(media: HTMLMediaElement): { width: number; height: number } | undefined {
  const { clientWidth, clientHeight } = media;
  if (document.pictureInPictureElement === media || clientWidth === 0 || clientHeight === 0) return undefined;
  return { width: clientWidth * devicePixelRatio, height: clientHeight * devicePixelRatio };
}
