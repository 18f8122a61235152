import { expect, test, vi } from 'vitest';
import type { EstimateInput, QualityInput } from '../../../src/heuristics/quality-input.ts';
import { type SmoothOptions, settingsOf } from '../../../src/player/options.ts';
import { guarded, isolated } from '../../../src/player/page-function.ts';

const fails = () => {
  throw new Error('mine');
};

test('a failure is reported once, and there is no result', () => {
  const warn = vi.fn();
  const results = [fails, () => 'no'].map((call) => {
    const one = guarded<number, unknown>('rule', call, (result) => result !== 'no', warn);
    return [one(1), one(2)];
  });
  expect(results.flat()).toEqual([undefined, undefined, undefined, undefined]);
  expect(warn.mock.calls.map(([{ message }]) => message)).toEqual([
    'option-invalid: option "rule" threw Error: mine; it is ignored',
    'option-invalid: option "rule" returned an invalid result; it is ignored',
  ]);
});

test('what is valid is passed on', () => {
  const warn = vi.fn();
  expect(guarded<number, number>('rule', (n) => n + 1, Number.isFinite, warn)(1)).toBe(2);
  expect(warn).not.toHaveBeenCalled();
});

test.each([fails, () => undefined, () => null, () => 'x', () => ({}), async () => 5])(
  'heuristics of a page that are %s give nothing',
  (broken) => {
    const warn = vi.fn();
    const heuristics = { estimate: broken, choose: broken } as unknown as SmoothOptions['heuristics'];
    const { estimate, choose } = settingsOf({ heuristics: heuristics ?? {} }, 8, undefined, warn).heuristics;
    const input = {} as QualityInput & EstimateInput;
    expect([estimate?.(input), choose?.(input)]).toEqual([undefined, undefined]);
    expect(warn).toHaveBeenCalledTimes(2);
  },
);

test('an error of a log is an uncaught one, and no more', () => {
  const report = vi.fn();
  vi.stubGlobal('reportError', report);
  isolated(fails)(1);
  expect(report).toHaveBeenCalledWith(new Error('mine'));
  vi.unstubAllGlobals();
});
