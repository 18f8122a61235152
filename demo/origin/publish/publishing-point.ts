import { mkdir } from 'node:fs/promises';
import type { FragmentRoute } from '../live/live-source.ts';
import { type LiveRules, LiveTitle, type Refusal } from '../live/live-title.ts';
import type { Resource } from '../resource.ts';
import { announcedTracks, isServerManifest } from './announced-track.ts';
import { type ArrivedBox, boxesOf } from './box-stream.ts';
import { LiveEvent } from './live-event.ts';
import { fromZero, pushedFragment } from './pushed-fragment.ts';

/** A live title that encoders push. */
export interface PublishingPointOptions {
  /** Where it is served, such as `/live/event.isml`; encoders post to `Streams(…)` below it. */
  readonly path: string;
  /** Folder that events are kept in, each a presentation of its own; made where it isn't there. */
  readonly archive: string;
  /** Seconds that can be sought back while it is live; 0: all since it began. Default 0. */
  readonly windowSeconds?: number;
  /** Fragments that each fragment tells of. Default 2. */
  readonly lookAhead?: number;
  /** Status of a fragment that may not be sent yet. Default 412. */
  readonly earlyStatus?: 404 | 412;
  /** Status of a fragment behind the window. Default 410. */
  readonly goneStatus?: 404 | 410;
}

export interface PointState {
  readonly path: string;
  /** `idle` until the first encoder comes; `stopped` while none is there. */
  readonly state: 'idle' | 'running' | 'stopped' | 'ended';
  /** Of the event, in the archive. */
  readonly presentation: string | undefined;
  readonly streams: readonly {
    readonly name: string;
    readonly newest: string | undefined;
    readonly duration: string | undefined;
  }[];
}

/** Where encoders bring an event to, and clients have it from. One event at a time: a later one takes its place. */
export class PublishingPoint {
  readonly path: string;
  readonly #options: PublishingPointOptions;
  readonly #rules: LiveRules;
  #event: LiveEvent | undefined;
  #title: LiveTitle | undefined;
  #events = 0;
  readonly #receiving = new Set<Promise<void>>();
  #finding: Promise<unknown> = Promise.resolve();

  constructor(options: PublishingPointOptions) {
    const { path, windowSeconds = 0, lookAhead = 2, earlyStatus = 412, goneStatus = 410 } = options;
    this.path = path;
    this.#options = options;
    this.#rules = { lookAhead, windowSeconds, earlyStatus, goneStatus, rate: () => 1 };
  }

  /** `undefined` until every stream has something to send. */
  async manifest(): Promise<Resource | undefined> {
    return this.#event?.hasBegun(this.#rules.lookAhead) ? this.#title?.manifest() : undefined;
  }

  async fragment(route: FragmentRoute): Promise<Resource | Refusal | undefined> {
    return this.#title?.fragment(route);
  }

  async state(): Promise<PointState> {
    const event = this.#event;
    return {
      path: this.path,
      state: event?.state ?? 'idle',
      presentation: event?.presentation,
      streams: (event?.streams ?? []).map((stream) => {
        const [newest] = stream.newest(1);
        return { name: stream.name, newest: newest?.time.toString(), duration: newest?.duration.toString() };
      }),
    };
  }

  /** Ends the event though its encoders didn't say so. */
  async end(): Promise<void> {
    await this.#event?.end();
  }

  /** Closes the files of an event that goes on, without an index, when what has come is written. */
  async close(): Promise<void> {
    await Promise.allSettled(this.#receiving);
    await this.#event?.close();
  }

  /**
   * Takes in what one encoder sends, until it ends. Throws, with a sentence, at what isn't a push; what came before
   * stays.
   */
  receive(body: AsyncIterable<Buffer>): Promise<void> {
    const received = this.#receive(body).finally(() => this.#receiving.delete(received));
    this.#receiving.add(received);
    return received;
  }

  async #receive(body: AsyncIterable<Buffer>): Promise<void> {
    let ftyp: ArrivedBox | undefined;
    let manifest: ArrivedBox | undefined;
    let moof: ArrivedBox | undefined;
    let push: ReturnType<LiveEvent['open']> | undefined;
    try {
      for await (const box of boxesOf(body)) {
        if (box.type === 'ftyp') ftyp = box;
        else if (isServerManifest(box)) manifest = box;
        else if (box.type === 'moov') {
          if (!manifest) throw new Error('No live server manifest came before the moov.');
          const tracks = announcedTracks(manifest, box);
          push?.close();
          const event = await this.#eventFor();
          push = event.open(tracks, Buffer.concat([ftyp?.bytes ?? Buffer.of(), box.bytes]));
        } else if (box.type === 'moof') moof = box;
        else if (box.type === 'mdat' && moof) {
          if (!push) throw new Error('A fragment came before the moov.');
          const { kindOf, endOf } = push;
          const fragment = fromZero(pushedFragment(moof, box, kindOf, endOf));
          moof = undefined;
          if (fragment && push.isAnew(fragment)) push = push.moveTo(await this.#begin());
          if (fragment) await push.take(fragment);
        } else if (box.type === 'mfra') await push?.end();
      }
    } finally {
      push?.close();
    }
  }

  /** The event that is on, or a new one where the last is over. */
  #eventFor(): Promise<LiveEvent> {
    // One after another: several encoders begin at once.
    const found = this.#finding.then(() =>
      this.#event && this.#event.state !== 'ended' ? this.#event : this.#begin(),
    );
    this.#finding = found.catch(() => undefined);
    return found;
  }

  async #begin(): Promise<LiveEvent> {
    await this.#event?.end();
    const { archive, path } = this.#options;
    await mkdir(archive, { recursive: true });
    this.#events += 1;
    const stamp = new Date().toISOString().slice(0, 19).replace(/[-:]/g, '');
    const name = `${path
      .split('/')
      .at(-1)
      ?.replace(/\.isml$/i, '')}-${stamp}-${this.#events}`;
    const event = new LiveEvent(archive, name);
    this.#event = event;
    this.#title = new LiveTitle(event, this.#rules);
    return event;
  }
}
