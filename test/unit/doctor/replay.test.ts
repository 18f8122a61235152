import { expect, test } from 'vitest';
import { seconds } from '../../../src/base/time.ts';
import { plain } from '../../../src/doctor/plain.ts';
import { replay } from '../../../src/doctor/replay.ts';
import { considerAbandoning } from '../../../src/heuristics/abandon.ts';
import {
  type BandwidthModel,
  expectedRate,
  learnBandwidth,
} from '../../../src/heuristics/bandwidth-model.ts';
import { chooseQuality } from '../../../src/heuristics/choose-quality.ts';
import { UNKNOWN_SIZES } from '../../../src/heuristics/chunk-sizes.ts';
import { chooseImprovement } from '../../../src/heuristics/improve.ts';
import { NEVER_STRAINED, watchFrames } from '../../../src/heuristics/machine.ts';
import type { QualityInput, QualityPlan } from '../../../src/heuristics/quality-input.ts';
import type { RecordedPart } from '../../../src/heuristics/recorded-call.ts';
import { planRecovery, type RecoveryInput } from '../../../src/heuristics/recovery.ts';
import { type ClockInput, remedyForClock } from '../../../src/heuristics/stall.ts';
import { DecisionLog } from '../../../src/player/report/decision-log.ts';

const LEVELS: QualityInput['levels'] = [
  { bitrate: 300_000 },
  { bitrate: 900_000, width: 640, height: 360 },
  { bitrate: 2_500_000 },
  { bitrate: 6_000_000 },
];

/** A session on a network that swings between 0.2 and 8 Mbit/s, recorded as a player does it. */
function record(chunks: number, samplesAChunk = 1): DecisionLog {
  const log = new DecisionLog();
  let [bandwidth, plan, current]: [BandwidthModel?, QualityPlan?, QualityInput['current']?] = [];
  let at = 0;
  const learn = (bits: number) => {
    const sample = { bits, duration: 1, at };
    log.note('learnBandwidth', at, { bandwidth, sample });
    bandwidth = learnBandwidth(bandwidth, sample);
    at += 1;
  };
  for (let chunk = 0; chunk < chunks; chunk += 1) {
    const bufferAhead = seconds(2 + 12 * Math.abs(Math.sin(chunk / 5)));
    const input: QualityInput = {
      levels: LEVELS,
      current,
      estimate: bandwidth ? expectedRate(bandwidth) : 1e6,
      measured: bandwidth !== undefined,
      bufferAhead,
      bufferGoal: seconds(20),
      chunkDuration: seconds(2),
      bandwidth,
      now: at,
      firstByte: 0.05 + (chunk % 7) / 100,
      reserved: 64_000,
      sizes: UNKNOWN_SIZES,
      knownBytes: [undefined, 200_000, undefined, chunk % 3 ? 1_100_000 : undefined],
      plan,
    };
    const choice = chooseQuality(input);
    log.note('chooseQuality', at, input, { bitrate: choice.level.bitrate, reason: choice.reason });
    plan = choice.plan;
    current = choice.level;
    for (let i = 0; i < samplesAChunk; i += 1) learn(2e5 + 7.8e6 * Math.sin(at / 9) ** 2);
    if (!plan || !bandwidth) continue;
    const level = LEVELS.indexOf(choice.level);
    const facts = {
      ...input,
      bandwidth,
      plan,
      bufferAhead: seconds(1),
      level,
      received: 5e4,
      expected: undefined,
    };
    log.note('considerAbandoning', at, facts, considerAbandoning(facts));
  }
  return log;
}

/** As a file that was saved and read. */
const throughFile = (log: DecisionLog) => JSON.parse(JSON.stringify(plain(log.parts))) as RecordedPart[];

test('a recorded session replays to the same choices', () => {
  const decisions = replay(throughFile(record(60)));
  expect(decisions.filter(({ call }) => call === 'chooseQuality')).toHaveLength(60);
  expect(decisions.filter(({ call }) => call === 'considerAbandoning')).toHaveLength(59);
  expect(decisions.filter(({ isSame }) => !isSame)).toEqual([]);
  // It would be easy with choices that never change.
  expect(new Set(decisions.map(({ recorded }) => JSON.stringify(recorded))).size).toBeGreaterThan(8);
});

test('ten times the cap leaves the newest, and they still replay', () => {
  const log = record((10 * DecisionLog.CALLS) / 32, 30);
  const calls = log.parts.flatMap((part) => part.calls);
  expect(calls.length).toBeLessThanOrEqual(DecisionLog.CALLS);
  expect(calls.length).toBeGreaterThan(DecisionLog.CALLS / 2);
  const decisions = replay(throughFile(log));
  expect(decisions.length).toBeGreaterThan(30);
  expect(decisions.filter(({ isSame }) => !isSame)).toEqual([]);
});

test('what was done about a clock that stood replays, and what is unknown is told apart', () => {
  const log = new DecisionLog();
  const input: ClockInput = {
    shouldMove: true,
    isSeeking: false,
    stoodMs: 2000,
    frozenMs: 0,
    at: seconds(4),
    rate: 1,
    ahead: 0.01,
    streams: [
      {
        type: 'video',
        hasMedia: false,
        ahead: 0.01,
        resumesAt: seconds(6),
        comesAt: seconds(9),
        isUnavailable: false,
      },
    ],
    nudges: 0,
  };
  log.note('remedyForClock', 1, input, remedyForClock(input));
  log.note('newer', 1, { a: 1 }, 'b');
  const [remedy, newer] = replay(throughFile(log));
  expect(remedy).toMatchObject({ isSame: true, replayed: { kind: 'jump' } });
  expect(newer).toMatchObject({ isSame: true, replayed: undefined });
});

test('what followed upon a failed request replays', () => {
  const log = new DecisionLog();
  const host = 'https://a.example/t.ism/Manifest';
  const input: RecoveryInput = {
    failures: [{ kind: 'server', host, level: 0, retryAfter: 0 }],
    hosts: [host],
    levels: 1,
    attempts: 3,
    neighbor: { state: 'unknown' },
    probes: 0,
    bufferAhead: 10,
    standstill: 0,
    isSpent: false,
    isLive: false,
    isDenied: false,
    random: 0.25,
  };
  log.note('planRecovery', 1, input, planRecovery(input));
  const outage = { ...input, probes: 2, neighbor: { state: 'failed', kind: 'network' } } as const;
  log.note('planRecovery', 2, outage, planRecovery(outage));
  expect(replay(throughFile(log))).toMatchObject([
    { isSame: true, replayed: { do: 'retry', reason: 'server' } },
    { isSame: true, replayed: { do: 'wait-out', reason: 'outage' } },
  ]);
});

test('a choice that would differ now is reported', () => {
  const parts = throughFile(record(30));
  const tampered = parts.map((part) => ({
    ...part,
    calls: part.calls.map((call, index) =>
      call.call === 'chooseQuality' && index > 40 && index < 50
        ? { ...call, input: { ...call.input, bufferAhead: 0.1, current: undefined } }
        : call,
    ),
  }));
  expect(replay(tampered).some(({ isSame }) => !isSame)).toBe(true);
});

test("a page's own rule is not repeated, and what rests on its choices is", () => {
  const log = new DecisionLog();
  const sample = { bits: 4e6, duration: 1, at: 1 };
  const bandwidth = learnBandwidth(undefined, sample);
  const input = {
    levels: LEVELS,
    current: LEVELS[3],
    estimate: 4e6,
    measured: true,
    now: 1,
    bandwidth,
    plan: undefined,
  };
  const facts = {
    ...input,
    bufferAhead: seconds(4),
    bufferGoal: seconds(20),
    chunkDuration: seconds(2),
    firstByte: 0.1,
    reserved: 0,
    sizes: UNKNOWN_SIZES,
    knownBytes: [],
  };
  log.note('learnBandwidth', 1, { bandwidth: undefined, sample });
  log.note('choose', 1, facts, { bitrate: 6_000_000, reason: 'mine' });
  const download = { level: 3, received: 1000, expected: 1_500_000 };
  const late = learnBandwidth(bandwidth, { bits: 1e5, duration: 1, at: 2 });
  log.note('learnBandwidth', 2, { bandwidth, sample: { bits: 1e5, duration: 1, at: 2 } });
  const plan = chooseQuality({ ...facts, bandwidth: late }).plan;
  if (!plan) throw new Error('no plan');
  const running = { ...facts, ...download, bufferAhead: seconds(1), bandwidth: late, plan };
  log.note('considerAbandoning', 2, running, considerAbandoning(running));
  const [own, abandoned] = replay(throughFile(log));
  expect(own).toMatchObject({ call: 'choose', replayed: undefined, isSame: true });
  expect(abandoned).toMatchObject({ isSame: true });
  expect(abandoned?.replayed).not.toBeNull();
});

test("the machine's and the buffer's decisions are repeated too", () => {
  const log = new DecisionLog();
  const bitrates = [3e5, 1e6];
  const tick = { at: 1, due: 25, dropped: 10, bitrate: 1e6, isIdle: false };
  const state = { ...NEVER_STRAINED, badTicks: 3, leastDropped: 0.4 };
  log.note('watchFrames', 1, { state, tick, bitrates }, watchFrames(state, tick, bitrates));
  const buffered = [{ index: 9, start: 20, end: 22, bitrate: 3e5 }];
  const input = { buffered, playhead: 0, bitrate: 1e6, estimate: 9e6, firstByte: 0.1 };
  log.note('chooseImprovement', 2, input, chooseImprovement(input));
  const decisions = replay(plain(log.parts) as unknown as RecordedPart[]);
  expect(decisions.map(({ call, isSame }) => [call, isSame])).toEqual([
    ['watchFrames', true],
    ['chooseImprovement', true],
  ]);
  expect(decisions[0]?.replayed).toMatchObject({ ceiling: 1e6, until: 61 });
  expect(decisions[1]?.replayed).toMatchObject({ index: 9 });
});
