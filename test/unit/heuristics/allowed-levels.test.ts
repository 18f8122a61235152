import { expect, test } from 'vitest';
import { allowedLevels, type LevelLimits } from '../../../src/heuristics/allowed-levels.ts';

const level = (bitrate: number, width?: number, height?: number) => ({ bitrate, width, height });
const [p144, p360, p720, p1080] = [
  level(1e5, 256, 144),
  level(5e5, 640, 360),
  level(2e6, 1280, 720),
  level(5e6, 1920, 1080),
];
const levels = [p144, p360, p720, p1080] as const;
const free: LevelLimits = {
  maxBitrate: undefined,
  maxHeight: undefined,
  savesData: false,
  viewport: undefined,
  allow: undefined,
};

test.each<{ name: string; limits: Partial<LevelLimits>; allowed: readonly object[] }>([
  { name: 'no limits: all', limits: {}, allowed: levels },
  { name: 'bitrate', limits: { maxBitrate: 2e6 }, allowed: [p144, p360, p720] },
  { name: 'height', limits: { maxHeight: 719 }, allowed: [p144, p360] },
  {
    name: "the page's own rule",
    limits: { allow: ({ bitrate }) => bitrate !== 5e5 },
    allowed: [p144, p720, p1080],
  },
  {
    name: 'the viewport keeps the smallest level that fills it',
    limits: { viewport: { width: 800, height: 450 } },
    allowed: [p144, p360, p720],
  },
  {
    name: 'enlarging by a hair is filling',
    limits: { viewport: { width: 660, height: 371 } },
    allowed: [p144, p360],
  },
  {
    name: 'a letterboxed viewport counts by what the picture fills',
    limits: { viewport: { width: 640, height: 2000 } },
    allowed: [p144, p360],
  },
  {
    name: 'a viewport larger than all: all',
    limits: { viewport: { width: 3840, height: 2160 } },
    allowed: levels,
  },
  { name: 'bytes are dear', limits: { savesData: true }, allowed: [p144, p360] },
  {
    name: 'bytes are dear, and the page allows fewer yet',
    limits: { savesData: true, maxHeight: 200 },
    allowed: [p144],
  },
  { name: 'nothing left: the lowest after all', limits: { maxBitrate: 1 }, allowed: [p144] },
])('$name', ({ limits, allowed }) => {
  expect(allowedLevels(levels, { ...free, ...limits })).toEqual(allowed);
});

test('levels without a size are not bound by the viewport', () => {
  const unsized = [level(1e5), level(5e5)] as const;
  expect(allowedLevels(unsized, { ...free, viewport: { width: 10, height: 10 } })).toEqual(unsized);
});
