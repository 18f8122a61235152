import type { LevelFacts } from './quality-input.ts';

/** Limits on what the heuristics may choose; they do not bind a viewer's own choice. */
export interface LevelLimits {
  readonly maxBitrate: number | undefined;
  readonly maxHeight: number | undefined;
  /** Whether to use little data. */
  readonly savesData: boolean;
  /** Size of the picture on screen in device pixels; `undefined` if that sets no limit. */
  readonly viewport: { readonly width: number; readonly height: number } | undefined;
  readonly allow: ((level: LevelFacts) => boolean) | undefined;
}

/** Limits for a viewer who wants to use little data. */
const DATA_SAVER = { bitrate: 1_500_000, height: 480 };
const UNLIMITED = { bitrate: Infinity, height: Infinity };

/**
 * The levels that may be chosen, in their order; at least one. The smallest level that fills the viewport stays, since
 * the next lower one would be blurred.
 */
export function allowedLevels<Level extends LevelFacts>(
  levels: readonly [Level, ...Level[]],
  limits: LevelLimits,
): readonly [Level, ...Level[]] {
  const { savesData, viewport, allow } = limits;
  const most = savesData ? DATA_SAVER : UNLIMITED;
  const maxBitrate = Math.min(limits.maxBitrate ?? Infinity, most.bitrate);
  const maxHeight = Math.min(limits.maxHeight ?? Infinity, most.height);
  const allowed = levels.filter(
    (level) => level.bitrate <= maxBitrate && (level.height ?? 0) <= maxHeight && (allow?.(level) ?? true),
  );
  const filling = viewport ? allowed.find((level) => fills(level, viewport)) : undefined;
  const [first, ...rest] = filling ? allowed.filter((level) => area(level) <= area(filling)) : allowed;
  return first ? [first, ...rest] : [levels[0]];
}

/** Whether the picture is scaled up by at most 5 %, which is not visible. */
function fills(level: LevelFacts, viewport: { width: number; height: number }): boolean {
  const { width, height } = level;
  if (!width || !height) return false;
  const scale = Math.min(viewport.width / width, viewport.height / height);
  return scale <= 1.05;
}

const area = ({ width = 0, height = 0 }: LevelFacts) => width * height;
