import type { LevelFacts } from './choose-quality.ts';

/** What keeps levels from being chosen by the heuristics; a viewer's own choice is not bound by it. */
export interface LevelLimits {
  readonly maxBitrate: number | undefined;
  readonly maxHeight: number | undefined;
  /** The viewer asked for few bytes. */
  readonly savesData: boolean;
  /** Device pixels that the picture is shown in; `undefined` where that sets no limit. */
  readonly viewport: { readonly width: number; readonly height: number } | undefined;
  readonly allow: ((level: LevelFacts) => boolean) | undefined;
}

/** More than that is not asked of a line on which bytes are dear. */
const FRUGAL = { bitrate: 1_500_000, height: 480 };
const UNLIMITED = { bitrate: Infinity, height: Infinity };

/**
 * The levels that may be chosen, in their order; never none. The viewport keeps the smallest level that
 * fills it, since the next lower one would be blurred.
 */
export function allowedLevels<Level extends LevelFacts>(
  levels: readonly [Level, ...Level[]],
  limits: LevelLimits,
): readonly [Level, ...Level[]] {
  const { savesData, viewport, allow } = limits;
  const most = savesData ? FRUGAL : UNLIMITED;
  const maxBitrate = Math.min(limits.maxBitrate ?? Infinity, most.bitrate);
  const maxHeight = Math.min(limits.maxHeight ?? Infinity, most.height);
  const within = levels.filter(
    (level) => level.bitrate <= maxBitrate && (level.height ?? 0) <= maxHeight && (allow?.(level) ?? true),
  );
  const filling = viewport ? within.find((level) => fills(level, viewport)) : undefined;
  const [first, ...rest] = filling ? within.filter((level) => area(level) <= area(filling)) : within;
  return first ? [first, ...rest] : [levels[0]];
}

/** Whether the picture needs no enlarging: within 5 %, which nobody sees. */
function fills(level: LevelFacts, viewport: { width: number; height: number }): boolean {
  const { width, height } = level;
  if (!width || !height) return false;
  const scale = Math.min(viewport.width / width, viewport.height / height);
  return scale <= 1.05;
}

const area = ({ width = 0, height = 0 }: LevelFacts) => width * height;
