import type { LevelFacts } from '../heuristics/quality-input.ts';
import type { QualityLevel } from '../manifest/presentation.ts';
import type { PlayableStream, PlayableStreams } from './select-streams.ts';
import { type Quality, qualitiesOf } from './tracks.ts';

/** The chosen streams and quality of a title; owned by its session. */
export class Selection {
  readonly streams: PlayableStreams;
  #video: PlayableStream | undefined;
  #audio: PlayableStream | undefined;
  #qualities: readonly Quality[] = [];
  #manual: QualityLevel | undefined;

  /** `like`: the selection of an earlier load of the same title, which is restored as far as possible. */
  constructor(streams: PlayableStreams, like?: Selection) {
    this.streams = streams;
    this.#audio = streams.audio[0];
    if (streams.video[0]) this.#setVideo(streams.video[0]);
    if (like) this.#chooseLike(like);
  }

  /** Of the chosen video stream, ascending by bitrate. */
  get qualities(): readonly Quality[] {
    return this.#qualities;
  }

  /** The viewer's choice of quality. */
  get manual(): QualityLevel | undefined {
    return this.#manual;
  }

  /** The chosen streams: at most one video and one audio stream. */
  get chosen(): readonly PlayableStream[] {
    return [this.#video, this.#audio].filter((stream) => stream !== undefined);
  }

  of(type: 'video' | 'audio'): PlayableStream | undefined {
    return type === 'video' ? this.#video : this.#audio;
  }

  qualityOf(level: QualityLevel | undefined): Quality | undefined {
    return level && this.#qualities[this.#video?.levels.indexOf(level) ?? -1];
  }

  /** Pins a quality, or returns to the heuristics. Returns whether that changes anything. */
  pin(quality: Quality | undefined): boolean {
    const level = quality && this.#video?.levels[quality.index];
    const changes = level !== this.#manual;
    this.#manual = level;
    return changes;
  }

  /** Chooses another stream; returns it if it exists and wasn't chosen before. */
  choose(type: 'video' | 'audio', id: string | undefined): PlayableStream | undefined {
    const playable = this.streams[type].find(({ stream }) => stream.name === id);
    if (!playable || playable === this.of(type)) return undefined;
    if (type === 'audio') this.#audio = playable;
    else this.#setVideo(playable);
    return playable;
  }

  /** Converts a page's limit on qualities to one on levels. */
  limitOf(allow: ((quality: Quality) => boolean) | undefined): ((level: LevelFacts) => boolean) | undefined {
    return (
      allow &&
      ((level) => this.#qualities.some((quality) => quality.bitrate === level.bitrate && allow(quality)))
    );
  }

  #chooseLike(other: Selection): void {
    for (const type of ['video', 'audio'] as const) this.choose(type, other.of(type)?.stream.name);
    const bitrate = other.manual?.bitrate;
    this.#manual = this.#video?.levels.find((level) => level.bitrate === bitrate);
  }

  #setVideo(video: PlayableStream): void {
    this.#video = video;
    this.#qualities = qualitiesOf(video.levels);
    this.#manual = undefined;
  }
}
