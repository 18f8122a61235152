import { type PeerState, readPeerState } from './peer-state.ts';

/** Another origin that receives the same push. */
export interface Peer {
  /** URL of its publishing point, such as `http://10.0.0.2:8080/live/event.isml`. */
  readonly url: string;
  /** One of its tokens, if it has any. */
  readonly token?: string | undefined;
}

/** Milliseconds for a complete response. */
const STATE_MS = 3000;
const FRAGMENT_MS = 15_000;
const MAX_STATE = 64 * 1024 * 1024;
const MAX_FRAGMENT = 80 * 1024 * 1024;

/** Requests from another origin. A missing response is `undefined`: it may be down, or starting. */
export class PeerClient {
  readonly #peer: Peer;
  readonly #stopping: AbortSignal;

  constructor(peer: Peer, stopping: AbortSignal) {
    this.#peer = peer;
    this.#stopping = stopping;
  }

  async state(): Promise<PeerState | undefined> {
    const bytes = await this.#get('Manifest(format=state)', STATE_MS, MAX_STATE);
    return bytes && readPeerState(bytes.toString());
  }

  /** A fragment as the peer stores it: `moof` with `tfxd`, and `mdat`. */
  fragment(stream: string, bitrate: number, time: bigint): Promise<Buffer | undefined> {
    return this.#get(pathOf(stream, bitrate, `${time}`), FRAGMENT_MS, MAX_FRAGMENT);
  }

  /** The boxes before a level's first fragment. */
  header(stream: string, bitrate: number): Promise<Buffer | undefined> {
    return this.#get(pathOf(stream, bitrate, 'i'), STATE_MS, MAX_STATE);
  }

  async #get(path: string, ms: number, limit: number): Promise<Buffer | undefined> {
    const { url, token } = this.#peer;
    try {
      const response = await fetch(`${url.replace(/\/$/, '')}/${path}`, {
        headers: token === undefined ? {} : { Authorization: `Bearer ${token}` },
        signal: AbortSignal.any([this.#stopping, AbortSignal.timeout(ms)]),
      });
      if (!response.ok) {
        await response.body?.cancel();
        return undefined;
      }
      const pieces: Uint8Array[] = [];
      let length = 0;
      for await (const piece of response.body ?? []) {
        pieces.push(piece);
        length += piece.byteLength;
        if (length > limit) return undefined;
      }
      return Buffer.concat(pieces);
    } catch {
      return undefined;
    }
  }
}

const pathOf = (stream: string, bitrate: number, time: string): string =>
  `QualityLevels(${bitrate})/Fragments(${encodeURIComponent(stream)}=${time},format=archive)`;
