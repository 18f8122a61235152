import { setTimeout as sleep } from 'node:timers/promises';
import { fillFromPeer } from './fill-from-peer.ts';
import type { LiveEvent } from './live-event.ts';
import { type Peer, PeerClient } from './peer-client.ts';
import { type PeerEvent, startOf } from './peer-state.ts';

/** What peers need of the publishing point that they are those of. */
export interface PointPorts {
  readonly event: () => LiveEvent | undefined;
  /** Ends the event that is on, and goes on with one that a peer has begun. */
  readonly join: (theirs: PeerEvent) => Promise<LiveEvent>;
  readonly stopping: AbortSignal;
}

/** Viewers are let in after so long though not everything is there. */
const OPENING_MS = 30_000;

/** An event that ends waits so long for what is missing. */
const COMPLETING_MS = 10_000;

/** How often a hole is looked for, and filled. */
const CHECK_MS = 5000;

/** Two origins that name one event differently have begun it within so long. */
const SAME_MS = 60_000;

/** Keeps a publishing point complete from the other origins that take the same push. */
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

  /** Whether viewers may be let in: everything is here that the others have, or they can't be asked. */
  get isReady(): boolean {
    return this.#isReady;
  }

  /** Fragments that came from others so far. */
  get filled(): number {
    return this.#filled;
  }

  /**
   * Learns from the others which event is on; resolves when pushes may be taken. What is missing comes in the background, and
   * holes are looked for as long as the point is there.
   */
  async open(): Promise<void> {
    if (this.#clients.length === 0) return;
    const first = await this.#newest();
    if (first && this.#isOther(first)) await this.#ports.join(first);
    void this.#keepComplete();
  }

  /** The event that a peer is taking in now, if it is the one that a fragment at that moment is of. */
  async eventAt(ms: number): Promise<PeerEvent | undefined> {
    const theirs = this.#clients.length > 0 ? await this.#newest() : undefined;
    const start = theirs && startOf(theirs);
    if (!theirs || start === undefined || theirs.isEnded) return undefined;
    return ms > start - SAME_MS ? theirs : undefined;
  }

  /** Takes what is missing now, for so long as that may take before an event ends. */
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

  /** One after another. Never rejects: what can't be taken now is tried again. */
  #fill(): Promise<void> {
    this.#filling = this.#filling.then(async () => {
      for (const client of this.#clients) await this.#fillFrom(client).catch(() => undefined);
    });
    return this.#filling;
  }

  /** Takes what is missing here from another. */
  async #fillFrom(client: PeerClient): Promise<void> {
    const theirs = (await client.state())?.event;
    if (!theirs || this.#ports.stopping.aborted) return;
    const event = this.#isOther(theirs) ? await this.#ports.join(theirs) : this.#ports.event();
    if (!event || event.isEnded || !isSame(event, theirs)) return;
    this.#filled += await fillFromPeer(event, client, theirs);
    // Whoever was away when the encoder said so learns it here.
    if (theirs.isEnded && event.state === 'stopped') await event.end();
  }

  /** Shorter where the point is closed. */
  async #pause(ms: number): Promise<void> {
    await sleep(ms, undefined, { signal: this.#ports.stopping, ref: false }).catch(() => undefined);
  }

  /** Of the events that the others have, the one that began last. */
  async #newest(): Promise<PeerEvent | undefined> {
    const states = await Promise.all(this.#clients.map((client) => client.state()));
    const events = states.flatMap((state) => state?.event ?? []);
    return events.toSorted((a, b) => (startOf(b) ?? 0) - (startOf(a) ?? 0))[0];
  }

  /** Whether a peer has begun another event since. */
  #isOther(theirs: PeerEvent): boolean {
    const own = this.#ports.event();
    if (!own?.identity) return true;
    if (isSame(own, theirs) || own.state === 'running') return false;
    return (startOf(theirs) ?? 0) > own.startedAt;
  }
}

function isSame(own: LiveEvent, theirs: PeerEvent): boolean {
  if (own.identity?.name === theirs.name) return true;
  const start = startOf(theirs);
  return start !== undefined && Math.abs(own.startedAt - start) < SAME_MS;
}
