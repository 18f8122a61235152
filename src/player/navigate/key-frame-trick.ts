import { childController } from '../../base/async.ts';
import { seconds } from '../../base/time.ts';
import type { QualityLevel } from '../../manifest/presentation.ts';
import { bitmapOf } from './draw-picture.ts';
import type { KeyFrameSource } from './key-frame-source.ts';
import type { NavigationPorts } from './navigation-ports.ts';
import type { PictureCover } from './picture-cover.ts';
import { INTO_FRAME, TrickClock, type TrickMode, type TrickReport } from './trick-mode.ts';
import { nextKeyFrame, planTrick, type TrickChoice } from './trick-plan.ts';

const PLAN_EVERY_MS = 1000;
/** Minimum size for an element without layout. */
const FEWEST_LINES = 144;
/** Seconds from a request to its picture, before one arrived. */
const FIRST_LEAD = 0.15;
const MOST_LEAD = 2;
/** Consecutive late pictures before less is requested. */
const LATE_BEFORE_LEAD = 2;
const LATE_BEFORE_CAUTION = 4;
/** After this many unavailable ones, without any available one, trick play by key frames fails. */
const MOST_MISSING = 3;

/** The source of key frames, and where they are shown. */
export interface KeyFrameStage {
  readonly media: HTMLMediaElement;
  readonly source: KeyFrameSource;
  /** Those that a page can decode here, ascending. */
  readonly levels: readonly QualityLevel[];
  readonly cover: PictureCover;
  readonly ports: NavigationPorts;
  readonly report: TrickReport;
}

interface Still {
  readonly time: number;
  readonly image: ImageBitmap;
}

/** Shows key frames on a canvas over the video, as the clock passes them. */
export class KeyFrameTrick implements TrickMode {
  readonly #stage: KeyFrameStage;
  readonly #controller: ReturnType<typeof childController>;
  readonly #clock: TrickClock;
  readonly #stills = new Map<number, Still>();
  readonly #requested = new Set<number>();
  /** Key frames that are unavailable. */
  readonly #missing = new Set<number>();
  #shown: number | undefined;
  #lead = FIRST_LEAD;
  #late = 0;
  #caution = { levels: 0, stride: 0 };
  #choice: TrickChoice | undefined;
  #plannedAt = Number.NEGATIVE_INFINITY;
  readonly #begunAt = performance.now();
  #frame: number | undefined;

  constructor(stage: KeyFrameStage, from: number, rate: number, signal: AbortSignal) {
    this.#stage = stage;
    this.#controller = childController(signal);
    this.#clock = new TrickClock(stage.media, from, rate);
    const own = this.#controller.signal;
    own.addEventListener('abort', () => this.#end(), { once: true });
    document.addEventListener('visibilitychange', this.#visibilityChanged, { signal: own });
    this.#frame = requestAnimationFrame(this.#tick);
  }

  get position(): number {
    return this.#clock.position;
  }

  setRate(rate: number): void {
    const turns = Math.sign(rate) !== Math.sign(this.#clock.rate);
    this.#clock.setRate(rate);
    this.#plannedAt = Number.NEGATIVE_INFINITY;
    if (turns) this.#forget();
  }

  async stop(at = this.#shown ?? this.#clock.position): Promise<void> {
    this.#stage.media.currentTime = at + INTO_FRAME;
    await this.release();
  }

  async release(): Promise<void> {
    this.#controller.abort();
    this.#controller.dispose();
    await this.#stage.cover.uncover(this.#stage.media);
  }

  /** Lines that are worth decoding. A hidden canvas has no size; the element under it has. */
  get #lines(): number {
    const density = Math.min(2, globalThis.devicePixelRatio || 1);
    return Math.max(FEWEST_LINES, Math.round(this.#stage.media.clientHeight * density));
  }

  #visibilityChanged = () => {
    if (document.hidden) this.#clock.pause();
    else this.#clock.resume();
  };

  #tick = () => {
    this.#frame = requestAnimationFrame(this.#tick);
    const now = performance.now();
    this.#show();
    if (now - this.#plannedAt > PLAN_EVERY_MS) this.#plan(now);
    this.#request();
    this.#stage.report.moved();
    const { edge } = this.#clock;
    if (edge) this.#stage.report.atEdge(edge);
  };

  /** The furthest picture that the clock has passed; never against the direction. */
  #show(): void {
    const { position, rate } = this.#clock;
    const isPassed = ({ time }: Still) => (rate > 0 ? time <= position : time >= position);
    const passed = [...this.#stills].filter(([, still]) => isPassed(still));
    const [newest] = passed.toSorted(([, a], [, b]) => (rate > 0 ? b.time - a.time : a.time - b.time));
    if (newest) {
      this.#stage.cover.show(newest[1].image);
      this.#shown = newest[1].time;
    }
    for (const [index, still] of passed) this.#drop(index, still);
  }

  #plan(now: number): void {
    this.#plannedAt = now;
    const { stream, timeline } = this.#stage.source;
    const chunk = timeline?.chunkAt(seconds(this.position)) ?? stream?.chunks.at(stream.chunks.length - 1);
    const distance = chunk && timeline ? Math.max(0.1, timeline.endOf(chunk) - timeline.startOf(chunk)) : 2;
    this.#choice = planTrick({
      rate: this.#clock.rate,
      distance,
      levels: this.#stage.levels.map((level) => ({
        lines: level.height ?? 0,
        bytes: this.#stage.source.headBytes(level, distance),
      })),
      estimate: this.#stage.ports.playback().estimate,
      shownLines: this.#lines,
      isCalm: matchMedia('(prefers-reduced-motion: reduce)').matches,
      isBeginning: now - this.#begunAt < PLAN_EVERY_MS,
      caution: this.#caution,
    });
  }

  #request(): void {
    const choice = this.#choice;
    const level = choice && this.#stage.levels[choice.level];
    if (!choice || !level) return;
    for (;;) {
      const index = nextKeyFrame({
        position: this.position,
        rate: this.#clock.rate,
        lead: this.#lead,
        stride: choice.stride,
        requests: this.#requested.size,
        ahead: this.#ahead,
        timeOf: (at) => this.#stage.source.placeOf(at)?.start,
        indexAt: (time) => this.#stage.source.indexAt(time),
      });
      if (index === undefined) return;
      void this.#fetch(index, level).catch(() => {}); // given up
    }
  }

  /** Available, requested or unavailable key frames ahead of the clock. */
  get #ahead(): ReadonlySet<number> {
    const { position, rate } = this.#clock;
    const known = [...this.#stills.keys(), ...this.#requested, ...this.#missing];
    const isBeyond = (index: number) =>
      ((this.#stage.source.placeOf(index)?.start ?? position) - position) * Math.sign(rate) > 0;
    return new Set(known.filter(isBeyond));
  }

  async #fetch(index: number, level: QualityLevel): Promise<void> {
    const place = this.#stage.source.placeOf(index);
    if (!place) return;
    const askedAt = performance.now();
    const { rate } = this.#clock;
    this.#requested.add(index);
    try {
      const frame = await this.#stage.source.loadFrame(place, level, this.#controller.signal);
      if (!frame) {
        this.#missing.add(index);
        if (this.#shown === undefined && this.#missing.size >= MOST_MISSING) this.#stage.report.failed();
        return;
      }
      const width = Math.min(frame.displayWidth, Math.round((this.#lines * 16) / 9));
      const image = bitmapOf(frame, this.#stage.source.stream?.displaySize, { width });
      if (this.#controller.signal.aborted || Math.sign(rate) !== Math.sign(this.#clock.rate)) image.close();
      else this.#arrived(index, { time: place.start, image }, askedAt);
    } finally {
      this.#requested.delete(index);
    }
  }

  #arrived(index: number, still: Still, askedAt: number): void {
    const took = (performance.now() - askedAt) / 1000;
    this.#lead = Math.min(MOST_LEAD, 0.7 * this.#lead + 0.3 * 1.2 * took);
    const { position, rate } = this.#clock;
    const direction = Math.sign(rate);
    this.#late = direction * (position - still.time) > Math.abs(rate) / 8 ? this.#late + 1 : 0;
    if (this.#late === LATE_BEFORE_LEAD) this.#lead = Math.min(MOST_LEAD, 1.25 * this.#lead);
    if (this.#late >= LATE_BEFORE_CAUTION) this.#becomeCautious();
    const isBehind = this.#shown !== undefined && direction * (still.time - this.#shown) <= 0;
    if (isBehind) still.image.close();
    else this.#stills.set(index, still);
  }

  #becomeCautious(): void {
    this.#late = 0;
    const isLowest = (this.#choice?.level ?? 0) === 0;
    const { levels, stride } = this.#caution;
    this.#caution = isLowest ? { levels, stride: stride + 1 } : { levels: levels + 1, stride };
    this.#plannedAt = Number.NEGATIVE_INFINITY;
  }

  #forget(): void {
    for (const [index, still] of this.#stills) this.#drop(index, still);
    this.#missing.clear();
    this.#shown = undefined;
  }

  #drop(index: number, { image }: Still): void {
    this.#stills.delete(index);
    image.close();
  }

  #end(): void {
    if (this.#frame !== undefined) cancelAnimationFrame(this.#frame);
    this.#forget();
  }
}
