import { childController, delay, once } from '../base/async.ts';
import { isSmoothError, SmoothError } from '../base/errors.ts';
import type { Chunk, QualityLevel } from '../manifest/presentation.ts';
import type { Feed } from './feed.ts';

/** Too much is missing to go on. */
export const unavailable = (
  { type }: Feed,
  { start }: Chunk,
  count: number,
  cause: SmoothError,
): SmoothError =>
  new SmoothError(
    'fragments-unavailable',
    { stream: type, start: String(start), count },
    { fatal: true, cause },
  );

/** Besides those of the network. */
const OF_THIS_FRAGMENT = ['fragment-malformed', 'drm-output-restricted', 'codec-private-data-invalid'];

/** Failures that another request, level or chunk may not have; others concern the whole playback. */
export const isOfThisFragment = (error: unknown): error is SmoothError =>
  isSmoothError(error) && (error.category === 'network' || OF_THIS_FRAGMENT.includes(error.code));

/** What to try when a level could not be had: the lowest, or from there the one above. */
export function otherLevel(levels: readonly QualityLevel[], level: QualityLevel): QualityLevel | undefined {
  return level === levels[0] ? levels[1] : levels[0];
}

/** Waits before the network is tried again: for so long, or until the browser says that it is back. */
export async function nextChance(atMostMs: number, signal: AbortSignal): Promise<void> {
  const waiting = childController(signal);
  try {
    await Promise.race([delay(atMostMs, waiting.signal), once(globalThis, 'online', waiting.signal)]);
  } finally {
    waiting.abort();
    waiting.dispose();
  }
}
