import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ManifestChunk } from '../../../demo/origin/client-manifest.ts';
import type { FragmentBytes } from '../../../demo/origin/fragment-resource.ts';
import { type Epoch, mediaTime } from '../../../demo/origin/live/channel.ts';
import { Encoder, type LiveFault, type Take } from '../../../demo/origin/live/encoder.ts';
import { generate } from '../../../demo/origin/live/generator.ts';
import { LiveClock } from '../../../demo/origin/live/live-clock.ts';
import type { LiveSource } from '../../../demo/origin/live/live-source.ts';
import { isErrorResponse, type LiveRules, LiveTitle } from '../../../demo/origin/live/live-title.ts';
import { type LoopSource, openLoop } from '../../../demo/origin/live/loop-source.ts';
import type { Part, Resource } from '../../../demo/origin/resource.ts';
import { routeOf } from '../../../demo/origin/route.ts';
import { ticks } from '../../../src/base/time.ts';
import type { TickSpan } from '../../../src/transmux/smooth-boxes.ts';
import { BEGINNING, type VirtualTime } from '../virtual-time.ts';
import { makeUp, type Shape } from './made-up.ts';

const SAMPLE = join(import.meta.dirname, '../../../demo/sample/sample.ism');
const NO_MEDIA: FragmentBytes = {
  kind: 'video',
  moof: Buffer.alloc(8),
  mdatHeader: Buffer.alloc(8),
  payload: [],
  payloadAt: 16,
};

export interface OnAirOptions {
  readonly epoch?: Epoch;
  readonly windowSeconds?: number;
  readonly lookAhead?: number;
  readonly history?: number;
  readonly earlyStatus?: 404 | 412;
  /** Another title than the sample: how its streams are cut. It has no media. */
  readonly shapes?: readonly Shape[];
  /** Names of the streams whose fragments tell of those that follow; default: all. */
  readonly tells?: readonly string[];
  /** Attributes of the manifest's root, in the place of the true ones; `undefined`: left out. */
  readonly claims?: Readonly<Record<string, string | undefined>>;
  /** A cache hands the manifest out for so many seconds before it asks for another. */
  readonly cachedFor?: number;
  /** What that cache says: how old its manifest is, and for how long it may be kept. */
  readonly says?: readonly ('age' | 'max-age')[];
  /** The first manifest is so many seconds old. */
  readonly firstAge?: number;
  /** A fragment is available so many seconds after it was listed or announced. */
  readonly lagSeconds?: number;
}

/** The origin's live channel in virtual time. It answers as the origin does, without media unless asked for it. */
export class OnAir {
  readonly #time: VirtualTime;
  readonly #loop: LoopSource;
  readonly #rules: LiveRules;
  readonly #options: OnAirOptions;
  #encoder: Encoder;
  readonly #clock: LiveClock;
  #title: LiveTitle;
  #bare: LiveTitle;
  #told: readonly ManifestChunk[] = [];
  /** Answers by status. */
  readonly statuses = new Map<number, number>();
  manifests = 0;
  /** Milliseconds that the clock is behind for what is answered now. */
  #lag = 0;
  #cached: { readonly at: number; readonly bytes: Buffer } | undefined;
  /** Addresses that no fragment ever had or will have. */
  readonly wrong: string[] = [];

  static async open(time: VirtualTime, options: OnAirOptions = {}): Promise<OnAir> {
    const { shapes } = options;
    return new OnAir(time, shapes ? await makeUp(shapes) : await openLoop(SAMPLE), options);
  }

  private constructor(time: VirtualTime, loop: LoopSource, options: OnAirOptions) {
    const { epoch = 'zero', windowSeconds = 60, lookAhead = 2, earlyStatus = 412 } = options;
    this.#time = time;
    this.#options = options;
    this.#clock = new LiveClock(() => BEGINNING + time.world - this.#lag);
    const { history = (windowSeconds || 60) + 10 } = options;
    const startedAt = Math.round(this.#clock.now() - history * 1000);
    this.#encoder = new Encoder(startedAt, mediaTime(epoch, startedAt));
    this.#loop = loop;
    this.#rules = { lookAhead, windowSeconds, earlyStatus, goneStatus: 410, rate: () => 1 };
    [this.#title, this.#bare] = this.#titles();
  }

  /** With media, and without. */
  #titles(): [LiveTitle, LiveTitle] {
    const source = generate(this.#loop, this.#encoder, this.#clock);
    return [new LiveTitle(source, this.#rules), new LiveTitle(this.#withoutMedia(source), this.#rules)];
  }

  /** Where the encoder is, in seconds on the channel's clock. */
  get now(): number {
    return this.#clock.now() / 1000;
  }

  /** Seconds since 1970. */
  get startedAt(): number {
    return this.#firstTake.from / 1000;
  }

  /** What the media's times began with then, in 100 ns. */
  get mediaStart(): bigint {
    return this.#firstTake.mediaStart;
  }

  get #firstTake(): Take {
    const [first] = this.#encoder.takes;
    if (!first) throw new Error('an encoder has run at least once');
    return first;
  }

  /** The encoder restarts, on a clock that is so many seconds behind. */
  goBack(seconds: number): void {
    const { from, mediaStart } = this.#firstTake;
    const now = Math.round(this.#clock.now());
    const start = mediaStart + BigInt(now - from) * 10_000n - BigInt(seconds * 1e7);
    this.#encoder = new Encoder(now, start);
    [this.#title, this.#bare] = this.#titles();
  }

  /** The encoder stands, and goes on from where it stood: its times don't know of it. */
  freeze(isFrozen: boolean): void {
    this.#clock.rate = isFrozen ? 0 : 1;
  }

  apply(fault: LiveFault): void {
    this.#encoder.apply(fault, this.#clock.now());
  }

  manifest(): Buffer {
    this.manifests += 1;
    const { cachedFor = 0, firstAge = 0 } = this.#options;
    if (!this.#cached || this.#time.now - this.#cached.at >= cachedFor * 1000) {
      this.#lag = this.#cached ? 0 : firstAge * 1000;
      this.#cached = { at: this.#time.now - this.#lag, bytes: this.#written() };
      this.#lag = 0;
    }
    return this.#cached.bytes;
  }

  /** The headers of the manifest that was handed out last. */
  get answer(): Headers {
    const { cachedFor = 0, says = [] } = this.#options;
    const age = Math.floor((this.#time.now - (this.#cached?.at ?? this.#time.now)) / 1000);
    return new Headers({
      ...(says.includes('age') && { Age: String(age) }),
      ...(says.includes('max-age') && { 'Cache-Control': `public, max-age=${cachedFor}` }),
    });
  }

  #written(): Buffer {
    const { claims = {} } = this.#options;
    let text = bytesOf(this.#title.manifest()).toString();
    for (const [name, value] of Object.entries(claims)) {
      text = text
        .replace(new RegExp(`(<SmoothStreamingMedia[^>]*?) ${name}="[^"]*"`), '$1')
        .replace('<SmoothStreamingMedia', (root) =>
          value === undefined ? root : `${root} ${name}="${value}"`,
        );
    }
    return Buffer.from(text);
  }

  /** The status of a fragment by now, and what it announces. */
  async ask(url: string): Promise<{ readonly status: number; readonly next: readonly TickSpan[] }> {
    const route = this.#routeOf(url);
    const { tells, lagSeconds = 0 } = this.#options;
    this.#lag = lagSeconds * 1000;
    const asking = this.#bare.fragment(route);
    this.#lag = 0;
    const found = await asking;
    const status = isErrorResponse(found) ? found.status : 200;
    this.#count(url, status);
    const next = this.#told.map((one) => ({ start: ticks(one.time), duration: ticks(one.duration) }));
    return { status, next: status === 200 && (tells?.includes(route.stream) ?? true) ? next : [] };
  }

  /** The same as the platform's, for what needs the bytes. */
  readonly fetch: typeof fetch = async (input) => {
    const url = input instanceof Request ? input.url : String(input);
    // A stream that tells of nothing does not do so by its fragments' heads either.
    if (this.#options.tells?.includes(this.#routeOf(url).stream) === false) {
      return new Response(null, { status: 404 });
    }
    const found = await this.#time.outside(this.#title.fragment(this.#routeOf(url)));
    const status = isErrorResponse(found) ? found.status : 200;
    this.#count(url, status);
    const response = new Response(isErrorResponse(found) ? null : bytesOf(found), { status });
    Object.defineProperty(response, 'url', { value: url });
    return response;
  };

  #count(url: string, status: number): void {
    this.statuses.set(status, (this.statuses.get(status) ?? 0) + 1);
    if (status === 404 && this.wrong.length < 20) this.wrong.push(url);
  }

  #routeOf(url: string) {
    const route = routeOf(decodeURIComponent(new URL(url).pathname));
    if (route?.type !== 'fragment') throw new Error(`${url} is no fragment's`);
    return route;
  }

  #withoutMedia(source: LiveSource): LiveSource {
    const streams = source.streams.map((stream) => ({
      name: stream.name,
      timescale: stream.timescale,
      attributes: stream.attributes,
      levels: stream.levels,
      from: stream.from.bind(stream),
      newest: stream.newest.bind(stream),
      isToCome: stream.isToCome.bind(stream),
      bytes: async (_: unknown, next: readonly ManifestChunk[]) => {
        this.#told = next;
        return NO_MEDIA;
      },
    }));
    return {
      streams,
      protection: source.protection,
      keepsAll: false,
      get isEnded() {
        return source.isEnded;
      },
    };
  }
}

const bytesOf = ({ parts }: Resource) => Buffer.concat(parts.map(read));

function read(part: Part): Buffer {
  return Buffer.isBuffer(part)
    ? part
    : readFileSync(part.path).subarray(part.offset, part.offset + part.length);
}
