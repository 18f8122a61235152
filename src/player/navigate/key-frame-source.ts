import { type Seconds, seconds } from '../../base/time.ts';
import type { Chunk, QualityLevel, Stream } from '../../manifest/presentation.ts';
import { type Timeline, timelineOf } from '../../timeline/timeline.ts';
import { segmentClockOf } from '../delivery/segment-clock.ts';
import type { FragmentRequest } from '../fragment/fragment-request.ts';
import type { PlayableStream } from '../select-streams.ts';
import { fragmentOf } from '../title/fragment-of.ts';
import { bitmapOf } from './draw-picture.ts';
import { fetchKeyFrame, type HostWays } from './fetch-key-frame.ts';
import { HeadSizes } from './head-sizes.ts';
import type { NavigationPorts } from './navigation-ports.ts';
import type { PictureDecoder } from './picture-decoder.ts';
import type { Picture, PictureSize, PictureSource, Place } from './picture-source.ts';

/** Enough lines for a small picture; more would only cost time. */
const FEWEST_LINES = 100;
/** A request that takes longer is cancelled. */
const WHOLE_MS = 10_000;
/** Up to this many seconds after the end count as the end. */
const AT_END = 0.1;
/** After this many consecutive pictures that can't be decoded, the stream isn't used in this session. */
const MOST_FAILURES = 6;

export interface ChunkPlace extends Place {
  readonly chunk: Chunk;
}

/** The key frame at the beginning of each video fragment. */
export class KeyFrameSource implements PictureSource {
  readonly isPrepared = false;
  readonly #ports: NavigationPorts;
  readonly #decoder: PictureDecoder;
  readonly #sizes = new HeadSizes();
  readonly #ways: HostWays = new Map();
  #stream: Stream | undefined;
  #timeline: Timeline | undefined;
  #levels: Promise<readonly QualityLevel[]> = Promise.resolve([]);
  #failures = 0;

  constructor(ports: NavigationPorts, decoder: PictureDecoder) {
    this.#ports = ports;
    this.#decoder = decoder;
  }

  placeAt(time: Seconds): ChunkPlace | undefined {
    const timeline = this.timeline;
    if (!timeline || this.#failures >= MOST_FAILURES) return undefined;
    // The end itself shows the last picture.
    const isEnd = time >= timeline.duration && time < timeline.duration + AT_END;
    const chunk = timeline.chunkAt(time) ?? (isEnd ? this.#stream?.chunks.at(this.indexAt(time)) : undefined);
    return chunk && placeOf(timeline, chunk);
  }

  /** The place of a chunk by its index. */
  placeOf(index: number): Place | undefined {
    const timeline = this.timeline;
    const chunk = this.#stream?.chunks.at(index);
    return chunk && timeline && placeOf(timeline, chunk);
  }

  /** The index of the chunk that contains a time; after the end, of the last one. */
  indexAt(time: number): number {
    const last = (this.stream?.chunks.length ?? 1) - 1;
    return this.timeline?.chunkAt(seconds(Math.max(0, time)))?.index ?? last;
  }

  expectedBytes({ start, end }: Place): number {
    const level = smallOf(this.#ports.video()?.levels ?? []);
    return level ? this.headBytes(level, end - start) : 0;
  }

  async load(place: Place, size: PictureSize, signal: AbortSignal): Promise<readonly Picture[]> {
    const level = smallOf(await this.levels);
    const frame = level && (await this.loadFrame(place, level, signal));
    if (!frame) return [];
    return [{ image: bitmapOf(frame, this.#stream?.displaySize, size), start: place.start, end: place.end }];
  }

  /** The decoded picture, which the caller has to close; `undefined` if there is none. Rejects when aborted. */
  async loadFrame(place: Place, level: QualityLevel, signal: AbortSignal): Promise<VideoFrame | undefined> {
    const { chunk } = place as ChunkPlace;
    const request = this.requestFor(chunk, level);
    if (!request) return undefined;
    const guess = this.headBytes(level, place.end - place.start);
    const fetched = await fetchKeyFrame(request, guess, this.#ways, this.#ports, signal);
    if (fetched) this.#sizes.learn(level, fetched.size);
    // In a joined title, the fetched level is the clip's.
    const frame = fetched && (await this.#decoder.decode(request.level, fetched.keyFrame));
    // A missing response may be temporary.
    if (fetched) this.#failures = frame ? 0 : this.#failures + 1;
    if (!signal.aborted) return frame;
    frame?.close();
    throw signal.reason;
  }

  /** Bytes of a fragment's key frame, enough for nine of ten. `duration`: of the fragment, in seconds. */
  headBytes(level: QualityLevel, duration: number): number {
    return this.#sizes.guess(level, duration);
  }

  /** Levels that can be decoded here, ascending. */
  get levels(): Promise<readonly QualityLevel[]> {
    void this.timeline;
    return this.#levels;
  }

  get stream(): Stream | undefined {
    void this.timeline;
    return this.#stream;
  }

  /** Of the chosen video; starts over when another is chosen. */
  get timeline(): Timeline | undefined {
    const playable = this.#ports.video();
    if (playable && playable.stream !== this.#stream) this.#follow(playable);
    return this.#timeline;
  }

  #follow({ stream, levels }: PlayableStream): void {
    this.#stream = stream;
    this.#timeline = timelineOf(stream, this.#ports.title().presentation);
    this.#failures = 0;
    this.#levels = Promise.all(levels.map((level) => this.#decoder.supports(level))).then((supported) =>
      levels.filter((_, index) => supported[index]),
    );
  }

  requestFor(chunk: Chunk, level: QualityLevel): FragmentRequest | undefined {
    const stream = this.#stream;
    if (!stream) return undefined;
    const title = this.#ports.title();
    return fragmentOf(title, {
      stream,
      level,
      chunk,
      zero: segmentClockOf(title.presentation).zeroOf(stream),
      wholeMs: WHOLE_MS,
      need: () => 'each',
      isPicture: true,
    });
  }
}

/** The lowest level that is sufficient for a small picture. */
const smallOf = (levels: readonly QualityLevel[]): QualityLevel | undefined =>
  levels.find(({ height = 0 }) => height >= FEWEST_LINES) ?? levels[0];

const placeOf = (timeline: Timeline, chunk: Chunk): ChunkPlace => ({
  key: `${chunk.start}/${chunk.index}`,
  start: seconds(Math.max(0, timeline.startOf(chunk))),
  end: timeline.endOf(chunk),
  chunk,
});
