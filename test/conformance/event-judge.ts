import type { EventCase, ExpectedEvent, SeenEvent } from './event-case.ts';

type SeenCue = Pick<SeenEvent, 'start' | 'end' | 'text' | 'data'>;

/** The page's report of one case. */
export interface EventReport {
  /** In the order in which they fired. */
  readonly fired: readonly SeenEvent[];
  readonly tracks: readonly { readonly cues: readonly SeenCue[] }[];
  /** Texts of the native track that the case names. */
  readonly native: readonly string[];
  readonly errors: readonly string[];
  readonly warnings: readonly string[];
  /** Times of sparse fragments. */
  readonly requests: readonly string[];
}

/** Seconds. */
const TOLERANCE = 0.05;

/** All deviations from the case's expectations. */
export function faultsOf(one: EventCase, report: EventReport): readonly string[] {
  const { fires, cues, track, native, requests, warnings = [] } = one;
  const [first] = report.tracks;
  const early = report.fired.filter(({ at, start }) => at < start - TOLERANCE);
  return [
    ...report.errors.map((error) => `fails with ${error}`),
    ...compare('fired', report.fired, fires),
    ...early.map(({ start, at }) => `the event of ${start} s fired at ${at} s`),
    ...(cues ? compare('knows', first?.cues ?? [], cues) : []),
    ...(track && !contains(first, track) ? [`a track ${JSON.stringify(first)}`] : []),
    ...(native ? differ('native cues', report.native, native.texts) : []),
    ...(requests ? differ('requests', report.requests, requests) : []),
    ...differ('warnings', [...new Set(report.warnings)], warnings),
  ];
}

function compare(
  what: string,
  seen: readonly SeenCue[],
  expected: readonly ExpectedEvent[],
): readonly string[] {
  const isSame =
    seen.length === expected.length &&
    expected.every(([start, end, content], at) => {
      const cue = seen[at];
      if (!cue || Math.abs(cue.start - start) >= TOLERANCE || Math.abs(cue.end - end) >= TOLERANCE)
        return false;
      return contains(cue, typeof content === 'string' ? { text: content } : content);
    });
  return isSame ? [] : [`${what} ${JSON.stringify(seen)}, not ${JSON.stringify(expected)}`];
}

const differ = (what: string, seen: readonly string[], expected: readonly string[]): readonly string[] =>
  seen.join('\n') === expected.join('\n')
    ? []
    : [`${what}: ${JSON.stringify(seen)}, not ${JSON.stringify(expected)}`];

/** Whether a value has everything that is expected of it; `undefined` is expected to be absent. */
function contains(value: unknown, expected: unknown): boolean {
  if (typeof expected !== 'object' || expected === null) return value === expected;
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(expected).every(([name, wanted]) =>
    contains((value as Readonly<Record<string, unknown>>)[name], wanted),
  );
}
