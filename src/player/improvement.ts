import { type Seconds, seconds } from '../base/time.ts';
import { chooseImprovement } from '../heuristics/improve.ts';
import type { QualityLevel } from '../manifest/presentation.ts';
import type { Feed, Improvement } from './feed.ts';
import type { Wishes } from './level-chooser.ts';
import type { Line } from './line.ts';
import { savesData } from './options.ts';

/** What of a full buffer is worth fetching again, at the level of the newest fragment; `undefined` for nothing. */
export function improvementOf(
  feed: Feed,
  level: QualityLevel | undefined,
  playhead: Seconds,
  { estimate, firstByte, decisions }: Line,
  { manual, allow, settings }: Wishes,
): Improvement | undefined {
  const isWanted = feed.type === 'video' && !manual && !savesData(settings);
  if (!level || !estimate || !isWanted || allow?.(level) === false) return undefined;
  const held = feed.inventory
    .from(playhead)
    .map(({ index, start, end, level: { bitrate } }) => ({ index, start, end, bitrate }));
  const input = { held, playhead, bitrate: level.bitrate, estimate, firstByte };
  const found = chooseImprovement(input);
  const low = held.find(({ index }) => index === found?.index);
  const chunk = low && feed.timeline.chunkAt(seconds((low.start + low.end) / 2));
  if (!found || !chunk) return undefined;
  decisions.note('chooseImprovement', performance.now() / 1000, input, found);
  return { chunk, choice: { level, reason: found.reason } };
}
