import { describe, expect, it } from 'vitest';
import { ladderFor } from '../../../demo/origin/ladder.ts';

const SIZES: [number, number][] = [
  [3840, 2160],
  [1920, 1080],
  [1280, 720],
  [853, 479],
  [640, 360],
  [1080, 1920],
  [1920, 800],
];

describe('ladderFor', () => {
  it.each(SIZES)('gives six to eight levels for %i × %i', (width, height) => {
    const rungs = ladderFor(width, height);
    expect(rungs.length).toBeGreaterThanOrEqual(6);
    expect(rungs.length).toBeLessThanOrEqual(8);
  });

  it.each(SIZES)('gives even sizes no larger than %i × %i, in falling order', (width, height) => {
    const rungs = ladderFor(width, height);
    expect(rungs.every((rung) => rung.width % 2 === 0 && rung.height % 2 === 0)).toBe(true);
    expect(rungs.every((rung) => rung.width <= width && rung.height <= Math.min(1080, height))).toBe(true);
    expect(rungs.toSorted((a, b) => b.height - a.height)).toEqual(rungs);
    expect(rungs.toSorted((a, b) => b.kilobits - a.kilobits)).toEqual(rungs);
  });

  it('gives the usual sizes for full high definition', () => {
    expect(ladderFor(1920, 1080).map(({ height }) => height)).toEqual([
      1080, 900, 720, 540, 432, 360, 240, 144,
    ]);
  });

  it('gives at least one level, however small the film is', () => {
    expect(ladderFor(64, 48)).toMatchObject([{ width: 64, height: 48 }]);
  });
});
