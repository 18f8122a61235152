/** What trick play can show: so many pictures a second, whatever the network carries. */
const MOST_PICTURES_PER_SECOND = 12;
/** Of the expected bandwidth; the rest is for its moods. */
const SHARE = 0.8;
/** No more is gained by higher levels on pictures that are gone after a tenth of a second. */
const MOST_LINES = 720;
/** In the first second no more than so many levels above the lowest: the first picture should come soon. */
const LEVELS_AT_FIRST = 2;

/** A level, and the bytes that one of its key frames takes. */
export interface TrickLevel {
  readonly lines: number;
  readonly bytes: number;
}

export interface TrickConditions {
  /** Seconds of the title a second; negative: backward. */
  readonly rate: number;
  /** Seconds between key frames. */
  readonly distance: number;
  /** Ascending. */
  readonly levels: readonly TrickLevel[];
  /** Expected bits per second; `undefined` while nothing is known. */
  readonly estimate: number | undefined;
  /** Lines that are shown. */
  readonly shownLines: number;
  /** The viewer wants few movements: no more than three pictures a second. */
  readonly isCalm: boolean;
  /** Whether it has just begun. */
  readonly isBeginning: boolean;
  /** Levels to stay below what the bandwidth allows, and key frames to leave out besides, since pictures came late. */
  readonly caution: { readonly levels: number; readonly stride: number };
}

/** Which key frames to show: every `stride`-th, of the level at a place in the list. */
export interface TrickChoice {
  readonly level: number;
  readonly stride: number;
}

/** Key frames as the bandwidth carries them: as many as can be seen of a level that does for the size. */
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
  // Of the lowest level fewer, where even that is too much.
  const stride = Math.max(visible, Math.ceil((perSecond * bytes) / affordable - 1e-9));
  return { level, stride };
}

/** Requests under way at most, and pictures beyond the clock: a fast network would bring the whole title at once. */
const MOST_REQUESTS = 4;
const MOST_AHEAD = 8;

export interface TrickProgress {
  /** Seconds on the media element's clock. */
  readonly position: number;
  readonly rate: number;
  /** Seconds from a request to its picture. */
  readonly lead: number;
  readonly stride: number;
  /** Requests under way. */
  readonly requests: number;
  /** Indices of key frames that are there or requested, beyond the clock. */
  readonly ahead: ReadonlySet<number>;
  /** When a key frame is shown; `undefined` before the first and behind the last. */
  readonly timeOf: (index: number) => number | undefined;
  /** The key frame at or before a moment, or the first. */
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

/** The same key frames are shown again and again, whatever the clock says when they are chosen. */
const roundTo = (index: number, stride: number, direction: number): number =>
  (direction > 0 ? Math.floor(index / stride) : Math.ceil(index / stride)) * stride;
