import { type Seconds, seconds } from '../../base/time.ts';
import { chooseImprovement } from '../../heuristics/improve.ts';
import type { QualityLevel } from '../../manifest/presentation.ts';
import { savesData } from '../options.ts';
import type { BandwidthEstimator } from '../quality/bandwidth-estimator.ts';
import type { Wishes } from '../quality/level-chooser.ts';
import type { Improvement } from './delivered.ts';
import type { Feed } from './feed.ts';

/** Media that begins sooner after the playhead is not replaced, in seconds: `Feed` would cancel it. */
const NOT_SOON = 1;

/**
 * The part of a full buffer that is worth fetching again, at the level of the newest fragment; `undefined` for nothing.
 * `seeksProof`: another stream waits for its fragments while this one is complete, and whether this one would be served
 * shows which is affected.
 */
export function improvementOf(
  feed: Feed,
  seeksProof: boolean,
  level: QualityLevel | undefined,
  playhead: Seconds,
  { estimate, firstByte, decisions }: BandwidthEstimator,
  { manual, allow, settings }: Wishes,
): Improvement | undefined {
  if (seeksProof) return sameAgain(feed, playhead);
  const isWanted = feed.type === 'video' && !manual && !savesData(settings);
  if (!level || !estimate || !isWanted || allow?.(level) === false) return undefined;
  const buffered = feed.bufferMap
    .from(playhead)
    .map(({ index, start, end, level: { bitrate } }) => ({ index, start, end, bitrate }));
  const input = { buffered, playhead, bitrate: level.bitrate, estimate, firstByte };
  const found = chooseImprovement(input);
  const low = buffered.find(({ index }) => index === found?.index);
  const chunk = low && feed.timeline.chunkAt(seconds((low.start + low.end) / 2));
  if (!found || !chunk) return undefined;
  decisions.note('chooseImprovement', performance.now() / 1000, input, found);
  return { chunk, choice: { level, reason: found.reason } };
}

/** The last one to be played, at the same level. */
function sameAgain(feed: Feed, playhead: Seconds): Improvement | undefined {
  const last = feed.bufferMap.from(playhead + NOT_SOON).at(-1);
  const chunk = last && feed.timeline.chunkAt(seconds((last.start + last.end) / 2));
  return chunk && { chunk, choice: { level: last.level, reason: 'proof' } };
}
