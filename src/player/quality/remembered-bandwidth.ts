import type { BandwidthEstimator } from './bandwidth-estimator.ts';

/** The remembered bandwidth of a host. */
interface RememberedHost {
  readonly host: string;
  /** Bits per second. */
  readonly estimate: number;
  /** Seconds. */
  readonly firstByte: number;
  /** In milliseconds since 1970. */
  readonly at: number;
}

const KEY = 'smooth-player.lines';
const MOST_HOSTS = 8;
/** Bandwidths change: older ones, in milliseconds, are not used. */
const FORGOTTEN_AFTER = 7 * 86_400_000;

/** Initializes a bandwidth estimator with earlier visits to its host, and stores its state when the signal is aborted. */
export function rememberBandwidth(bandwidth: BandwidthEstimator, url: string, signal: AbortSignal): void {
  const { host } = new URL(url, globalThis.document?.baseURI);
  const known = stored().find((one) => one.host === host);
  if (known) bandwidth.recall(known);
  const keep = () => {
    const { estimate, firstByte } = bandwidth;
    if (estimate === undefined) return;
    const others = stored().filter((one) => one.host !== host);
    store(
      [{ host, estimate: Math.round(estimate), firstByte, at: Date.now() }, ...others].slice(0, MOST_HOSTS),
    );
  };
  addEventListener('pagehide', keep, { signal });
  signal.addEventListener('abort', keep, { once: true });
}

/** Empty if the browser stores nothing for the page, or has something else there. */
function stored(): readonly RememberedHost[] {
  try {
    const found: unknown = JSON.parse(localStorage.getItem(KEY) ?? '[]');
    return Array.isArray(found) ? found.filter(isRemembered) : [];
  } catch {
    return [];
  }
}

function isRemembered(value: Partial<RememberedHost> | null): boolean {
  const { host, estimate = 0, firstByte = -1, at = 0 } = value ?? {};
  return typeof host === 'string' && estimate > 0 && firstByte >= 0 && Date.now() - at < FORGOTTEN_AFTER;
}

function store(lines: readonly RememberedHost[]): void {
  try {
    localStorage.setItem(KEY, JSON.stringify(lines));
  } catch {
    // Storage is unavailable or full.
  }
}
