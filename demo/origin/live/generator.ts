import type { ManifestChunk } from '../client-manifest.ts';
import type { FragmentBytes } from '../fragment-resource.ts';
import type { LevelRates } from '../level-rates.ts';
import { stretchOf } from '../resource.ts';
import { readMoof } from '../samples.ts';
import { textFragmentBytes } from '../text/ismt.ts';
import type { Encoder, Take } from './encoder.ts';
import type { EndlessChunk } from './endless.ts';
import type { LiveClock } from './live-clock.ts';
import { asLive, type LiveTimes, ofSamples } from './live-moof.ts';
import type { FragmentRoute, LiveSource, LiveStream } from './live-source.ts';
import { type LoopSource, type LoopStream, TIMESCALE } from './loop-source.ts';

/** A chunk with its time in an encoder's run. */
interface Placed extends ManifestChunk {
  readonly chunk: EndlessChunk;
  readonly sequence: number;
  readonly take: Take;
}

/** Sequence numbers of one run; each run has its own range. */
const NUMBERS_A_TAKE = 2 ** 22;

/** Milliseconds that a message is ahead of its time. Azure Media Services, timed metadata: four seconds or more. */
const PRE_ROLL = 4000;

/** A live title from a title on disk, as an encoder would produce it that repeats the title. */
export function generate(
  loop: LoopSource,
  encoder: Encoder,
  clock: LiveClock,
  times: Pick<LiveSource, 'clockOffset' | 'countsFromEpoch'> = {},
): LiveSource {
  return {
    ...times,
    streams: loop.streams.map((stream) => new GeneratedStream(stream, loop, encoder, clock)),
    protection: loop.protection,
    keepsAll: false,
    get isEnded() {
      return encoder.isEnded(clock.now());
    },
  };
}

class GeneratedStream implements LiveStream {
  readonly name: string;
  readonly timescale: bigint;
  readonly attributes: LiveStream['attributes'];
  readonly levels: LiveStream['levels'];
  readonly #stream: LoopStream;
  readonly #loop: LoopSource;
  readonly #encoder: Encoder;
  readonly #clock: LiveClock;

  constructor(stream: LoopStream, loop: LoopSource, encoder: Encoder, clock: LiveClock) {
    this.name = stream.name;
    this.timescale = stream.timescale;
    this.attributes = stream.attributes;
    this.levels = stream.levels;
    this.#stream = stream;
    this.#loop = loop;
    this.#encoder = encoder;
    this.#clock = clock;
  }

  from(time: bigint, atMost = Infinity): readonly Placed[] {
    const found: Placed[] = [];
    if (atMost === 0) return found;
    for (const placed of this.#walk(time, this.#clock.now())) {
      found.push(placed);
      if (found.length >= atMost) break;
    }
    return found;
  }

  newest(count: number): readonly Placed[] {
    const now = this.#clock.now();
    const takes = this.#encoder.takes.filter(({ from }) => from <= now);
    const [oldest] = takes;
    const last = takes.at(-1);
    if (!oldest || !last) return [];
    const begin = this.#timeAt(oldest, 0n);
    const edge = this.#timeAt(last, this.#contentAt(Math.min(now, last.to) - last.from));
    for (let span = BigInt(count + 2) * this.#stream.endless.longest; ; span *= 4n) {
      const from = edge - span;
      const found = [...this.#walk(from, now)];
      if (found.length >= count || from <= begin) return found.slice(-count);
    }
  }

  isToCome(time: bigint): boolean {
    const now = this.#clock.now();
    for (const placed of this.#walk(time, Infinity))
      return placed.time === time && !this.#encoder.isEnded(now);
    return false;
  }

  numbers(): (time: bigint) => number {
    return (time) => {
      const [placed] = this.from(time, 1);
      return placed ? this.#chunksBefore(placed.take) + placed.chunk.ordinal : 0;
    };
  }

  async ratesOf(route: FragmentRoute): Promise<LevelRates | undefined> {
    return this.#loop.ratesOf?.(route);
  }

  async bytes(route: FragmentRoute, next: readonly ManifestChunk[]): Promise<FragmentBytes | undefined> {
    const [placed] = this.from(route.time, 1);
    if (placed?.time !== route.time) return undefined;
    const { chunk, sequence, time, duration } = placed;
    const times: LiveTimes = { sequence, self: { time, duration }, next };
    const { payloadOf } = this.#stream;
    if (payloadOf) return asLive(textFragmentBytes(payloadOf(chunk), duration), times);
    const source = await this.#source(route, chunk.index);
    if (!source) return undefined;
    return chunk.frames ? this.#cut(source, route, placed, times) : asLive(source, times);
  }

  /** A chunk's content in the manifest. */
  #payloadOf(chunk: EndlessChunk): Pick<ManifestChunk, 'payload'> {
    if (!/^true$/i.test(this.attributes.get('ManifestOutput') ?? '')) return {};
    const { chunks, payloadOf } = this.#stream;
    return { payload: payloadOf ? payloadOf(chunk).toString('base64') : chunks[chunk.index]?.payload };
  }

  /** Number of chunks of all previous runs. */
  #chunksBefore(take: Take): number {
    const earlier = this.#encoder.takes.slice(0, take.number);
    return earlier.reduce((sum, { from, to }) => {
      const content = this.#contentAt(to - from);
      // The first that isn't complete when the run ends.
      for (const chunk of this.#stream.endless.from(content - 2n * this.#stream.endless.longest))
        if (chunk.end > content) return sum + chunk.ordinal - 1;
      return sum;
    }, 0);
  }

  #source(route: FragmentRoute, index: number): Promise<FragmentBytes | undefined> {
    const { chunks } = this.#stream;
    const time = chunks[index % chunks.length]?.time ?? 0n;
    return this.#loop.fragment({ ...route, time });
  }

  /** Audio: as many frames as the chunk has in this round, each at its position on the grid. */
  async #cut(
    source: FragmentBytes,
    route: FragmentRoute,
    { chunk, duration }: Placed,
    times: LiveTimes,
  ): Promise<FragmentBytes | undefined> {
    const count = chunk.frames?.count ?? 0;
    const samples: { readonly size: number }[] = [];
    const payload: FragmentBytes['payload'][number][] = [];
    let trackId = 0;
    for (
      let index = chunk.index, part: FragmentBytes | undefined = source;
      samples.length < count;
      index += 1
    ) {
      part = index === chunk.index ? source : await this.#source(route, index);
      if (!part) return undefined;
      const size = part.payload.reduce((sum, { length }) => sum + length, 0);
      const read = readMoof(part.moof, { at: part.payloadAt, size });
      trackId ||= read.trackId;
      for (const sample of read.samples.slice(0, count - samples.length)) {
        samples.push(sample);
        payload.push(...stretchOf(part.payload, sample.offset, sample.size));
      }
      if (read.samples.length === 0) return undefined;
    }
    const at = (frame: number) => (duration * BigInt(frame)) / BigInt(count);
    const timed = samples.map(({ size }, i) => ({ size, duration: Number(at(i + 1) - at(i)) }));
    return ofSamples(trackId, timed, payload, times);
  }

  /** Chunks that begin at a time or later and are complete by a time on the clock; messages come ahead of time. */
  *#walk(time: bigint, until: number): Generator<Placed> {
    const { takes } = this.#encoder;
    const isSparse = this.attributes.has('ParentStreamIndex');
    const lateness = this.#encoder.lateness(this.name);
    for (const [i, take] of takes.entries()) {
      const next = takes[i + 1];
      if (next && this.#timeAt(next, 0n) <= time) continue;
      const content = time - this.#timeAt(take, 0n);
      const drift = this.#drift(take);
      // One tick early, against rounding.
      const from = content <= 1n ? 0n : (content * 1_000_000n) / (1_000_000n + drift) - 1n;
      for (const chunk of this.#stream.endless.from(from)) {
        const begun = take.from + this.#msOf(chunk.start);
        const ended = take.from + this.#msOf(chunk.end);
        const whole = isSparse ? Math.max(take.from, begun - PRE_ROLL) : ended;
        if (begun >= take.to || (!isSparse && ended > take.to)) break;
        if (whole + lateness > until) return;
        const start = this.#timeAt(take, chunk.start);
        if (start < time || this.#encoder.isMissing(this.name, begun, Math.max(ended, begun + 1))) continue;
        const duration = this.#timeAt(take, chunk.end) - start;
        const sequence = (take.number * NUMBERS_A_TAKE + chunk.ordinal) >>> 0;
        yield { time: start, duration, chunk, sequence, take, ...this.#payloadOf(chunk) };
      }
    }
  }

  #drift(take: Take): bigint {
    return BigInt(Math.round(take.drift.get(this.name.toLowerCase()) ?? 0));
  }

  #timeAt(take: Take, content: bigint): bigint {
    const start = (take.mediaStart * this.timescale) / TIMESCALE;
    return start + content + (content * this.#drift(take)) / 1_000_000n;
  }

  #msOf(content: bigint): number {
    return Number(content * 1000n) / Number(this.timescale);
  }

  #contentAt(ms: number): bigint {
    return (BigInt(Math.max(0, Math.floor(ms))) * this.timescale) / 1000n;
  }
}
