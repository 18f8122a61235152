import type { Resource } from '../resource.ts';
import { Encoder, type TimedFault } from './encoder.ts';
import { generate } from './generator.ts';
import { LiveClock, type ReadClock } from './live-clock.ts';
import type { FragmentRoute } from './live-source.ts';
import { LiveTitle, type Refusal } from './live-title.ts';
import { openLoop } from './loop-source.ts';
import { type MadeText, withMadeText } from './made-text.ts';

/** A live title made of a presentation on disk, without end. */
export interface ChannelOptions {
  /** Where it is served, such as `/live/channel.isml`. */
  readonly path: string;
  /** An `.ism` file, to be played over and over. */
  readonly source: string;
  /** What its times count from: its own beginning, 1970, or the year 1 as in .NET. Default `zero`. */
  readonly epoch?: Epoch;
  /** Seconds that can be sought back; 0: all since it began. Default 60. */
  readonly windowSeconds?: number;
  /** Fragments that each fragment tells of. Default 2. */
  readonly lookAhead?: number;
  /** Seconds that it has been running already when the origin is made. Default: the window and 10. */
  readonly history?: number;
  /** The clock, in milliseconds. */
  readonly now?: ReadClock;
  /** How many times faster than the clock it runs; 0: it stands until it is moved on. Default 1. */
  readonly rate?: number;
  /** Status of a fragment that may not be sent yet. Default 412. */
  readonly earlyStatus?: 404 | 412;
  /** Status of a fragment behind the window. Default 410. */
  readonly goneStatus?: 404 | 410;
  /** What is to go wrong, in seconds from the moment that the origin is made. */
  readonly faults?: readonly TimedFault[];
  /** Captions and breaks that the source has not got. Default: what the source has. */
  readonly text?: MadeText;
}

export type Epoch = 'zero' | 'unix' | 'dotnet';

/** From the year 1 to 1970, in 100 ns. */
const DOTNET_EPOCH = 621_355_968_000_000_000n;

/** A stream as it stands. Times in its ticks, in decimal. */
export interface StreamState {
  readonly name: string;
  /** The newest fragment that exists as a whole, and how many ticks it lasts. */
  readonly newest: string | undefined;
  readonly duration: string | undefined;
}

export interface ChannelState {
  readonly path: string;
  readonly state: 'running' | 'stopped' | 'ended';
  /** Milliseconds, on the channel's clock. */
  readonly now: number;
  readonly rate: number;
  readonly streams: readonly StreamState[];
}

/** A channel on the air. */
export class Channel {
  readonly path: string;
  readonly clock: LiveClock;
  readonly #source: string;
  readonly #encoder: Encoder;
  readonly #options: ChannelOptions;
  /** Milliseconds since 1970 minus those of the channel's times. */
  readonly #clockOffset: number;
  #title: Promise<LiveTitle> | undefined;

  constructor(options: ChannelOptions) {
    const { path, source, epoch = 'zero', windowSeconds = 60 } = options;
    const { history = (windowSeconds || 60) + 10 } = options;
    this.path = path;
    this.clock = new LiveClock(options.now, options.rate);
    this.#source = source;
    this.#options = options;
    const now = this.clock.now();
    const startedAt = Math.round(now - history * 1000);
    const began = mediaTime(epoch, startedAt);
    this.#encoder = new Encoder(startedAt, began);
    this.#clockOffset = startedAt - Number(began / 10_000n);
    for (const fault of options.faults ?? []) this.#encoder.apply(fault, now);
  }

  /** Makes something go wrong, now or later. Throws where that can't be. */
  apply(fault: TimedFault): void {
    this.#encoder.apply(fault, this.clock.now());
  }

  async manifest(): Promise<Resource> {
    return (await this.#open()).manifest();
  }

  async fragment(route: FragmentRoute): Promise<Resource | Refusal> {
    return (await this.#open()).fragment(route);
  }

  /** As other formats are made of it. */
  async title(): Promise<LiveTitle> {
    return this.#open();
  }

  async state(): Promise<ChannelState> {
    const { streams } = await this.#open();
    const now = this.clock.now();
    return {
      path: this.path,
      state: this.#encoder.state(now),
      now,
      rate: this.clock.rate,
      streams: streams.map((stream) => {
        const [newest] = stream.newest(1);
        return { name: stream.name, newest: newest?.time.toString(), duration: newest?.duration.toString() };
      }),
    };
  }

  /** Read when it is first asked for; tried again where it can't be. */
  #open(): Promise<LiveTitle> {
    this.#title ??= this.#read().catch((error: unknown) => {
      this.#title = undefined;
      throw error;
    });
    return this.#title;
  }

  async #read(): Promise<LiveTitle> {
    const { lookAhead = 2, windowSeconds = 60, earlyStatus = 412, goneStatus = 410 } = this.#options;
    const loop = withMadeText(await openLoop(this.#source), this.#options.text ?? {});
    const source = generate(loop, this.#encoder, this.clock, this.#clockOffset);
    const rate = () => this.clock.rate;
    return new LiveTitle(source, { lookAhead, windowSeconds, earlyStatus, goneStatus, rate });
  }
}

/** A moment on the clock in 100 ns since the epoch. */
export function mediaTime(epoch: Epoch, ms: number): bigint {
  if (epoch === 'zero') return 0n;
  return BigInt(ms) * 10_000n + (epoch === 'dotnet' ? DOTNET_EPOCH : 0n);
}
