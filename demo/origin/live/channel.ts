import type { Resource } from '../resource.ts';
import { Encoder, type TimedFault } from './encoder.ts';
import { generate } from './generator.ts';
import { LiveClock, type ReadClock } from './live-clock.ts';
import type { FragmentRoute } from './live-source.ts';
import { type ErrorResponse, LiveTitle } from './live-title.ts';
import { openLoop } from './loop-source.ts';
import { type MadeText, withMadeText } from './made-text.ts';

/** An endless live channel made from a title on disk. */
export interface ChannelOptions {
  /** The URL path, such as `/live/channel.isml`. */
  readonly path: string;
  /** An `.ism` file, to be repeated. */
  readonly source: string;
  /** What its times count from: its own beginning, 1970, or the year 1 as in .NET. Default `zero`. */
  readonly epoch?: Epoch;
  /** Length of the DVR window in seconds; 0: everything since the beginning. Default 60. */
  readonly windowSeconds?: number;
  /** How many following fragments each fragment announces. Default 2. */
  readonly lookAhead?: number;
  /** Seconds that it has already been running when the origin is created. Default: the window and 10. */
  readonly history?: number;
  /** The clock, in milliseconds. */
  readonly now?: ReadClock;
  /** The clock's rate; 0: it stands still until it is advanced. Default 1. */
  readonly rate?: number;
  /** Status of a fragment that is not available yet. Default 412. */
  readonly earlyStatus?: 404 | 412;
  /** Status of a fragment before the window. Default 410. */
  readonly goneStatus?: 404 | 410;
  /** Scheduled faults, in seconds from the creation of the origin. */
  readonly faults?: readonly TimedFault[];
  /** Captions and breaks in addition to those of the source. Default: none. */
  readonly text?: MadeText;
}

export type Epoch = 'zero' | 'unix' | 'dotnet';

/** From the year 1 to 1970, in 100 ns. */
const DOTNET_EPOCH = 621_355_968_000_000_000n;

/** The current state of a stream. Times in its ticks, in decimal. */
export interface StreamState {
  readonly name: string;
  /** The newest complete fragment, and its duration in ticks. */
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

/** A running channel. */
export class Channel {
  readonly path: string;
  readonly clock: LiveClock;
  readonly #source: string;
  readonly #encoder: Encoder;
  readonly #options: ChannelOptions;
  /** Milliseconds since 1970 minus those of the channel's times. */
  readonly #clockOffset: number;
  readonly #countsFromEpoch: boolean;
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
    this.#countsFromEpoch = epoch !== 'zero';
    this.#clockOffset = startedAt - Number(began / 10_000n);
    for (const fault of options.faults ?? []) this.#encoder.apply(fault, now);
  }

  /** Applies a fault, now or later. Throws if that is not possible. */
  apply(fault: TimedFault): void {
    this.#encoder.apply(fault, this.clock.now());
  }

  async manifest(): Promise<Resource> {
    return (await this.#open()).manifest();
  }

  async fragment(route: FragmentRoute): Promise<Resource | ErrorResponse> {
    return (await this.#open()).fragment(route);
  }

  /** The source for other formats. */
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

  /** Read on first use; retried after a failure. */
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
    const times = { clockOffset: this.#clockOffset, countsFromEpoch: this.#countsFromEpoch };
    const source = generate(loop, this.#encoder, this.clock, times);
    const rate = () => this.clock.rate;
    return new LiveTitle(source, { lookAhead, windowSeconds, earlyStatus, goneStatus, rate });
  }
}

/** A time on the clock in 100 ns since the epoch. */
export function mediaTime(epoch: Epoch, ms: number): bigint {
  if (epoch === 'zero') return 0n;
  return BigInt(ms) * 10_000n + (epoch === 'dotnet' ? DOTNET_EPOCH : 0n);
}
