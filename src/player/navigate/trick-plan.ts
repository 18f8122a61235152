/** The maximum number of pictures per second, whatever the bandwidth. */
const MOST_PICTURES_PER_SECOND = 12;
/** Fraction of the expected bandwidth to use; the rest is a margin. */
const SHARE = 0.8;
/** Higher levels don't matter for pictures shown for a tenth of a second. */
const MOST_LINES = 720;
/** In the first second at most this many levels above the lowest: the first picture should appear soon. */
const LEVELS_AT_FIRST = 2;

/** A level, and the size of one of its key frames in bytes. */
export interface TrickLevel {
  readonly lines: number;
  readonly bytes: number;
}

export interface TrickConditions {
  /** Seconds of the title per second; negative: backward. */
  readonly rate: number;
  /** Seconds between key frames. */
  readonly distance: number;
  /** Ascending. */
  readonly levels: readonly TrickLevel[];
  /** Expected bandwidth in bits per second; `undefined` while unknown. */
  readonly estimate: number | undefined;
  /** Displayed lines. */
  readonly shownLines: number;
  /** Reduced motion: no more than three pictures a second. */
  readonly isCalm: boolean;
  /** Whether it has just started. */
  readonly isBeginning: boolean;
  /** How many levels to stay below what the bandwidth allows, and how many additional key frames to skip, because pictures were late. */
  readonly caution: { readonly levels: number; readonly stride: number };
}

/** Which key frames to show: every `stride`-th, of the level at an index in the list. */
export interface TrickChoice {
  readonly level: number;
  readonly stride: number;
}

/** As many key frames as the bandwidth allows and a viewer can see, of a level that is sufficient for the size. */
export function planTrick(conditions: TrickConditions): TrickChoice {
  const { rate, distance, levels, estimate, shownLines, isCalm, isBeginning, caution } = conditions;
  const most = isCalm ? 3 : MOST_PICTURES_PER_SECOND;
  const perSecond = Math.abs(rate) / distance;
  const visible = Math.max(1, Math.ceil(perSecond / most - 1e-9)) + caution.stride;
  const affordable = estimate === undefined ? Number.POSITIVE_INFINITY : (SHARE * estimate) / 8;
  const isEnough = (at: number) => (levels[at - 1]?.lines ?? 0) >= Math.min(shownLines, MOST_LINES);
  const fits = ({ bytes }: TrickLevel) => (perSecond / visible) * bytes <= affordable;
  let level = 0;
  for (let at = 1; at < levels.length && !isEnough(at); at++) {
    const candidate = levels[at];
    if (!candidate || candidate.lines > MOST_LINES || !fits(candidate)) break;
    level = at;
  }
  if (isBeginning) level = Math.min(level, LEVELS_AT_FIRST);
  level = Math.max(0, level - caution.levels);
  const bytes = levels[level]?.bytes ?? 0;
  // At the lowest level fewer, if even that is too much.
  const stride = Math.max(visible, Math.ceil((perSecond * bytes) / affordable - 1e-9));
  return { level, stride };
}

/** The maximum numbers of requests, and of pictures ahead of the clock: otherwise a fast network would fetch the whole title at once. */
const MOST_REQUESTS = 4;
const MOST_AHEAD = 8;

export interface TrickProgress {
  /** Seconds on the media element's clock. */
  readonly position: number;
  readonly rate: number;
  /** Seconds from a request to its picture. */
  readonly lead: number;
  readonly stride: number;
  /** Number of requests in progress. */
  readonly requests: number;
  /** Indices of key frames that are available or requested, ahead of the clock. */
  readonly ahead: ReadonlySet<number>;
  /** When a key frame is shown; `undefined` before the first and after the last. */
  readonly timeOf: (index: number) => number | undefined;
  /** The key frame at or before a time, or the first. */
  readonly indexAt: (time: number) => number;
}

/** The next key frame to request; `undefined` while there are enough. */
export function nextKeyFrame(progress: TrickProgress): number | undefined {
  const { position, rate, lead, stride, requests, ahead, timeOf, indexAt } = progress;
  if (requests >= MOST_REQUESTS || ahead.size >= MOST_AHEAD) return undefined;
  const direction = Math.sign(rate);
  const soonest = position + rate * lead;
  let index = roundTo(indexAt(soonest), stride, direction);
  for (let i = 0; i <= MOST_AHEAD * 2; i++, index += direction * stride) {
    const time = timeOf(index);
    if (time === undefined) return undefined;
    const isPassed = direction > 0 ? time < soonest : time > soonest;
    if (!isPassed && !ahead.has(index)) return index;
  }
  return undefined;
}

/** The same key frames are chosen again, whatever the clock is. */
const roundTo = (index: number, stride: number, direction: number): number =>
  (direction > 0 ? Math.floor(index / stride) : Math.ceil(index / stride)) * stride;
