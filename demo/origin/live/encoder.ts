import { largest } from './bigints.ts';

/** An encoder fault or command. Seconds are those of the channel's clock. */
export type LiveFault =
  /** No more fragments, without notice. */
  | { readonly type: 'stop' }
  /** It runs again: times follow the clock. */
  | { readonly type: 'restart' }
  /** Times are later by this many seconds, while the content continues. */
  | { readonly type: 'jump'; readonly seconds: number }
  /** One stream lacks every fragment in these seconds. */
  | { readonly type: 'missing'; readonly stream: string; readonly seconds: number }
  /** One stream's times run faster or slower than the clock. */
  | { readonly type: 'drift'; readonly stream: string; readonly partsPerMillion: number }
  /** One stream's fragments become available this many seconds later. */
  | { readonly type: 'late'; readonly stream: string; readonly seconds: number }
  /** The event is over: announced, or not. */
  | { readonly type: 'end'; readonly isTold?: boolean };

/** A fault this many seconds from now. Those of the encoder happen in order. */
export type TimedFault = LiveFault & { readonly after?: number };

/** A period in which the encoder ran without interruption. Its content starts at the beginning. */
export interface Take {
  /** Milliseconds on the channel's clock. */
  readonly from: number;
  /** Infinity while it runs. */
  readonly to: number;
  /** Start of its content, in 100 ns. */
  readonly mediaStart: bigint;
  /** Parts per million, by stream in lower case. */
  readonly drift: ReadonlyMap<string, number>;
  /** Number of takes before it. */
  readonly number: number;
}

interface Missing {
  readonly stream: string;
  readonly from: number;
  readonly to: number;
}

/** The simulated encoder of a channel: when it ran, and what it omitted. */
export class Encoder {
  readonly #startedAt: number;
  readonly #mediaStart: bigint;
  #takes: readonly [Take, ...Take[]];
  #missing: readonly Missing[] = [];
  #late = new Map<string, number>();
  #jumped = 0n;
  #end: { readonly at: number; readonly isTold: boolean } | undefined;

  /** `mediaStart`, in 100 ns, is the time of what it captures at `startedAt`, milliseconds on the channel's clock. */
  constructor(startedAt: number, mediaStart: bigint) {
    this.#startedAt = startedAt;
    this.#mediaStart = mediaStart;
    this.#takes = [{ from: startedAt, to: Infinity, mediaStart, drift: new Map(), number: 0 }];
  }

  get takes(): readonly Take[] {
    return this.#takes;
  }

  /** Milliseconds by which a stream's fragments are late. */
  lateness(stream: string): number {
    return this.#late.get(stream.toLowerCase()) ?? 0;
  }

  isMissing(stream: string, from: number, to: number): boolean {
    const name = stream.toLowerCase();
    return this.#missing.some((one) => one.stream === name && one.from < to && from < one.to);
  }

  isEnded(now: number): boolean {
    return this.#end?.isTold === true && this.#end.at <= now;
  }

  state(now: number): 'running' | 'stopped' | 'ended' {
    if (this.isEnded(now)) return 'ended';
    return this.#takes.some(({ from, to }) => from <= now && now < to) ? 'running' : 'stopped';
  }

  /** Throws, with a sentence, if the fault can't happen then. */
  apply(fault: TimedFault, now: number): void {
    const at = now + (fault.after ?? 0) * 1000;
    switch (fault.type) {
      case 'missing': {
        const { stream, seconds } = fault;
        this.#missing = [
          ...this.#missing,
          { stream: stream.toLowerCase(), from: at, to: at + seconds * 1000 },
        ];
        return;
      }
      case 'late':
        this.#late.set(fault.stream.toLowerCase(), fault.seconds * 1000);
        return;
      case 'stop':
        this.#assertRunning(at);
        this.#stop(at);
        return;
      case 'end':
        this.#assertNotBefore(at);
        this.#stop(at);
        this.#end = { at, isTold: fault.isTold ?? true };
        return;
      case 'restart':
        this.#start(at, this.#last.drift);
        return;
      case 'jump':
        this.#assertRunning(at);
        this.#jumped += BigInt(Math.round(fault.seconds * 1e7));
        this.#start(at, this.#last.drift);
        return;
      case 'drift': {
        this.#assertRunning(at);
        const own = [fault.stream.toLowerCase(), fault.partsPerMillion] as const;
        this.#start(at, new Map([...this.#last.drift, own]));
        return;
      }
      default:
        fault satisfies never;
    }
  }

  get #last(): Take {
    return this.#takes.at(-1) ?? this.#takes[0];
  }

  #assertNotBefore(at: number): void {
    if (this.#end) throw new Error('The event is over.');
    const { from, to } = this.#last;
    if (at < (to === Infinity ? from : to)) throw new Error('A later fault is already scheduled.');
  }

  #assertRunning(at: number): void {
    this.#assertNotBefore(at);
    if (this.#last.to !== Infinity) throw new Error('The encoder is not running then.');
  }

  #stop(at: number): void {
    const last = this.#last;
    if (last.to === Infinity) this.#replaceLast({ ...last, to: at });
  }

  #replaceLast(take: Take): void {
    const [first, ...rest] = this.#takes;
    this.#takes = rest.length === 0 ? [take] : [first, ...rest.slice(0, -1), take];
  }

  #start(at: number, drift: Take['drift']): void {
    this.#assertNotBefore(at);
    this.#stop(at);
    const last = this.#last;
    const byClock = this.#mediaStart + ticksOf(at - this.#startedAt) + this.#jumped;
    // No stream's times go back, drift included.
    const fastest = Math.max(0, ...last.drift.values());
    const reached = last.mediaStart + ticksOf((last.to - last.from) * (1 + fastest / 1e6));
    const mediaStart = largest(byClock, [reached]);
    const [first, ...rest] = this.#takes;
    const take = { from: at, to: Infinity, mediaStart, drift, number: last.number + 1 };
    this.#takes = [first, ...rest, take];
  }
}

const ticksOf = (ms: number): bigint => BigInt(Math.round(ms * 1e4));
