import type { Case } from './case.ts';

/** What the page tells of one case. */
export interface Report {
  readonly outcome: string;
  readonly message: string | undefined;
  readonly shown: readonly { readonly mediaTime: number; readonly frame: number }[];
  readonly warnings: readonly string[];
  readonly repairs: readonly string[];
  readonly stalls: readonly { readonly duration: number }[];
  readonly skipped: readonly object[];
  readonly duration: number;
  /** Pixels, as they are shown. */
  readonly size: readonly [width: number, height: number];
  readonly position: number;
  /** How many were asked for. */
  readonly fragments: number;
  /** From the manifest's last byte to the failure. */
  readonly failedMs: number | undefined;
}

/** What the page reports of a title that neither ended nor failed while it was watched. */
const UNDECIDED = 'neither ended nor failed';
const FRAMES_PER_SECOND = 25;
const FRAMES_PER_KEY = 50;
/** A player at twice the speed may leave out frames at the ends, not more. */
const MISSED_AT_ENDS = 6;

/** So many pictures a busy page may be ahead of what it is told. */
const EARLY = 2;

/** Seconds that rounding may make. */
const EXACT = 0.005;

/** Everything that is not as the case says it must be; nothing when it conforms. */
export function faultsOf({ expect }: Case, report: Report): readonly string[] {
  if ('waits' in expect) {
    const isWaiting = report.outcome === UNDECIDED && report.position === 0;
    return isWaiting ? [] : [`${report.outcome} instead of waiting`];
  }
  if ('error' in expect) {
    const isKnownAtOnce = expect.error === 'codec-unsupported';
    return [
      ...(report.outcome === expect.error ? [] : [`${report.outcome} instead of ${expect.error}`]),
      ...(isKnownAtOnce && report.fragments > 0 ? [`${report.fragments} fragments are asked for`] : []),
    ];
  }
  const { frames = [0, 99], pieces = [frames], isSoundOnly = false, isSealed = false } = expect.plays;
  const { zero = pieces[0]?.[0] ?? 0, skips = 0, warnings = [], repairs = [] } = expect.plays;
  const { duration = pieces.reduce((sum, piece) => sum + lengthOf(piece), 0) } = expect.plays;
  const faults: string[] = [];
  if (report.outcome !== 'ended')
    faults.push(`${report.outcome}: ${report.message ?? `at ${report.position}`}`);
  if (Math.abs(report.duration - duration) > 0.1) faults.push(`lasts ${report.duration} s, not ${duration}`);
  const { shape, bridges = [] } = expect.plays;
  const all = isSealed ? report.shown.map((picture) => guess(picture, zero)) : report.shown;
  const seen = bridges.includes('picture-held') ? all.filter((picture) => !isHeld(picture, zero)) : all;
  const [width, height] = report.size;
  if (shape !== undefined && Math.abs(width / height - shape) > 0.02)
    faults.push(`shown as ${width} to ${height}`);
  let at = 0;
  for (const [index, piece] of (isSoundOnly ? [] : pieces).entries()) {
    const next = pieces[index + 1];
    const until = next ? at + lengthOf(piece) : Number.POSITIVE_INFINITY;
    const start = pieces.length > 1 ? piece[0] : zero;
    const shown = seen.filter(
      ({ mediaTime, frame }) =>
        mediaTime >= at - EXACT && mediaTime < until - EXACT && !isEarly(mediaTime, frame, until, next),
    );
    faults.push(...pictureFaults(shown, piece, start - at * FRAMES_PER_SECOND));
    at = until;
  }
  if (report.skipped.length !== skips) faults.push(`${report.skipped.length} chunks left out, not ${skips}`);
  faults.push(...difference('warning', report.warnings, warnings));
  faults.push(
    ...difference(
      'repair',
      report.repairs.filter((kind) => !(bridges as readonly string[]).includes(kind)),
      repairs,
    ),
  );
  return faults;
}

/** A busy page looks at the next picture already when it is told of this one: at a joint it is of the next piece. */
const isEarly = (
  mediaTime: number,
  frame: number,
  joint: number,
  next: readonly [number, number] | undefined,
) =>
  next !== undefined &&
  mediaTime > joint - (EARLY + 0.5) / FRAMES_PER_SECOND &&
  frame >= next[0] &&
  frame < next[0] + EARLY;

/** A key frame after its time: it is held where pictures are missing. */
const isHeld = ({ mediaTime, frame }: Report['shown'][number], zero: number) =>
  frame % FRAMES_PER_KEY === 0 && mediaTime - (frame - zero) / FRAMES_PER_SECOND > EARLY / FRAMES_PER_SECOND;

const lengthOf = ([first, last]: readonly [number, number]) => (last - first + 1) / FRAMES_PER_SECOND;

/** The frame that should be shown at a time. */
const guess = ({ mediaTime }: { readonly mediaTime: number }, zero: number) => ({
  mediaTime,
  frame: zero + Math.round(mediaTime * FRAMES_PER_SECOND),
});

function pictureFaults(
  shown: Report['shown'],
  [first, last]: readonly [number, number],
  zero: number,
): readonly string[] {
  const faults: string[] = [];
  const frames = shown.map(({ frame }) => frame);
  if (frames.length === 0) return ['no picture'];
  if (frames.includes(-1)) faults.push(`${frames.filter((frame) => frame < 0).length} pictures unreadable`);
  const [least, most] = [Math.min(...frames), Math.max(...frames)];
  if (least < first || least > first + MISSED_AT_ENDS)
    faults.push(`begins with frame ${least}, not ${first}`);
  if (most > last || most < last - MISSED_AT_ENDS) faults.push(`ends with frame ${most}, not ${last}`);
  if (frames.length < (last - first) / 4) faults.push(`${frames.length} pictures only`);
  const late = shown.map(({ mediaTime, frame }) => mediaTime - (frame - zero) / FRAMES_PER_SECOND);
  // Most must be right, and none further off than a busy page makes it.
  const off = late.map(Math.abs).toSorted((a, b) => a - b);
  const [usual = 0, worst = 0] = [off[Math.floor(off.length / 2)], off.at(-1)];
  if (usual > EXACT || worst > EARLY / FRAMES_PER_SECOND + EXACT)
    faults.push(`pictures ${Math.round(usual * 1000)} to ${Math.round(worst * 1000)} ms from their time`);
  return faults;
}

function difference(what: string, told: readonly string[], wanted: readonly string[]): readonly string[] {
  return [
    ...wanted.filter((one) => !told.includes(one)).map((one) => `${what} ${one} is not told`),
    ...told.filter((one) => !wanted.includes(one)).map((one) => `${what} ${one} is told`),
  ];
}
