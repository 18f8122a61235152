/** Limits for an origin's clients. */
export interface OriginLimits {
  /** Connections of viewers; further clients get a 503 and are disconnected. */
  readonly connections: number;
  /** Connections reserved for encoders and monitoring. */
  readonly reservedConnections: number;
  /** Concurrent pushes, of all publishing points together. */
  readonly pushes: number;
  /** Seconds in which the headers of a request must arrive. */
  readonly headersSeconds: number;
  /** Seconds that a response waits for a stalled client. */
  readonly stalledSeconds: number;
  /** Bytes of pushed fragments that may be in memory at the same time; encoders wait for room. */
  readonly pushedBytes: number;
  /** Approximate size of cached manifests and fragment indexes, in bytes. */
  readonly cachedBytes: number;
}

const MIB = 1024 * 1024;

export const DEFAULT_LIMITS: OriginLimits = {
  connections: 2000,
  reservedConnections: 64,
  pushes: 64,
  headersSeconds: 10,
  stalledSeconds: 60,
  pushedBytes: 256 * MIB,
  cachedBytes: 128 * MIB,
};
