import { expect, test } from 'vitest';
import type { FailureKind } from '../../../src/heuristics/failure.ts';
import {
  type FailedAttempt,
  planRecovery,
  probeTarget,
  RECOVERY_TUNING,
  type Recovery,
  type RecoveryInput,
} from '../../../src/heuristics/recovery.ts';

const [A, B] = ['https://a.example/t.ism/Manifest', 'https://b.example/t.ism/Manifest'];
const at = (kind: FailureKind, more: Partial<FailedAttempt> = {}): FailedAttempt => ({
  kind,
  host: A,
  level: 2,
  retryAfter: 0,
  ...more,
});
const base: RecoveryInput = {
  failures: [at('server')],
  hosts: [A],
  levels: 3,
  attempts: 3,
  neighbor: { state: 'unknown' },
  probes: 0,
  bufferAhead: 10,
  standstill: 0,
  isSpent: false,
  isLive: false,
  isDenied: false,
  random: 0.5,
};
const times = (count: number, failure: FailedAttempt): RecoveryInput['failures'] => [
  failure,
  ...Array.from({ length: count - 1 }, () => failure),
];
const failed = (kind: FailureKind) => ({ neighbor: { state: 'failed', kind } }) as const;
const served = { neighbor: { state: 'served' } } as const;
const missingEverywhere = {
  failures: [at('missing'), at('missing', { level: 0 }), at('missing', { level: 1 })] as const,
};
/** The last way to the fragment itself has failed. */
const exhausted = (kind: FailureKind) => ({
  failures: [at(kind), at(kind, { level: 0 }), at(kind, { level: 0 }), at(kind, { level: 0 })] as const,
});

test.each<{ name: string; when: Partial<RecoveryInput>; step: Partial<Recovery> }>([
  { name: '503: the same URL again', when: {}, step: { do: 'retry', after: 0.125, reason: 'server' } },
  {
    name: '503 again: a longer wait',
    when: { failures: times(2, at('server')) },
    step: { do: 'retry', after: 0.25 },
  },
  {
    name: '429 with Retry-After: as long as the server asks for',
    when: { failures: [at('server', { retryAfter: 5 })] },
    step: { do: 'retry', after: 5.125 },
  },
  {
    name: '503 three times: the lowest level',
    when: { failures: times(3, at('server')) },
    step: { do: 'other-level', level: 0 },
  },
  {
    name: '503 three times at the lowest level: the one above',
    when: { failures: times(3, at('server', { level: 0 })) },
    step: { do: 'other-level', level: 1 },
  },
  {
    name: '503 with another host: that one, at once',
    when: { hosts: [A, B] },
    step: { do: 'other-host', host: B },
  },
  {
    name: '503 at both hosts: the second again',
    when: { hosts: [A, B], failures: [at('server'), at('server', { host: B })] },
    step: { do: 'retry' },
  },
  {
    name: '404: another level at once',
    when: { failures: [at('missing')] },
    step: { do: 'other-level', level: 0 },
  },
  {
    name: '404 with another host: that one',
    when: { failures: [at('missing')], hosts: [A, B] },
    step: { do: 'other-host' },
  },
  {
    name: 'no answer: another level at once',
    when: { failures: [at('timeout')] },
    step: { do: 'other-level' },
  },
  {
    name: 'no answer, and one level: what of its neighbours?',
    when: { failures: [at('timeout', { level: 0 })], levels: 1 },
    step: { do: 'try-neighbor' },
  },
  { name: 'a cut body: the same URL again', when: { failures: [at('truncated')] }, step: { do: 'retry' } },
  { name: 'a damaged fragment: once more', when: { failures: [at('damaged')] }, step: { do: 'retry' } },
  {
    name: 'a damaged fragment twice: another level',
    when: { failures: times(2, at('damaged')) },
    step: { do: 'other-level' },
  },
  { name: 'a web page: once more', when: { failures: [at('foreign')] }, step: { do: 'retry' } },
  {
    name: 'no connection three times: no level helps',
    when: { failures: times(3, at('network')) },
    step: { do: 'try-neighbor' },
  },
  {
    name: 'a level that cannot be shown: another',
    when: { failures: [at('unplayable')] },
    step: { do: 'other-level' },
  },
  {
    name: 'every way failed: what of its neighbours?',
    when: exhausted('server'),
    step: { do: 'try-neighbor' },
  },
  {
    name: 'a URL that failed too often of late: another level instead of a retry',
    when: { isSpent: true },
    step: { do: 'other-level' },
  },
  {
    name: 'the last fragment of the title, and the server says that there is none: the end',
    when: { ...exhausted('missing'), neighbor: { state: 'none', isLast: true } },
    step: { do: 'skip', reason: 'last' },
  },
  {
    name: 'the last fragment of the title, and no answer: patience',
    when: { ...exhausted('timeout'), neighbor: { state: 'none', isLast: true }, standstill: 5 },
    step: { do: 'wait-out' },
  },
  {
    name: 'the last fragment of the title, and no answer for long: the end',
    when: { ...exhausted('timeout'), neighbor: { state: 'none', isLast: true }, standstill: 7 },
    step: { do: 'skip', reason: 'last' },
  },
  {
    name: 'no neighbour at all: an outage',
    when: { ...exhausted('server'), neighbor: { state: 'none', isLast: false } },
    step: { do: 'wait-out', reason: 'outage' },
  },
  {
    name: 'its neighbours are served: on without it',
    when: { ...exhausted('server'), ...served },
    step: { do: 'skip' },
  },
  {
    name: 'they fail too: an outage, and nothing is skipped',
    when: { ...exhausted('server'), ...failed('server') },
    step: { do: 'wait-out', reason: 'outage' },
  },
  {
    name: 'a captive portal at every level: an outage',
    when: { ...exhausted('foreign'), ...failed('foreign') },
    step: { do: 'wait-out', reason: 'outage' },
  },
  {
    name: 'during an outage nothing near is tried',
    when: { failures: [at('server')], probes: 3, ...failed('server') },
    step: { do: 'wait-out' },
  },
  {
    name: 'an outage, and the buffer is long dry: playback ends',
    when: { ...exhausted('network'), ...failed('network'), standstill: 121, bufferAhead: 0 },
    step: { do: 'fail', reason: 'outage' },
  },
  {
    name: 'an outage, and the buffer is dry for a minute: patience',
    when: { ...exhausted('network'), ...failed('network'), standstill: 60, bufferAhead: 0 },
    step: { do: 'wait-out' },
  },
  {
    name: 'the server has none of them: it is believed sooner',
    when: { ...missingEverywhere, ...failed('missing'), standstill: 21, bufferAhead: 0 },
    step: { do: 'fail', reason: 'absent' },
  },
  {
    name: 'the server has neither this fragment nor its neighbour at two levels: the third',
    when: { failures: [at('missing'), at('missing', { level: 0 })], ...failed('missing') },
    step: { do: 'other-level', level: 1 },
  },
  {
    name: '403 for one fragment: another level',
    when: { failures: [at('unauthorized')] },
    step: { do: 'other-level' },
  },
  {
    name: '403 for one fragment alone, as some stores say for what they lack: on without it',
    when: { ...exhausted('unauthorized'), ...served },
    step: { do: 'skip' },
  },
  {
    name: '403 for all: this viewer may not',
    when: { ...exhausted('unauthorized'), ...failed('unauthorized') },
    step: { do: 'fail', reason: 'denied' },
  },
  {
    name: '403 although the app was asked: this viewer may not',
    when: { failures: [at('unauthorized')], isDenied: true },
    step: { do: 'fail', reason: 'denied' },
  },
  {
    name: 'live, 404: perhaps not yet',
    when: { failures: [at('missing')], isLive: true },
    step: { do: 'refresh-manifest' },
  },
  {
    name: 'live, an empty body: perhaps not yet',
    when: { failures: [at('empty')], isLive: true },
    step: { do: 'refresh-manifest' },
  },
  { name: 'live, 503: the same URL again', when: { isLive: true }, step: { do: 'retry' } },
  {
    name: 'live, every way failed: the manifest may have moved',
    when: { ...exhausted('server'), isLive: true },
    step: { do: 'refresh-manifest' },
  },
])('$name', ({ when, step }) => {
  expect(planRecovery({ ...base, ...when })).toMatchObject(step);
});

/** Seconds to the next probe. */
const probeAfter = (when: Partial<RecoveryInput>): number => {
  const step = planRecovery({ ...base, ...exhausted('server'), ...failed('server'), ...when });
  return step.do === 'wait-out' ? step.after : Number.NaN;
};

test('probes come ever later while there is something to play, and sooner as that runs out', () => {
  const full = [0, 1, 2, 3, 4, 9].map((probes) => probeAfter({ probes, bufferAhead: 60, random: 1 }));
  expect(full).toEqual([1, 2, 4, 8, 15, 15]);
  const emptying = [60, 30, 12, 3].map((bufferAhead) => probeAfter({ probes: 9, bufferAhead, random: 1 }));
  expect(emptying).toEqual([15, 10, 4, RECOVERY_TUNING.standingProbe]);
});

test('with nothing to play the next probe is never more than 2.5 seconds away', () => {
  for (const random of [0, 0.5, 0.999]) {
    expect(probeAfter({ probes: 9, bufferAhead: 0, standstill: 119, random })).toBeLessThanOrEqual(2.5);
    expect(probeAfter({ probes: 9, bufferAhead: 0, standstill: 5, random })).toBeGreaterThan(1);
  }
});

/** `RecentFailures` leaves a URL alone that has failed so often within a minute. */
const MOST_A_MINUTE = 6;

test.each([1, 2, 3])(
  'with %i levels probes alternate, the wanted fragment among them, and never run out of URLs to ask for',
  (levels) => {
    const shortest = probeAfter({ probes: 9, bufferAhead: 0, random: 0 });
    const inAMinute = Array.from({ length: Math.floor(60 / shortest) }, (_, probe) =>
      probeTarget(probe, levels),
    );
    expect(inAMinute.some(({ ahead }) => ahead === 0)).toBe(true);
    const times = new Map<string, number>();
    for (const { ahead, level } of inAMinute)
      times.set(`${ahead} ${level}`, (times.get(`${ahead} ${level}`) ?? 0) + 1);
    expect(Math.max(...times.values())).toBeLessThanOrEqual(MOST_A_MINUTE);
  },
);

/** Every kind of failure, however it goes on, comes to one of the three ends within few requests. */
test.each<FailureKind>([
  'missing',
  'empty',
  'server',
  'network',
  'timeout',
  'truncated',
  'foreign',
  'damaged',
  'unauthorized',
  'unplayable',
])('a fragment that always fails as %s is given up after a bounded number of requests', (kind) => {
  let failures: RecoveryInput['failures'] = [at(kind)];
  let [host, level]: [string, number] = [A, 2];
  for (let requests = 1; ; requests += 1) {
    expect(requests).toBeLessThan(12);
    const step = planRecovery({ ...base, hosts: [A, B], failures });
    if (step.do === 'try-neighbor' || step.do === 'fail') break;
    if (step.do === 'other-host') host = step.host;
    if (step.do === 'other-level') [host, level] = [A, step.level];
    failures = [...failures, at(kind, { host, level })];
  }
});
