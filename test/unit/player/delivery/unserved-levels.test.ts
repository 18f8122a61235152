import { expect, test } from 'vitest';
import type { FailureKind } from '../../../../src/heuristics/failure.ts';
import type { QualityLevel } from '../../../../src/manifest/presentation.ts';
import { UnservedLevels } from '../../../../src/player/delivery/unserved-levels.ts';

const LEVELS = [300_000, 800_000, 2_000_000].map((bitrate, index) => ({ bitrate, index }) as QualityLevel);
const [low, middle, high] = LEVELS as [QualityLevel, QualityLevel, QualityLevel];
const failed = (level: number, kind: FailureKind = 'missing') => ({
  kind,
  level,
  host: 'https://a.example/t.ism/Manifest',
  retryAfter: 0,
});

test('a level that fails twice where another one is served is left out for a minute', () => {
  const unserved = new UnservedLevels();
  unserved.add(high, [failed(1)], LEVELS, 2000);
  expect(unserved.leaveOut(LEVELS, 2000)).toEqual(LEVELS);
  unserved.add(high, [failed(1)], LEVELS, 4000);
  expect(unserved.leaveOut(LEVELS, 4000)).toEqual([low, high]);
  expect(unserved.leaveOut(LEVELS, 64_001)).toEqual(LEVELS);
});

test('a level that is served again counts from the start', () => {
  const unserved = new UnservedLevels();
  for (const served of [high, middle, high]) unserved.add(served, [failed(1)], LEVELS, 0);
  expect(unserved.leaveOut(LEVELS, 0)).toEqual(LEVELS);
});

test('a slow or lost connection says nothing about a level', () => {
  const unserved = new UnservedLevels();
  for (const kind of ['network', 'timeout', 'network'] as const)
    unserved.add(low, [failed(2, kind)], LEVELS, 0);
  expect(unserved.leaveOut(LEVELS, 0)).toEqual(LEVELS);
});

test('if every level were left out, none is', () => {
  const unserved = new UnservedLevels();
  for (const served of [high, high]) unserved.add(served, [failed(0), failed(1)], LEVELS, 0);
  expect(unserved.leaveOut([low, middle], 0)).toEqual([low, middle]);
});
