import { setImmediate } from 'node:timers/promises';
import type { Presentation } from '../../../src/manifest/presentation.ts';
import { FakeMediaSource, objectUrls } from '../browser/media-source.ts';
import { FakeSourceBuffer } from '../browser/source-buffer.ts';
import { Viewing } from './viewing.ts';

/** Of the title, in seconds. */
const LENGTH = 12;
const TITLE = 'http://origin.example/title.ism/Manifest';
const OTHER_TITLE = 'http://origin.example/other.ism/Manifest';
/** Milliseconds within which `destroy` resolves, and everything is at rest. */
const DESTROYED_MS = 50;
const AT_REST_MS = 100;
/** Seconds in which a title that goes on has come to its end, however often it was requested. */
const PATIENCE = 60;

/** What a viewer does, at seconds of the session: a seek to what is not buffered, and another quality from there on. */
const ACTIONS: readonly { readonly at: number; readonly run: (viewing: Viewing) => void }[] = [
  { at: 0, run: ({ video }) => void video.play() },
  { at: 1.5, run: ({ video }) => void Object.assign(video, { currentTime: 7 }) },
  { at: 2.5, run: ({ player }) => player.setQuality('480p') },
];

const EVENTS = [
  'loaded',
  'qualitychange',
  'qualityloading',
  'trackschange',
  'trackchange',
  'fragmentload',
  'stall',
  'recover',
  'ended',
  'error',
  'warning',
] as const;

const lowest = <Level>({ levels }: { readonly levels: readonly Level[] }) => ({
  level: levels[0] as Level,
  reason: 'lowest',
});

/** A place in a session. */
export interface Edge {
  /** The n-th timer that fires, from 1 on: answers, pieces of bodies, appends and all other waits end with one. */
  readonly timer: number;
  /** 0: before what the timer sets off; otherwise after so many of the promises that it settles. */
  readonly promises: number;
}

/** A session from `load` to its end in virtual time, in which something happens at one asynchronous edge. */
export class Interruption {
  readonly viewing = new Viewing(1, LENGTH, {
    buffer: { ahead: 3, behind: 2 },
    heuristics: { choose: lowest },
  });
  /** How many timers have fired. */
  timers = 0;
  /** Appends and removals so far. */
  operations = 0;
  /** Events that the player has told. */
  told = 0;
  onTold: () => void = () => {};
  onOperation: (buffer: FakeSourceBuffer) => void = () => {};
  readonly #faults: string[] = [];
  readonly #loading: Promise<string>;
  #hasHappened = false;
  #atDestroy: { readonly requests: number; readonly told: number } | undefined;
  #tookMs: number | undefined;

  constructor() {
    this.viewing.network.bitsPerSecond = 4_000_000;
    for (const type of EVENTS) {
      this.viewing.player.addEventListener(type, () => {
        this.told += 1;
        this.onTold();
      });
    }
    this.#loading = this.viewing.player.load(TITLE).then(
      () => 'loaded',
      (error: Error) => error.name,
    );
  }

  /** Plays until `act` was called at the edge or, without one, to the end of the title. */
  async play(edge?: Edge, act: (viewing: Viewing) => void = () => {}): Promise<void> {
    const { time } = this.viewing;
    const happen = () => {
      this.#hasHappened = true;
      act(this.viewing);
    };
    FakeSourceBuffer.onOperation = (buffer) => {
      this.operations += 1;
      this.onOperation(buffer);
    };
    time.onDue = (run) => {
      this.timers += 1;
      const isHere = this.timers === edge?.timer;
      if (isHere && edge.promises === 0) happen();
      run();
      if (isHere && edge.promises > 0) void afterPromises(edge.promises).then(happen);
    };
    const startedAt = time.now;
    for (const { at, run } of ACTIONS) {
      await this.#passTo(startedAt + at * 1000);
      if (this.#hasHappened) return;
      run(this.viewing);
    }
    await this.playOn();
  }

  /** Goes on until the title has ended or failed. */
  async playOn(): Promise<void> {
    this.#hasHappened = false;
    await this.#passTo(this.viewing.time.now + PATIENCE * 1000);
  }

  async #passTo(until: number): Promise<void> {
    const { time, video, player } = this.viewing;
    const isOver = () => this.#hasHappened || video.ended || player.state === 'failed';
    while (time.now < until && !isOver()) await time.pass(0.05);
  }

  /** The title is played to its end, or one error says why not. */
  expectOutcome(): void {
    const { video, player, codes } = { ...this.viewing, codes: this.viewing.codes('error') };
    if (player.state === 'failed' ? codes.length === 1 : video.ended && codes.length === 0) return;
    this.#faults.push(`${player.state} at ${video.currentTime}, errors: ${codes.join() || 'none'}`);
  }

  destroy(): void {
    const { time, network, player } = this.viewing;
    const at = time.now;
    this.#atDestroy ??= { requests: network.seen.length, told: this.told };
    void player.destroy().then(() => {
      this.#tookMs ??= time.now - at;
    });
  }

  /** Destroyed by now, nothing runs or is told any more, and nothing is kept. */
  async expectRest(): Promise<void> {
    this.destroy();
    const { time, video, network, player } = this.viewing;
    await time.pass(AT_REST_MS / 1000);
    const { timers } = time;
    await time.pass(5);
    await player.destroy();
    this.#expect({
      'destroy resolves in time': this.#tookMs !== undefined && this.#tookMs <= DESTROYED_MS,
      [`no timer is set, but ${timers}`]: timers === 0,
      'nothing is asked for': network.seen.length === this.#atDestroy?.requests,
      'nothing is told': this.told === this.#atDestroy?.told,
      'the element has no source': video.src === '',
      'no object URL is kept': objectUrls.size === 0,
      'it is destroyed': player.state === 'destroyed',
      'the load is settled': ['loaded', 'AbortError', 'SmoothError'].includes(await this.#loading),
    });
  }

  /** Another title plays to its end; `loading`: where it is being loaded. */
  async expectPlays(loading = this.loadOther()): Promise<void> {
    const { time, video, player } = this.viewing;
    const failures = this.viewing.codes('error').length;
    let problem: string | undefined;
    loading.catch((error: Error) => {
      problem = error.message;
    });
    void video.play();
    // The title before may have ended.
    await time.pass(0.5);
    for (let tick = 0; tick < 20 && !video.ended; tick += 1) await time.pass(0.5);
    const open = FakeMediaSource.all.filter(({ readyState }) => readyState !== 'closed');
    this.#expect({
      [`it is loaded, but ${problem}`]: problem === undefined,
      [`it ends, but stands at ${video.currentTime} and is ${player.state}`]: video.ended,
      'nothing fails': this.viewing.codes('error').length === failures,
      [`one media source is open, not ${open.length}`]: open.length === 1,
      'the first load is settled': (await this.#loading) !== '',
    });
  }

  /** Loads another title, near its end. */
  loadOther(): Promise<Presentation> {
    return this.viewing.player.load(OTHER_TITLE, { startTime: LENGTH - 3 });
  }

  #expect(conditions: Readonly<Record<string, boolean>>): void {
    for (const [condition, holds] of Object.entries(conditions))
      if (!holds) this.#faults.push(`not so: ${condition}`);
  }

  /** Ends the session; gives all that was wrong. */
  async end(): Promise<readonly string[]> {
    // Rejections that nobody handles are told once all that is under way is done.
    await setImmediate();
    for (const error of this.viewing.uncaught) this.#faults.push(`uncaught: ${String(error)}`);
    await this.viewing.close();
    FakeSourceBuffer.onOperation = () => {};
    return this.#faults;
  }
}

async function afterPromises(count: number): Promise<void> {
  for (let step = 1; step < count; step += 1) await undefined;
}
