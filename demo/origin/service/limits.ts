/** What an origin lets its clients take up. */
export interface OriginLimits {
  /** Connections of viewers; a client beyond them is answered with 503 and let go. */
  readonly connections: number;
  /** Connections kept free beside those for encoders and monitoring. */
  readonly reservedConnections: number;
  /** Pushes at the same time, of all publishing points together. */
  readonly pushes: number;
  /** Seconds in which the headers of a request must have come. */
  readonly headersSeconds: number;
  /** Seconds that a response waits for a client that takes nothing more of it. */
  readonly stalledSeconds: number;
  /** Bytes of pushed fragments that may be in memory at the same time; encoders wait for room. */
  readonly pushedBytes: number;
  /** Bytes of manifests and fragment indexes that are kept in memory, roughly. */
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
