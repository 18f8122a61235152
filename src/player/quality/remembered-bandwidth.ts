import type { BandwidthEstimator } from './bandwidth-estimator.ts';

/** What a host's line was like. */
interface RememberedLine {
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
/** Lines change: what is older, in milliseconds, is no guess. */
const FORGOTTEN_AFTER = 7 * 86_400_000;

/** Gives a line what was seen of its host on earlier visits, and remembers at the signal's end what is seen now. */
export function rememberBandwidth(bandwidth: BandwidthEstimator, url: string, signal: AbortSignal): void {
  const { host } = new URL(url);
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

/** Nothing where the browser keeps nothing for the page, or something else lies there. */
function stored(): readonly RememberedLine[] {
  try {
    const found: unknown = JSON.parse(localStorage.getItem(KEY) ?? '[]');
    return Array.isArray(found) ? found.filter(isRemembered) : [];
  } catch {
    return [];
  }
}

function isRemembered(value: Partial<RememberedLine> | null): boolean {
  const { host, estimate = 0, firstByte = -1, at = 0 } = value ?? {};
  return typeof host === 'string' && estimate > 0 && firstByte >= 0 && Date.now() - at < FORGOTTEN_AFTER;
}

function store(lines: readonly RememberedLine[]): void {
  try {
    localStorage.setItem(KEY, JSON.stringify(lines));
  } catch {
    // A page without storage, or a full one, does without.
  }
}
