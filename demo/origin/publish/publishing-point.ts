import type { FragmentRoute } from '../live/live-source.ts';
import { type ErrorResponse, type LiveRules, LiveTitle } from '../live/live-title.ts';
import type { Resource } from '../resource.ts';
import type { ByteBudget } from '../service/byte-budget.ts';
import { type AnnouncedTrack, announcedTracks, isServerManifest } from './announced-track.ts';
import type { ArchiveFolder } from './archive-folder.ts';
import { type ArrivedBox, boxesOf } from './box-stream.ts';
import { EncoderConnection } from './encoder-connection.ts';
import { type EventIdentity, identify } from './event-name.ts';
import { readEventRecords } from './event-record.ts';
import { hasEvent, LiveEvent } from './live-event.ts';
import type { Peer } from './peer-client.ts';
import type { PeerRequest } from './peer-request.ts';
import { type PeerEvent, writePeerState } from './peer-state.ts';
import { PointPeers } from './point-peers.ts';
import { fromZero, type PushedFragment, pushedFragment } from './pushed-fragment.ts';

/** A live title pushed by encoders. */
export interface PublishingPointOptions {
  /** The URL path, such as `/live/event.isml`; encoders post to `Streams(…)` below it. */
  readonly path: string;
  /** Folder of events, each of which is a title; created if necessary. */
  readonly archive: string;
  /** Length of the DVR window while it is live, in seconds; 0: everything since the beginning. Default 0. */
  readonly windowSeconds?: number;
  /** How many following fragments each fragment announces. Default 2. */
  readonly lookAhead?: number;
  /** Status of a fragment that is not available yet. Default 412. */
  readonly earlyStatus?: 404 | 412;
  /** Status of a fragment before the window. Default 410. */
  readonly goneStatus?: 404 | 410;
  /** Encoders must send one of them; none: everybody may push. */
  readonly tokens?: readonly string[];
  /** Quota of the archive's folder. Fragments beyond it are served from memory and not archived. Default: none. */
  readonly maxArchiveBytes?: number;
  /** Memory for fragments that can't be archived, in bytes. Default 256 MiB. */
  readonly memoryBytes?: number;
  /** Whether each fragment must be synced to disk before it is served, against power failures. Default true. */
  readonly sync?: boolean;
  /** Other origins that receive the same push: missing fragments are fetched from them. */
  readonly peers?: readonly Peer[];
}

export interface PointState {
  readonly path: string;
  /** `idle` until the first encoder connects; `stopped` while none is connected. */
  readonly state: 'idle' | 'running' | 'stopped' | 'ended';
  /** The event's title in the archive. */
  readonly presentation: string | undefined;
  readonly streams: readonly {
    readonly name: string;
    readonly newest: string | undefined;
    readonly duration: string | undefined;
  }[];
}

/** Statistics of a publishing point. */
export interface PointFigures {
  readonly pushes: number;
  readonly bytes: number;
  readonly fragments: number;
  readonly duplicates: number;
  readonly fromPeers: number;
  readonly edgeSeconds: number | undefined;
  readonly lastArrivalSeconds: number | undefined;
  readonly archiveBytes: number;
  readonly hasFailed: boolean;
  readonly syncSeconds: number;
  readonly syncs: number;
}

const MEMORY_BYTES = 256 * 1024 * 1024;

/** Until an origin that was down has what the others have, they serve viewers better. */
const FILLING: ErrorResponse = {
  status: 503,
  sentence: 'The event is being completed from another origin.',
  headers: { 'Retry-After': '1', 'Cache-Control': 'no-store' },
};

/** For other origins only. */
const BARE = { contentType: 'application/octet-stream', cacheControl: 'no-store', etag: 'archive' } as const;

const jsonResource = (text: string): Resource => ({
  ...BARE,
  contentType: 'application/json',
  parts: [Buffer.from(text)],
});

/** Receives an event from encoders, and serves it to clients. One event at a time: a later one replaces it. */
export class PublishingPoint {
  readonly path: string;
  readonly tokens: readonly string[];
  readonly #options: PublishingPointOptions;
  readonly #folder: ArchiveFolder;
  readonly #budget: ByteBudget;
  readonly #rules: LiveRules;
  #event: LiveEvent | undefined;
  #title: LiveTitle | undefined;
  readonly #peers: PointPeers;
  #archived: Promise<void> | undefined;
  #recovered: Promise<void> | undefined;
  readonly #receiving = new Set<Promise<void>>();
  readonly #stopping = new AbortController();
  #finding: Promise<unknown> = Promise.resolve();
  #figures = { bytes: 0, fragments: 0, duplicates: 0, lastArrivalSeconds: undefined as number | undefined };

  /** Points with the same folder share it; `budget` is shared by all points of an origin. */
  constructor(options: PublishingPointOptions, folder: ArchiveFolder, budget: ByteBudget) {
    const { path, windowSeconds = 0, lookAhead = 2, peers = [] } = options;
    // A proxy in front of several origins asks the next one only after a 404.
    const hasPeers = peers.length > 0;
    const { earlyStatus = hasPeers ? 404 : 412, goneStatus = hasPeers ? 404 : 410 } = options;
    this.path = path;
    this.tokens = options.tokens ?? [];
    this.#options = options;
    this.#folder = folder;
    this.#budget = budget;
    this.#rules = { lookAhead, windowSeconds, earlyStatus, goneStatus, rate: () => 1 };
    this.#peers = new PointPeers(peers, {
      event: () => this.#event,
      join: (theirs) => this.#join(theirs),
      stopping: this.#stopping.signal,
    });
  }

  /** `undefined` until every stream has something to send. */
  async manifest(): Promise<Resource | ErrorResponse | undefined> {
    await this.recover();
    if (!this.#peers.isReady) return FILLING;
    return this.#event?.hasBegun(this.#rules.lookAhead) ? this.#title?.manifest() : undefined;
  }

  async fragment(route: FragmentRoute): Promise<Resource | ErrorResponse | undefined> {
    await this.recover();
    return this.#peers.isReady ? this.#title?.fragment(route) : FILLING;
  }

  /** The source for other formats; `undefined` until every stream has something to send. */
  async title(): Promise<LiveTitle | ErrorResponse | undefined> {
    await this.recover();
    if (!this.#peers.isReady) return FILLING;
    return this.#event?.hasBegun(this.#rules.lookAhead) ? this.#title : undefined;
  }

  async state(): Promise<PointState> {
    await this.recover();
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

  health(): {
    readonly path: string;
    readonly isReady: boolean;
    readonly state: string;
    readonly problem?: string;
  } {
    const { path } = this;
    const problem = this.#event?.problem;
    const state = this.#event?.state ?? 'idle';
    return { path, isReady: this.#peers.isReady, state, ...(problem !== undefined && { problem }) };
  }

  /** Number of encoders that are pushing. */
  get pushes(): number {
    return this.#receiving.size;
  }

  figures(): PointFigures {
    const { syncs, problem } = this.#event ?? {};
    const edges = (this.#event?.streams ?? []).flatMap((stream) => {
      const [newest] = stream.newest(1);
      return newest ? [Number(newest.time + newest.duration) / Number(stream.timescale)] : [];
    });
    return {
      ...this.#figures,
      pushes: this.pushes,
      fromPeers: this.#peers.filled,
      edgeSeconds: edges.length > 0 ? Math.max(...edges) : undefined,
      archiveBytes: this.#folder.bytes,
      hasFailed: problem !== undefined,
      syncSeconds: syncs?.seconds ?? 0,
      syncs: syncs?.count ?? 0,
    };
  }

  /** Ends the event without its encoders. */
  async end(): Promise<void> {
    await this.recover();
    await this.#event?.end();
  }

  /** Ends pushes, as if their connections had broken, and closes the files after pending writes. */
  async close(): Promise<void> {
    this.#stopping.abort();
    await Promise.allSettled(this.#receiving);
    await this.#event?.close();
  }

  /** Whether the point accepts nothing more. */
  get isStopping(): boolean {
    return this.#stopping.signal.aborted;
  }

  /** Aborted when the point accepts nothing more. */
  get stopping(): AbortSignal {
    return this.#stopping.signal;
  }

  /** Receives a push until it ends. Throws, with a sentence, if it isn't valid; what arrived before stays. */
  receive(body: AsyncIterable<Buffer>): Promise<void> {
    const received = this.#receive(body).finally(() => this.#receiving.delete(received));
    this.#receiving.add(received);
    return received;
  }

  /** Continues the newest event in the archive; once. Older unfinished ones are ended. */
  recover(): Promise<void> {
    this.#recovered ??= this.#recover();
    return this.#recovered;
  }

  /** Answers another origin: everything that is here of the event, whatever viewers may have. */
  async answerPeer(request: PeerRequest): Promise<Resource | undefined> {
    // Not including what the others have: they may be asking at the same time.
    await this.#recoverArchive();
    if (request.kind === 'state') return jsonResource(writePeerState(this.#event));
    const { stream: name, bitrate, time } = request;
    const stream = this.#event?.streams.find((one) => one.name === name);
    const level = stream?.pushed.find(({ track }) => track.bitrate === bitrate);
    if (!this.#event || !stream || !level) return undefined;
    const part = time === 'init' ? this.#event.headerOf(level) : stream.partOf(time, bitrate);
    return part && { ...BARE, parts: [part] };
  }

  async #recover(): Promise<void> {
    await this.#recoverArchive();
    await this.#peers.open();
  }

  #recoverArchive(): Promise<void> {
    this.#archived ??= this.#readArchive();
    return this.#archived;
  }

  async #readArchive(): Promise<void> {
    const [newest, ...older] = await readEventRecords(this.#folder.path, this.path);
    if (!newest) return;
    await this.#folder.open();
    for (const record of older.filter(({ isEnded }) => !isEnded)) {
      const event = await LiveEvent.recover(record, this.#eventOptions());
      await event.end();
    }
    this.#take(await LiveEvent.recover(newest, this.#eventOptions()));
  }

  async #receive(body: AsyncIterable<Buffer>): Promise<void> {
    await this.recover();
    let ftyp: ArrivedBox | undefined;
    let manifest: ArrivedBox | undefined;
    let moof: ArrivedBox | undefined;
    let push: EncoderConnection | undefined;
    try {
      for await (const box of boxesOf(body, this.#budget)) {
        if (box.type === 'ftyp') ftyp = box;
        else if (isServerManifest(box)) manifest = box;
        else if (box.type === 'moov') {
          if (!manifest) throw new Error('The moov was not preceded by a live server manifest.');
          const tracks = announcedTracks(manifest, box);
          push?.close();
          const header = Buffer.concat([ftyp?.bytes ?? Buffer.of(), box.bytes]);
          push = new EncoderConnection(await this.#eventFor(tracks), tracks, header);
        } else if (box.type === 'moof') moof = box;
        else if (box.type === 'mdat' && moof) {
          if (!push) throw new Error('A fragment arrived before the moov.');
          push = await this.#takeFragment(push, moof, box);
          moof = undefined;
        } else if (box.type === 'mfra') await push?.end();
      }
    } finally {
      push?.close();
    }
  }

  /** Returns the connection that the next fragment belongs to. */
  async #takeFragment(
    push: EncoderConnection,
    moof: ArrivedBox,
    mdat: ArrivedBox,
  ): Promise<EncoderConnection> {
    const kindOf = (trackId: number) => push.kindOf(trackId);
    const endOf = (trackId: number) => push.endOf(trackId);
    const fragment = fromZero(pushedFragment(moof, mdat, kindOf, endOf));
    if (!fragment) return push;
    const current = push.beginsAnotherEvent(fragment) ? push.moveTo(await this.#begin()) : push;
    const figures = this.#figures;
    figures.lastArrivalSeconds = Date.now() / 1000;
    figures.bytes += moof.bytes.length + mdat.bytes.length;
    if (await current.take(fragment)) figures.fragments += 1;
    else figures.duplicates += 1;
    return current;
  }

  /** The current event, or a new one if the last is over or has other codecs. */
  #eventFor(tracks: readonly AnnouncedTrack[]): Promise<LiveEvent> {
    // One after another: several encoders start at the same time.
    const found = this.#finding.then(() => {
      const event = this.#event;
      return event && !event.isEnded && !event.isReconfiguredBy(tracks) ? event : this.#begin();
    });
    this.#finding = found.catch(() => undefined);
    return found;
  }

  async #join(theirs: PeerEvent): Promise<LiveEvent> {
    await this.#event?.end();
    const { name, clockOffset, countsFromEpoch = false } = theirs;
    const event = LiveEvent.join({ name, clockOffset, countsFromEpoch }, this.#eventOptions());
    this.#take(event);
    return event;
  }

  async #begin(): Promise<LiveEvent> {
    await this.#event?.end();
    const event = new LiveEvent(this.#eventOptions());
    this.#take(event);
    return event;
  }

  #take(event: LiveEvent): void {
    this.#event = event;
    this.#title = new LiveTitle(event, this.#rules);
  }

  #eventOptions() {
    const { sync = true, memoryBytes = MEMORY_BYTES } = this.#options;
    return {
      folder: this.#folder,
      point: this.path,
      sync,
      memoryBytes,
      beforeEnd: () => this.#peers.complete(),
      identify: (fragment: PushedFragment, timescale: bigint) => this.#identify(fragment, timescale),
    };
  }

  /** A name that no event of the archive has. */
  async #identify(fragment: PushedFragment, timescale: bigint): Promise<EventIdentity> {
    const identity = identify(this.path, fragment, timescale, Date.now());
    const theirs = await this.#peers.eventAt(Date.now());
    if (theirs && !(await hasEvent(this.#folder.path, theirs.name)))
      return { ...identity, name: theirs.name, clockOffset: theirs.clockOffset };
    let name = identity.name;
    for (let count = 2; await hasEvent(this.#folder.path, name); count += 1)
      name = `${identity.name}-${count}`;
    return { ...identity, name };
  }
}
