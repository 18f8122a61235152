import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FLASH, readFlash, readStrip, SAMPLE, STRIP, stripBits } from '../../../demo/sample/strip.ts';
import fc from '../../support/properties.ts';
import { readFileNames, readFragments, readManifest } from './read-presentation.ts';

const FOLDER = join(import.meta.dirname, '../../../demo/sample');
const sum = (values: readonly number[]) => values.reduce((total, value) => total + BigInt(value), 0n);

describe('the sample', () => {
  it('tells the same times in manifest, index and samples', async () => {
    const streams = await readManifest(FOLDER, 'sample');
    const chunks = [...SAMPLE.heights.map(() => streams[0]), ...streams.slice(1)].map((s) => s?.chunks);
    for (const [i, file] of (await readFileNames(FOLDER, 'sample')).entries()) {
      const fragments = await readFragments(join(FOLDER, file));
      expect(fragments.map(({ time, durations }) => ({ time, duration: sum(durations) }))).toEqual(chunks[i]);
    }
    expect(chunks).toHaveLength(SAMPLE.heights.length + 2 + 5);
  });

  it('has levels whose pictures come at different delays, the best first', async () => {
    const files = (await readFileNames(FOLDER, 'sample')).slice(0, SAMPLE.heights.length);
    const levels = await Promise.all(files.map((file) => readFragments(join(FOLDER, file))));
    expect(levels.map(([first]) => first?.compositionOffsets[0])).toEqual([4e5, 4e5, 4e5, 4e5, 0, 0]);
    expect(levels.every((level) => level.flatMap((f) => f.samples).length === SAMPLE.frames)).toBe(true);
  });

  it('is no more than 5 MB', async () => {
    const files = await readFileNames(FOLDER, 'sample');
    const sizes = await Promise.all(files.map(async (file) => (await stat(join(FOLDER, file))).size));
    expect(sizes.reduce((total, size) => total + size, 0)).toBeLessThan(5e6);
  });
});

describe('the strip', () => {
  const reading = fc.record({
    frame: fc.integer({ min: 0, max: 4095 }),
    level: fc.integer({ min: 0, max: 7 }),
  });
  const size = fc.record({
    width: fc.integer({ min: 40, max: 3840 }),
    height: fc.integer({ min: 30, max: 2160 }),
  });
  /** Blocks along the lower edge of a grey picture. */
  const drawn = (bits: readonly number[], width: number, height: number) => (x: number, y: number) =>
    y < height * (1 - STRIP.height) ? 120 : (bits[Math.floor((x / width) * STRIP.blocks)] ?? 0) * 200 + 20;

  it('is read back from a picture of any size', () => {
    fc.assert(
      fc.property(reading, size, (wanted, { width, height }) => {
        expect(readStrip(drawn(stripBits(wanted), width, height), width, height)).toEqual(wanted);
      }),
    );
  });

  it('is not read where one block is wrong', () => {
    fc.assert(
      fc.property(reading, fc.integer({ min: 0, max: STRIP.blocks - 1 }), (wanted, wrong) => {
        const bits = stripBits(wanted).map((bit, index) => (index === wrong ? 1 - bit : bit));
        expect(readStrip(drawn(bits, 640, 360), 640, 360)).toBeUndefined();
      }),
    );
  });

  it.each([0, 120, 255])('is not seen in a picture that is %i all over', (luma) => {
    expect(readStrip(() => luma, 640, 360)).toBeUndefined();
  });

  it('has a flash beside it that is read in its middle', () => {
    const isIn = (x: number, y: number) =>
      x >= FLASH.x * 640 &&
      x < (FLASH.x + FLASH.width) * 640 &&
      y >= FLASH.y * 360 &&
      y < (FLASH.y + FLASH.height) * 360;
    expect(readFlash((x, y) => (isIn(x, y) ? 235 : 16), 640, 360)).toBe(true);
    expect(readFlash((x, y) => (isIn(x, y) ? 16 : 235), 640, 360)).toBe(false);
  });
});
