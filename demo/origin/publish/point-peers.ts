import { setTimeout as sleep } from 'node:timers/promises';
import { fillFromPeer } from './fill-from-peer.ts';
import type { LiveEvent } from './live-event.ts';
import { type Peer, PeerClient } from './peer-client.ts';
import { type PeerEvent, startOf } from './peer-state.ts';

/** What peers need from their publishing point. */
export interface PointPorts {
  readonly event: () => LiveEvent | undefined;
  /** Ends the current event, and joins one that a peer has begun. */
  readonly join: (theirs: PeerEvent) => Promise<LiveEvent>;
  readonly stopping: AbortSignal;
}

/** After this time viewers are admitted even if something is missing. */
const OPENING_MS = 30_000;

/** The maximum delay of an event's end to fetch what is missing. */
const COMPLETING_MS = 10_000;

/** The interval of checks for missing fragments. */
const CHECK_MS = 5000;

/** If two origins name one event differently, they began it within this time. */
const SAME_MS = 60_000;

/** Keeps a publishing point complete with the help of the other origins that receive the same push. */
export class PointPeers {
  readonly #clients: readonly PeerClient[];
  readonly #ports: PointPorts;
  #isReady: boolean;
  #filled = 0;
  #filling: Promise<void> = Promise.resolve();

  constructor(peers: readonly Peer[], ports: PointPorts) {
    this.#clients = peers.map((peer) => new PeerClient(peer, ports.stopping));
    this.#ports = ports;
    this.#isReady = peers.length === 0;
  }

  /** Whether viewers may be admitted: everything that the others have is here, or they can't be reached. */
  get isReady(): boolean {
    return this.#isReady;
  }

  /** Number of fragments fetched from others so far. */
  get filled(): number {
    return this.#filled;
  }

  /**
   * Asks the others which event is current; resolves when pushes may be accepted. Missing fragments are fetched in the
   * background, and checks continue as long as the point exists.
   */
  async open(): Promise<void> {
    if (this.#clients.length === 0) return;
    const first = await this.#newest();
    if (first && this.#isOther(first)) await this.#ports.join(first);
    void this.#keepComplete();
  }

  /** A peer's current event, if a fragment at that time belongs to it. */
  async eventAt(ms: number): Promise<PeerEvent | undefined> {
    const theirs = this.#clients.length > 0 ? await this.#newest() : undefined;
    const start = theirs && startOf(theirs);
    if (!theirs || start === undefined || theirs.isEnded) return undefined;
    return ms > start - SAME_MS ? theirs : undefined;
  }

  /** Fetches what is missing now, within the time allowed before an event ends. */
  async complete(): Promise<void> {
    await Promise.race([this.#fill(), this.#pause(COMPLETING_MS)]);
  }

  async #keepComplete(): Promise<void> {
    await Promise.race([this.#fill(), this.#pause(OPENING_MS)]);
    this.#isReady = true;
    while (!this.#ports.stopping.aborted) {
      await this.#pause(CHECK_MS);
      const event = this.#ports.event();
      if (event?.isEnded !== true && (!event || event.hasHole || event.state === 'stopped'))
        await this.#fill();
    }
  }

  /** One after another. Never rejects: failures are retried. */
  #fill(): Promise<void> {
    this.#filling = this.#filling.then(async () => {
      for (const client of this.#clients) await this.#fillFrom(client).catch(() => undefined);
    });
    return this.#filling;
  }

  /** Fetches from a peer what is missing here. */
  async #fillFrom(client: PeerClient): Promise<void> {
    const theirs = (await client.state())?.event;
    if (!theirs || this.#ports.stopping.aborted) return;
    const event = this.#isOther(theirs) ? await this.#ports.join(theirs) : this.#ports.event();
    if (!event || event.isEnded || !isSame(event, theirs)) return;
    this.#filled += await fillFromPeer(event, client, theirs);
    // An origin that was down when the encoder ended the event learns it here.
    if (theirs.isEnded && event.state === 'stopped') await event.end();
  }

  /** Shorter if the point is closed. */
  async #pause(ms: number): Promise<void> {
    await sleep(ms, undefined, { signal: this.#ports.stopping, ref: false }).catch(() => undefined);
  }

  /** The others' most recent event. */
  async #newest(): Promise<PeerEvent | undefined> {
    const states = await Promise.all(this.#clients.map((client) => client.state()));
    const events = states.flatMap((state) => state?.event ?? []);
    return events.toSorted((a, b) => (startOf(b) ?? 0) - (startOf(a) ?? 0))[0];
  }

  /** Whether a peer has begun another event since. */
  #isOther(theirs: PeerEvent): boolean {
    const own = this.#ports.event();
    // An event whose first fragment is on its way finds out itself whether it is theirs.
    if (!own?.identity) return own?.state !== 'running';
    if (isSame(own, theirs) || own.state === 'running') return false;
    return (startOf(theirs) ?? 0) > own.startedAt;
  }
}

function isSame(own: LiveEvent, theirs: PeerEvent): boolean {
  if (own.identity?.name === theirs.name) return true;
  const start = startOf(theirs);
  return start !== undefined && Math.abs(own.startedAt - start) < SAME_MS;
}
