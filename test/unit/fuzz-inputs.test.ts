import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { isSmoothError } from '../../src/base/errors.ts';
import { TARGETS } from '../fuzz/targets.ts';

const INPUTS = join(import.meta.dirname, '../fuzz/inputs');

/** Small ones of the kinds that once took too long, or broke something. */
const inputs = TARGETS.flatMap((target) => {
  const folder = join(INPUTS, target.name);
  const files = existsSync(folder) ? readdirSync(folder) : [];
  return files.map((file) => ({
    name: `${target.name}/${file}`,
    target,
    bytes: readFileSync(join(folder, file)),
  }));
});

test('every folder of inputs is a target’s', () => {
  expect(readdirSync(INPUTS).filter((name) => !TARGETS.some((target) => target.name === name))).toEqual([]);
});

test.each(inputs)('$name is read, or rejected with a typed error', ({ target, bytes }) => {
  const input = Uint8Array.from(bytes);
  let result: unknown;
  try {
    result = target.read(input);
  } catch (error) {
    expect(isSmoothError(error), String(error)).toBe(true);
    return;
  }
  target.check(result, input);
});

test.each(TARGETS)('the seeds of $name are read, and what comes of them holds', (target) => {
  for (const seed of target.seeds()) {
    try {
      target.check(target.read(seed), seed);
    } catch (error) {
      expect(isSmoothError(error), String(error)).toBe(true);
    }
  }
});
