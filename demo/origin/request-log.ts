/** A request with its response. */
export interface LoggedRequest {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly method: string;
  readonly url: string;
  /** 0 until there is a response. */
  status: number;
  /** Milliseconds until it ended, successfully or not. */
  totalMs?: number;
  /** Bytes sent to the network, headers included. */
  bytes: number;
}

const CAP = 5000;

/** The newest requests. */
export class RequestLog {
  #entries: LoggedRequest[] = [];

  get entries(): readonly LoggedRequest[] {
    return this.#entries;
  }

  add(method: string, url: string): LoggedRequest {
    const entry: LoggedRequest = { at: Date.now(), method, url, status: 0, bytes: 0 };
    this.#entries.push(entry);
    if (this.#entries.length > CAP) this.#entries.splice(0, CAP / 10);
    return entry;
  }

  clear(): void {
    this.#entries = [];
  }
}
